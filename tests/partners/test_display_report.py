"""What came of the displays' labels: figures from rows that lead to their rows, equal to the orders to the fen."""

import csv
import datetime
import io
import re
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.models import Order
from orders.refund import refund_order
from orders.reports import sales
from partners import footfall
from partners.models import Scan, Visit
from tests.factories.catalog import daily_terms
from tests.factories.displays import display_of
from tests.factories.orders import freight_rule, paid_order
from tests.factories.partners import listable, partner_mall
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db
REPORT = "/admin/partners/scan/report/"


def scan(display, product, *, hour=12, carted=False, is_paid=False, visitor=None):
    """A scan with its visit, perhaps a cart, perhaps a paid order credited to it."""
    at = timezone.localtime().replace(hour=hour, minute=0)
    fields = {
        "expires_at": timezone.now() + datetime.timedelta(days=1),
        "carted_at": at if carted or is_paid else None,
    }
    visit = Visit.objects.create(display=display, product=product, **fields)
    Visit.objects.filter(pk=visit.pk).update(at=at, **({"visitor": visitor} if visitor else {}))
    seen = Scan.objects.create(display=display, product=product, visit=visit)
    Scan.objects.filter(pk=seen.pk).update(at=at)
    if is_paid:
        return paid_order(product.skus.get(), visit=visit.pk)
    return Visit.objects.get(pk=visit.pk)


@pytest.fixture
def goods():
    daily_terms()
    freight_rule(free_from_fen=0)
    return [listable(on_hand=100, name_ko=name) for name in ("홍삼", "마스크팩")]


@pytest.fixture
def displays(goods):
    """Two displays of two markets: 4 scans of 3 phones with 2 orders, and 1 scan; a sale of the mall besides."""
    one = display_of(*goods, code="b-07", market="jiefangbei")
    other = display_of(*goods, code="c-01", market="liangjiang")
    scan(one, goods[0], hour=9, is_paid=True)
    refund_order(order_id=scan(one, goods[1], hour=9, is_paid=True).pk, reason="cannot_be_delivered")
    phone = scan(one, goods[0], hour=14, carted=True)
    scan(one, goods[1], hour=15, visitor=phone.visitor)
    scan(other, goods[1], hour=15)
    paid_order(goods[0].skus.get())
    return one, other


@pytest.fixture
def report(client, displays):
    client.force_login(kita_officer())
    return lambda **query: client.get(
        REPORT, dict.fromkeys(("first", "last"), timezone.localdate().isoformat()) | query
    )


def told(rows):
    return {
        row["name"]: tuple(
            getattr(row["is"], name) for name in ("scans", "visitors", "carts", "orders", "gross_fen")
        )
        for row in rows
    }


def test_each_display_has_its_scans_visitors_carts_orders_and_value(report):
    page = report(by="display")
    assert told(page.context["rows"]) == {"진열대 b-07": (4, 3, 3, 2, 20220), "진열대 c-01": (1, 1, 0, 0, 0)}
    assert page.context["now"].sums.refund_fen == 10110


def test_a_phone_that_scans_two_goods_is_one_visitor_in_the_total(report):
    page = report(by="product")
    assert {name: row[:2] for name, row in told(page.context["rows"]).items()} == {
        "홍삼": (2, 2),
        "마스크팩": (3, 3),
    }
    assert (page.context["now"].scans, page.context["now"].visitors) == (5, 4)


def test_an_order_counts_under_the_hour_of_its_scan(report):
    rows = told(report(by="hour").context["rows"])
    assert list(rows) == ["09:00–09:59", "14:00–14:59", "15:00–15:59"]
    assert (rows["09:00–09:59"][3], rows["15:00–15:59"][0]) == (2, 2)


@pytest.mark.parametrize("by", ["market", "display", "product", "hour", "day", "month"])
def test_every_breakdown_equals_the_orders_and_the_sales_report_to_the_fen(report, displays, by):
    rows = report(by=by).context["rows"]
    orders = Order.objects.filter(channel__display__isnull=False, paid_at__isnull=False)
    assert sum(row["is"].gross_fen for row in rows) == sum(o.goods_fen + o.freight_fen for o in orders) > 0
    channels = {str(display.channel_id) for display in displays}
    today = timezone.localdate()
    sold = [sums for key, sums in sales.by("channel", sales.Filter(today, today)) if key in channels]
    assert sum(row["is"].sums.net_fen for row in rows) == sum(sums.net_fen for sums in sold)
    assert sum(row["is"].scans for row in rows) == Scan.objects.count()


