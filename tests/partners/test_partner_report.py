"""What came of the partners' links: KITA reads figures that lead to their rows, and adds them up by hand."""

import csv
import datetime
import io
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from orders.refund import refund_order
from partners.models import ProductView, RefusedLink, Visit
from tests.factories.catalog import daily_terms
from tests.factories.displays import display_of
from tests.factories.orders import freight_rule, paid_order
from tests.factories.partners import listable, partner_mall
from tests.factories.people import kita_officer, works_at

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate().isoformat()


@pytest.fixture
def malls():
    daily_terms()
    freight_rule(free_from_fen=0)
    return [partner_mall(commission="0.1000"), partner_mall(code="ningbo", commission="0.0200")]


def visit(mall, product, *, is_paid=False, is_refunded=False):
    """A visit with a look, a cart, perhaps an order; `paid_order` makes the order after it."""
    now = timezone.now()
    made = Visit.objects.create(
        partner=mall, product=product, carted_at=now, expires_at=now + datetime.timedelta(hours=1)
    )
    ProductView.objects.create(visit=made, product=product)
    if is_paid:
        order = paid_order(product.skus.get(), visit=made.pk)
        if is_refunded:
            refund_order(order_id=order.pk, reason="cannot_be_delivered")
    return made


@pytest.fixture
def report(client, malls):
    product = listable(on_hand=100)
    visit(malls[0], product, is_paid=True)
    visit(malls[0], product, is_paid=True, is_refunded=True)
    visit(malls[0], product)
    visit(malls[1], product)
    paid_order(product.skus.get())
    row = {"day": timezone.localdate(), "reason": "stale", "kind": "listing"}
    RefusedLink.objects.create(partner=malls[1], count=4, **row)
    client.force_login(kita_officer())
    return lambda **query: client.get(
        reverse("admin:partners_report"), dict.fromkeys(("first", "last"), today()) | query
    )


def figures(row):
    counts, sums = row["counts"], row["sums"]
    return counts.visits, counts.views, counts.carts, sums.orders, counts.refused


def test_each_partner_has_what_its_own_visitors_did(report, malls):
    rows = {row["key"]: row for row in report().context["rows"]}
    assert {key: figures(row) for key, row in rows.items()} == {
        malls[0].pk: (3, 3, 3, 2, 0),
        malls[1].pk: (1, 1, 1, 0, 4),
    }
    kept = Order.objects.get(channel=malls[0].channel, refunded_fen=0)
    assert rows[malls[0].pk]["sums"].commission_fen == kept.credit.commission_fen


def test_each_figure_leads_to_its_rows(report, client):
    context = report().context
    for row in [*context["rows"], {"counts": None, "links": context["links"]} | {"now": context["now"]}]:
        for name in ("visits", "views", "carts", "orders"):
            listed = client.get(row["links"][name]).context["cl"].result_count
            if row["counts"] is None:
                told = row["now"][name]
            else:
                told = row["sums"].orders if name == "orders" else getattr(row["counts"], name)
            assert listed == told, (name, row)


def test_by_month_and_day_it_is_the_same_sum(report):
    for by in ("month", "day"):
        (row,) = report(by=by).context["rows"]
        assert figures(row) == (4, 4, 4, 2, 4)


def test_orders_of_displays_and_of_no_partner_are_in_no_figure(report, client, malls):
    product = listable(on_hand=100)
    hour = timezone.now() + datetime.timedelta(hours=1)
    scanned = Visit.objects.create(display=display_of(product), product=product, expires_at=hour)
    for visit in (scanned.pk, uuid.uuid4()):
        paid_order(product.skus.get(), visit=visit)
    for by in ("month", "day"):
        context = report(by=by).context
        (row,) = context["rows"]
        listed = [client.get(found["links"]["orders"]).context["cl"] for found in (row, context)]
        assert (row["sums"].orders, [found.result_count for found in listed]) == (2, [2, 2])


def test_figures_of_all_partners_lead_to_no_rows_of_displays(report, client):
    product, now = listable(), timezone.now()
    hour = now + datetime.timedelta(hours=1)
    display = display_of(product)
    scanned = Visit.objects.create(display=display, product=product, carted_at=now, expires_at=hour)
    ProductView.objects.create(visit=scanned, product=product)
    RefusedLink.objects.create(day=timezone.localdate(), reason="stale", kind="listing", count=1)
    context = report(by="month").context
    for links in (context["rows"][0]["links"], context["links"]):
        names = ("visits", "views", "carts", "refused")
        listed = {name: client.get(links[name]).context["cl"].result_count for name in names}
        assert listed == {"visits": 4, "views": 4, "carts": 4, "refused": 1}


def test_one_partner_can_be_looked_at_alone(report, malls):
    context = report(partner=malls[1].pk).context
    assert [row["key"] for row in context["rows"]] == [malls[1].pk]
    assert (context["now"]["visits"], context["now"]["orders"]) == (1, 0)


def test_the_period_before_is_compared_with(report, malls):
    old = visit(malls[0], listable())
    Visit.objects.filter(pk=old.pk).update(at=timezone.now() - datetime.timedelta(days=1))
    assert report().context["changes"]["visits"] == 3000


def test_a_bar_leads_to_the_orders_of_its_partner_and_day(report, malls):
    (bar,) = [bar for bar in report().context["chart"].bars if bar.height]
    query = parse_qs(urlsplit(bar.url).query)
    assert query["channel__id__exact"] == [str(malls[0].channel_id)]
    assert (query["paid_from"], query["came_by"]) == ([today()], ["link"])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_rows_can_be_taken_along(report, kind):
    answer = report(**{"as": kind})
    assert f".{kind}" in answer["Content-Disposition"]
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row[1:5] for row in rows[1:]] == [["3", "3", "3", "2"], ["1", "1", "1", "0"]]


def test_a_period_that_ends_before_it_begins_comes_back_at_its_field(report):
    page = report(first="2026-05-02", last="2026-05-01")
    assert list(page.context["form"].errors) == ["last"]


def test_nobody_but_kita_reads_it(report, client, malls):
    client.force_login(works_at(malls[0]))
    assert client.get(reverse("admin:partners_report")).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_visits(report, malls):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            report()
        return len(captured)

    report()
    few = queries()
    product = listable()
    for _ in range(20):
        visit(malls[1], product)
    assert queries() == few


def test_a_visit_that_nobody_made_is_no_order(malls):
    sku = listable().skus.get()
    order = paid_order(sku, visit=uuid.uuid4())
    assert order.channel.code == "store"


def test_the_lists_behind_the_figures_begin_with_the_newest(client, malls):
    product = listable(on_hand=100)
    made = [visit(malls[0], product, is_paid=True) for _ in range(6)]
    for days, row in enumerate(made):
        then = timezone.now() - datetime.timedelta(days=days)
        Visit.objects.filter(pk=row.pk).update(at=then)
        Order.objects.filter(credit__visit=row).update(paid_at=then if days else None)
        RefusedLink.objects.create(partner=malls[0], day=then.date(), kind="listing", reason="stale", count=1)
    client.force_login(kita_officer())

    def rows(name):
        return list(client.get(reverse(f"admin:partners_{name}_changelist")).context["cl"].result_list)

    assert rows("visit") == made
    assert [row.visit for row in rows("credit")] == [*made[1:], made[0]]
    days = [row.day for row in rows("refusedlink")]
    assert days == sorted(days, reverse=True)
