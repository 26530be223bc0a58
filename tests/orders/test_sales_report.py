"""The sales report: what KITA reads is what the orders say."""

import csv
import datetime
import io
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kmall.money import half_up
from orders.commission import freeze_commission
from orders.models import Order, OrderLine, Refund, RefundLine
from orders.refund import refund_consignment, refund_order
from orders.reports import sales
from orders.reports.export import as_csv
from orders.reports.proof import differences
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders():
    """Three orders of two sellers, one of them refunded in full."""
    first, second = sku_in_stock(50), sku_in_stock(50)
    made = [paid_order(first), paid_order(first, second, quantity=3), paid_order(second)]
    refund_order(order_id=made[2].pk, reason="cannot_be_delivered")
    return made


def whole() -> sales.Filter:
    return sales.Filter(datetime.date(2020, 1, 1), timezone.localdate())


def test_every_breakdown_adds_up_to_the_orders_to_the_fen(orders):
    assert differences() == []
    told = sales.totals(whole())
    assert told.orders == 3
    assert told.gross_fen == sum(order.goods_fen + order.freight_fen for order in orders)
    assert told.refund_fen == orders[2].goods_fen + orders[2].freight_fen


def test_the_proof_finds_a_line_that_drifted(orders):
    line = OrderLine.objects.filter(order=orders[0]).first()
    OrderLine.objects.filter(pk=line.pk).update(freight_fen=line.freight_fen + 1)
    assert {(row.dimension, row.report - row.orders) for row in differences()} == {
        (name, 1) for name in sales.DIMENSIONS
    }
    with pytest.raises(Exception, match="sums differ"):
        call_command("check_sales")


def test_each_figure_leads_to_the_orders_it_was_summed_from(orders, client):
    client.force_login(kita_officer())
    for dimension in ("month", "channel", "category", "seller", "province"):
        page = client.get(reverse("admin:orders_sales"), {"by": dimension})
        for row in page.context["rows"]:
            listed = client.get(row["url"]).context["cl"]
            assert listed.result_count == row["sums"].orders, (dimension, row["name"])


def test_a_seller_reads_its_own_sales_only(orders, client):
    line = orders[0].lines.get()
    client.force_login(member_of(line.seller))
    page = client.get(reverse("admin:orders_sales"))
    own = OrderLine.objects.filter(seller=line.seller, order__refunded_fen=0)
    assert page.context["now"].net_fen == sum(row.goods_fen + row.freight_fen for row in own)


def test_the_report_comes_as_csv_and_xlsx_with_the_same_rows(orders, client):
    client.force_login(kita_officer())
    url = reverse("admin:orders_sales")
    text = client.get(url, {"by": "seller", "as": "csv"}).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(url, {"by": "seller", "as": "xlsx"}).content))
    rows = [[str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    assert list(csv.reader(io.StringIO(text))) == rows
    assert len(rows) == 3
    assert {len(row) for row in rows} == {9}


@pytest.fixture
def parts(orders):
    """The second order, of three units of two sellers each: one unit back, and later one seller's rest."""
    first, second = orders[1].consignments.order_by("pk")
    how = {"reason": "damaged", "is_back": False}
    line = first.lines.get()
    lines = OrderLine.objects.filter(order__in=orders[:2])
    freeze_commission({pk: (Decimal("0.08"), 500) for pk in lines.values_list("pk", flat=True)})
    refund_consignment(consignment_id=first.pk, quantities={line.pk: 1}, **how)
    refund_consignment(consignment_id=second.pk, **how)
    return orders[1].refunds.order_by("pk")


def test_refunds_of_parts_are_counted_in_every_breakdown(parts, orders):
    assert [row for row in differences() if row.what != "commission_fen"] == []
    told = sales.totals(whole())
    lines = RefundLine.objects.all()
    assert told.refund_fen == sum(line.goods_fen + line.freight_fen for line in lines)
    assert told.units_back == 4 + orders[2].lines.get().quantity
    assert told.kept_fen == sum(order.total_fen - order.refunded_fen for order in Order.objects.all())
    sellers = {int(key): sums for key, sums in sales.by("seller", whole())}
    for refund in parts:
        own = lines.filter(line__seller=refund.consignment.seller_id)
        refunded = sum(line.goods_fen + line.freight_fen for line in own)
        assert sellers[refund.consignment.seller_id].refund_fen == refunded


def test_a_refund_that_is_not_paid_yet_is_not_counted(parts):
    before = sales.totals(whole())
    parts.update(state="due", done_at=None)
    assert sales.totals(whole()).refund_fen < before.refund_fen


def test_the_proof_finds_an_order_and_its_refunds_that_disagree(parts):
    Refund.objects.filter(pk=parts[0].pk).update(amount_fen=1)
    assert {row.what for row in differences() if row.dimension == "refunds"} == {
        "promised_fen",
        "refunded_fen",
    }


def test_commission_is_lessened_by_what_went_back(parts, orders, client):
    left = OrderLine.objects.get(refund_lines__refund=parts[0])
    given_back = parts[0].lines.get().commission_fen
    assert given_back == half_up(Fraction(left.commission_fen, 3)) > 0
    assert sales.totals(whole()).commission_fen == 500 + left.commission_fen - given_back
    url = reverse("admin:orders_sales")
    client.force_login(kita_officer())
    assert "수수료" in client.get(url, {"as": "csv"}).content.decode("utf-8-sig").splitlines()[0]
    client.force_login(member_of(left.seller))
    head = client.get(url, {"as": "csv"}).content.decode("utf-8-sig").splitlines()[0]
    assert "수수료" not in head


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed():
    response = as_csv("x", ["name"], [["=HYPERLINK(1)"], ["담온"]])
    assert response.content.decode("utf-8-sig").split() == ["name", "'=HYPERLINK(1)", "담온"]


def test_a_period_that_ends_before_it_begins_is_told_at_its_field(client):
    client.force_login(kita_officer())
    page = client.get(reverse("admin:orders_sales"), {"first": "2026-05-01", "last": "2026-04-01"})
    assert list(page.context["form"].errors) == ["last"]


def test_the_report_asks_the_same_number_of_queries_for_more_orders(
    orders, client, django_assert_num_queries
):
    client.force_login(kita_officer())
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("admin:orders_sales"))
    for _ in range(10):
        paid_order(sku_in_stock(50))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("admin:orders_sales"))
    assert len(many) == len(few)
