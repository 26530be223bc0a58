"""The partner's daily statement: fetched, kept, held against our orders to the fen."""

import csv
import datetime
import io

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from orders.dispatch import send
from orders.models import Order
from orders.refund import refund_consignment
from partners import inbound, statements
from partners.connectors.connector import Fault, Unknown
from partners.connectors.igetmall import IGetMall
from partners.models import Discrepancy, PartnerOrder, PartnerRefund, Statement
from partners.tasks import fetch_statements_of
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer
from tests.partners.convergence import converge, pull_orders

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
LIST = reverse("admin:partners_discrepancy_changelist")


@pytest.fixture
def mall(sandbox):
    """A mall that earns the 8 % that its stand-in reckons with."""
    daily_terms()
    return partner_mall(sandbox.url, commission="0.0800")


@pytest.fixture
def product(mall):
    product = listable(on_hand=20)
    changed(product, "state")
    converge(mall)
    return product


def buy(sandbox, mall, product, quantity=1):
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=quantity)
    pull_orders(mall)
    return bought


def give_back(units=1, **order):
    line = Order.objects.get(**order).lines.get()
    how = {"reason": "damaged", "is_back": False, "quantities": {line.pk: units}}
    return refund_consignment(consignment_id=line.consignment_id, **how)


def a_day_passes(sandbox):
    """On both sides all that was booked was booked a day earlier."""
    sandbox.operate("/operator/statements/back/", days=1)
    booked = {"told_at": F("told_at") - DAY, "shipment_told_at": F("shipment_told_at") - DAY}
    PartnerOrder.objects.update(received_at=F("received_at") - DAY, **booked)
    PartnerRefund.objects.update(told_at=F("told_at") - DAY)
    Statement.objects.update(day=F("day") - DAY)


def fetch(sandbox, mall, *faults):
    """A day passes, and its statement comes."""
    a_day_passes(sandbox)
    for fault in faults:
        sandbox.fault(fault, 1)
    return statements.fetch(mall, timezone.localdate() - DAY)


def open_kinds():
    return sorted(Discrepancy.objects.filter(settled_at=None).values_list("kind", flat=True))


def test_a_day_on_which_both_sides_agree_has_no_difference(sandbox, mall, product):
    buy(sandbox, mall, product, 3)
    other = buy(sandbox, mall, product, 2)
    give_back(1, partner_order__remote_id=other["order_id"])
    parcel = Order.objects.get(partner_order__remote_id=other["order_id"]).consignments.get()
    send(consignment_id=parcel.pk, carrier="cj", tracking_number="6012345678")
    pull_orders(mall)
    statement = fetch(sandbox, mall)
    assert (statement.orders, open_kinds()) == (2, [])
    kept = sum(order.total_fen - order.refunded_fen for order in Order.objects.all())
    assert statement.paid_fen - statement.refunded_fen == kept
    assert 0 < statement.net_fen == kept - statement.commission_fen


def test_days_after_the_sale_add_up_with_it(sandbox, mall, product):
    buy(sandbox, mall, product, 3)
    fetch(sandbox, mall)
    for _ in range(2):
        give_back(1)
        pull_orders(mall)
        statement = fetch(sandbox, mall)
        assert (statement.paid_fen, statement.commission_fen < 0, open_kinds()) == (0, True, [])
    assert Statement.objects.count() == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("statement-drops", "there"),
        ("statement-invents", "here"),
        ("statement-amount", "amount"),
        ("statement-refund", "refund"),
        ("statement-commission", "commission"),
        ("statement-state", "state"),
    ],
)
def test_each_kind_of_difference_is_found_and_settles_once_the_statement_is_mended(
    sandbox, mall, product, fault, kind
):
    buy(sandbox, mall, product, 2)
    statement = fetch(sandbox, mall, fault)
    assert open_kinds() == [kind]
    statements.fetch(mall, statement.day)
    found = Discrepancy.objects.get()
    assert (open_kinds(), found.settled_by, bool(found.settled_at)) == ([], None, True)


def test_a_refund_that_the_partner_books_a_day_later_is_a_difference_for_a_day(sandbox, mall, product):
    buy(sandbox, mall, product, 2)
    give_back(1)
    PartnerRefund.objects.update(told_at=timezone.now())  # our word of it got lost on the way
    fetch(sandbox, mall)
    assert open_kinds() == ["commission", "refund"]
    PartnerRefund.objects.update(told_at=None)
    PartnerOrder.objects.update(next_try_at=timezone.now())
    pull_orders(mall)
    fetch(sandbox, mall)
    assert (open_kinds(), Discrepancy.objects.count()) == ([], 2)