def test_the_check_of_the_sales_reports_knows_the_displays_too(displays, monkeypatch):
    call_command("check_sales")
    lost = footfall.JOINS.replace("{where}", "AND d.code = 'c-01' {where}")
    monkeypatch.setattr(footfall, "JOINS", lost)
    with pytest.raises(CommandError, match="differ"):
        call_command("check_sales")


@pytest.mark.parametrize("by", ["market", "display", "product", "hour", "day"])
def test_each_figure_leads_to_the_rows_it_was_counted_from(report, client, by):
    for row in report(by=by).context["rows"]:
        for name in ("scans", "carts", "orders"):
            listed = client.get(row["links"][name])
            assert listed.context["cl"].result_count == getattr(row["is"], name), (name, row["links"][name])
        visits = client.get(row["links"]["visitors"]).context["cl"].queryset
        assert len({visit.visitor for visit in visits}) == row["is"].visitors


def test_the_totals_lead_on_too_and_leave_partners_out(report, client, goods):
    Visit.objects.create(partner=partner_mall(), expires_at=timezone.now())
    links = report().context["links"]
    assert client.get(links["visitors"]).context["cl"].result_count == 5
    assert client.get(links["orders"]).context["cl"].result_count == 2
    assert urlsplit(links["orders"]).path == "/admin/partners/credit/"


def test_a_market_or_a_display_can_be_looked_at_alone(report, displays):
    one, other = displays
    assert report(market=other.market_id).context["now"].scans == 1
    assert report(display=one.pk).context["now"].orders == 2
    assert report(market=other.market_id, display=one.pk).context["now"].scans == 0


def test_the_period_before_is_compared_with(report):
    yesterday = timezone.now() - datetime.timedelta(days=1)
    scans = Scan.objects.order_by("pk")
    Scan.objects.filter(pk__in=[scans[3].pk, scans[4].pk]).update(at=yesterday)
    page = report()
    assert (page.context["now"].scans, page.context["changes"]["scans"]) == (3, 500)
    assert page.context["changes"]["orders"] is None


def test_the_chart_is_drawn_by_the_server_and_its_bars_lead_to_orders(report):
    page = report()
    [bar] = [bar for bar in page.context["chart"].bars if bar.height]
    assert bar.url in page.content.decode().replace("&amp;", "&")
    assert "<svg" in page.content.decode()


def test_the_rows_can_be_had_as_csv_and_xlsx(report):
    rows = list(csv.reader(io.StringIO(report(by="display", **{"as": "csv"}).content.decode("utf-8-sig"))))
    assert rows[1] == ["진열대 b-07", "4", "3", "3", "2", "2", "202.20", "101.10"]
    book = openpyxl.load_workbook(io.BytesIO(report(by="display", **{"as": "xlsx"}).content))
    assert [cell.value for cell in book.active[2]][:5] == ["진열대 b-07", 4, 3, 3, 2]


def test_a_period_that_ends_before_it_begins_is_said_at_its_field(report):
    assert "last" in report(first="2026-02-02", last="2026-02-01").context["form"].errors


def test_nobody_but_kita_sees_it(client, displays, goods):
    client.force_login(member_of(goods[0].seller))
    assert client.get(REPORT).status_code == 403


def test_the_page_asks_as_much_for_many_goods_as_for_few(report, displays):
    def queries(more):
        for _ in range(more):
            scan(displays[0], listable())
        with CaptureQueriesContext(connection) as captured:
            report(by="product")
        return len(captured)

    few = queries(1)
    assert (queries(10), few <= 45) == (few, True)


def test_under_the_chart_a_month_is_named_as_in_the_readers_language(report, client):
    client.cookies["desk_language"] = "zh-hans"
    drawn = report(first="2026-01-01", last="2026-06-30").context["chart"]
    assert [label for _x, label in drawn.labels] == [f"{month}月" for month in range(1, 7)]
    assert drawn.grid[0][1] == "0"


def test_in_english_the_chart_counts_in_thousands(report, client):
    client.cookies["desk_language"] = "en"
    html = report().content.decode()
    assert (re.findall(r"[\d.]+k</text>", html) != [], "×10k" in html) == (True, False)
