"""The daily statement, fetched and held against our orders to the fen, at every mall alike."""

import contextlib

import pytest
from django.utils import timezone

from orders.models import Order
from orders.refund import refund_consignment
from partners import inbound, pace, statements
from partners.connectors.connector import Fault
from partners.models import Discrepancy, Statement
from partners.tasks import fetch_statement, fetch_statements_of
from tests.factories.partners import listable
from tests.partners.convergence import pull_orders
from tests.partners.selling import DAY, a_day_passes, buy, fetch, open_kinds, ship

pytestmark = [pytest.mark.django_db, pytest.mark.needs("statements", "refunds")]
KINDS = {
    "statement-drops": "there",
    "statement-invents": "here",
    "statement-amount": "amount",
    "statement-refund": "refund",
    "statement-commission": "commission",
    "statement-state": "state",
}


@pytest.fixture
def product(each_mall):
    return listable(on_hand=20)


@pytest.fixture
def bought(stand_in, each_mall, product):
    bought = buy(stand_in, product, quantity=3)
    pull_orders(each_mall)
    return bought


def give_back(units=1):
    line = Order.objects.get().lines.get()
    how = {"reason": "damaged", "is_back": False, "quantities": {line.pk: units}}
    return refund_consignment(consignment_id=line.consignment_id, **how)


def test_a_day_on_which_both_sides_agree_has_no_difference(stand_in, each_mall, bought):
    give_back()
    ship(0)
    pull_orders(each_mall)
    statement, order = fetch(stand_in, each_mall), Order.objects.get()
    assert (statement.orders, open_kinds()) == (1, [])
    assert (statement.paid_fen, statement.refunded_fen) == (order.total_fen, order.refunded_fen)
    assert statement.net_fen == order.total_fen - order.refunded_fen - statement.commission_fen > 0


def test_days_after_the_sale_add_up_with_it(stand_in, each_mall, bought):
    fetch(stand_in, each_mall)
    for _ in range(2):
        give_back()
        pull_orders(each_mall)
        statement = fetch(stand_in, each_mall)
        assert (statement.paid_fen, statement.commission_fen < 0, open_kinds()) == (0, True, [])
    assert Statement.objects.count() == 3


def test_each_kind_of_difference_is_found_and_settles_once_the_statement_is_mended(
    stand_in, each_mall, bought
):
    a_day_passes(stand_in)
    day = timezone.localdate() - DAY
    for fault, kind in KINDS.items():
        stand_in.fault(fault, 1)
        statements.fetch(each_mall, day)
        assert open_kinds() == [kind]
        statements.fetch(each_mall, day)
        assert open_kinds() == []
    assert {row.settled_by for row in Discrepancy.objects.all()} == {None}


def test_an_order_that_was_called_off_before_we_confirmed_it_is_in_neither_book(stand_in, each_mall, product):
    bought = buy(stand_in, product)
    inbound.pull(each_mall)
    stand_in.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    pull_orders(each_mall)
    assert (fetch(stand_in, each_mall).orders, open_kinds()) == (0, [])


def test_the_task_fetches_the_days_that_are_missing_and_no_day_twice(stand_in, each_mall, bought):
    for _ in range(3):
        a_day_passes(stand_in)
    fetch_statements_of(each_mall.pk)
    asked = stand_in.state()["calls"]
    fetch_statements_of(each_mall.pk)
    assert (Statement.objects.count(), stand_in.state()["calls"]) == (3, asked)


@pytest.mark.parametrize(("task", "more"), [(fetch_statements_of, ()), (fetch_statement, ("2026-11-01",))])
def test_a_mall_that_asks_us_to_wait_burns_no_try(monkeypatch, stand_in, each_mall, bought, task, more):
    a_day_passes(stand_in)
    woken = []
    monkeypatch.setattr(
        "partners.wake.app.send_task", lambda name, args, **how: woken.append((name, args, how["countdown"]))
    )
    pace.ease(each_mall, 90)
    task(each_mall.pk, *more)
    [(name, args, seconds)] = woken
    assert (name, args) == (task.name, (each_mall.pk, *more))
    assert 60 < seconds <= 90


def test_a_day_that_is_not_over_is_not_ready(each_mall):
    assert statements.fetch(each_mall, timezone.localdate()) is None
    assert not Statement.objects.exists()


def test_a_statement_that_did_not_come_is_asked_for_again(stand_in, each_mall, bought):
    a_day_passes(stand_in)
    for fault in ("drop", "busy"):
        stand_in.fault(fault, 1)
        with pytest.raises(Fault):
            statements.fetch(each_mall, timezone.localdate() - DAY)
    assert statements.fetch_missing(each_mall) == 1


def test_a_day_that_cannot_be_had_holds_up_no_later_one(stand_in, each_mall, product, bought):
    a_day_passes(stand_in)
    buy(stand_in, product)
    pull_orders(each_mall)
    a_day_passes(stand_in)
    stand_in.fault("rubbish", 1)
    with pytest.raises(Fault):
        statements.fetch_missing(each_mall)
    yesterday = timezone.localdate() - DAY
    assert list(Statement.objects.values_list("day", flat=True)) == [yesterday]
    assert statements.fetch_missing(each_mall) == 1
    assert list(Statement.objects.values_list("day", flat=True)) == [yesterday, yesterday - DAY]
    assert open_kinds() == []


def test_a_day_with_a_net_that_is_not_of_its_figures_is_not_kept(stand_in, each_mall, bought):
    with contextlib.suppress(Fault):  # or it is a file with a fault
        fetch(stand_in, each_mall, "statement-net")
    assert not Statement.objects.exists()
    fetch(stand_in, each_mall)
    assert Statement.objects.count() == 1