def test_an_order_that_was_called_off_before_we_confirmed_it_is_in_neither_book(sandbox, mall, product):
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=1)
    inbound.receive(mall, bought, came_by="notice")
    sandbox.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    pull_orders(mall)
    assert (fetch(sandbox, mall).orders, open_kinds()) == (0, [])


def test_what_a_person_explained_stays_settled_while_nothing_changes(sandbox, mall, product, client):
    buy(sandbox, mall, product)
    statement = fetch(sandbox, mall, "statement-amount")
    client.force_login(kita_officer())
    url = reverse("admin:partners_discrepancy_change", args=[Discrepancy.objects.get().pk])
    assert client.post(url, {"note": " "}).status_code == 200
    assert client.post(url, {"note": "1 fen, rounding at the mall"}).status_code == 302
    assert (open_kinds(), Discrepancy.objects.get().settled_by is None) == ([], False)
    sandbox.fault("statement-amount", 1)
    statements.fetch(mall, statement.day)
    assert open_kinds() == []
    assert client.post(url, {"note": "another word"}).status_code == 403


def test_the_task_fetches_the_days_that_are_missing_and_no_day_twice(sandbox, mall, product):
    buy(sandbox, mall, product)
    for _ in range(3):
        a_day_passes(sandbox)
    for _ in range(2):
        fetch_statements_of(mall.pk)
    assert Statement.objects.count() == 3
    assert sandbox.state()["calls"]["igm.statements.get OK"] == 3


def test_a_day_that_is_not_over_is_not_ready(mall):
    assert statements.fetch(mall, timezone.localdate()) is None
    assert not Statement.objects.exists()


@pytest.mark.parametrize("fault", ["drop", "busy", "rubbish"])
def test_a_statement_that_did_not_come_is_asked_for_again(sandbox, mall, product, fault):
    buy(sandbox, mall, product)
    with pytest.raises(Fault):
        fetch(sandbox, mall, fault)
    assert statements.fetch_missing(mall) == 1


def test_pages_that_do_not_add_up_are_not_kept(mall, product, sandbox, monkeypatch):
    buy(sandbox, mall, product)
    whole = IGetMall.statement

    def short(self, day, cursor):
        page = whole(self, day, cursor)
        page.rows.pop()
        return page

    monkeypatch.setattr(IGetMall, "statement", short)
    with pytest.raises(Unknown, match="does not add up"):
        fetch(sandbox, mall)
    assert not Statement.objects.exists()


def test_a_day_is_read_as_csv_with_both_sides(sandbox, mall, product, client):
    bought = buy(sandbox, mall, product, 2)
    statement = fetch(sandbox, mall, "statement-amount")
    client.force_login(kita_officer())
    url = reverse("admin:partners_statement_csv", args=[statement.pk])
    head, row = csv.reader(io.StringIO(client.get(url).content.decode("utf-8-sig")))
    paid = Order.objects.get().total_fen
    assert (row[0], row[1]) == (bought["order_id"], Order.objects.get().number)
    assert row[4:6] == [f"{(paid + 1) / 100:.2f}", f"{paid / 100:.2f}"]
    assert (len(head), row[-1]) == (13, "결제 금액")


def test_the_month_shows_what_is_compared_agreed_and_open(sandbox, mall, product, client):
    buy(sandbox, mall, product)
    statement = fetch(sandbox, mall, "statement-amount", "statement-commission")
    client.force_login(kita_officer())
    month = {"month": f"{statement.day:%Y-%m}"}
    shown = client.get(reverse("admin:partners_statement_month"), month).context
    assert (shown["compared"], shown["agreed"], shown["open"]) == (1, 0, 2)
    page = client.get(reverse("admin:partners_statement_change", args=[statement.pk])).content.decode()
    order = Order.objects.get()
    for model, pk in (("partners_partnerorder", order.partner_order.pk), ("orders_order", order.pk)):
        assert reverse(f"admin:{model}_change", args=[pk]) in page


@pytest.mark.parametrize("month", ["", "2026-13", "x", "1999-01"])
def test_a_month_that_is_none_is_answered_with_a_page(mall, client, month):
    client.force_login(kita_officer())
    assert client.get(reverse("admin:partners_statement_month"), {"month": month}).status_code == 200


def test_lists_ask_as_often_for_many_as_for_few(sandbox, mall, product, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    buy(sandbox, mall, product)
    statement = fetch(sandbox, mall, "statement-amount")
    client.force_login(kita_officer())
    row = Discrepancy.objects.get()

    def queries():
        with CaptureQueriesContext(connection) as caught:
            for url in (LIST, reverse("admin:partners_statement_changelist")):
                client.get(url)
        return len(caught)

    queries()
    few = queries()
    for number in range(20):
        row.pk, row.remote_id = None, f"IGO{number}"
        row.save()
        statement.pk, statement.day = None, statement.day - DAY
        statement.save()
    assert queries() == few
