"""The notice and the poller bring the same news at one moment, or the notice comes twice."""

from unittest import mock

import pytest

from catalog.models import Stock
from orders import locks, transitions
from orders.models import Order, Payment
from orders.payments.settle import settle
from orders.transitions import WrongState
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import Shopper, freight_rule
from tests.races.payments import paid, pending_payment
from tests.races.rival import all_read_before_any_goes_on, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payment():
    daily_terms()
    freight_rule()
    return pending_payment(Shopper().place((sku_in_stock(5), 2)))


def news(payment, source):
    return lambda: settle(payment_id=payment.pk, report=paid(payment), source=source)


def unlocked(pk):
    return Payment.objects.select_related("order").get(pk=pk)


def test_without_the_lock_only_the_states_stop_the_second_sale(payment):
    with all_read_before_any_goes_on(locks, "payment", unlocked):
        outcomes = together(news(payment, "notice"), news(payment, "query"))
    assert "applied" in outcomes
    assert any(isinstance(outcome, WrongState) for outcome in outcomes)


def test_without_lock_and_states_the_units_are_sold_twice(payment):
    with (
        all_read_before_any_goes_on(locks, "payment", unlocked),
        mock.patch.object(transitions, "open_for_shipping"),
    ):
        together(news(payment, "notice"), news(payment, "query"))
    assert Stock.objects.get().on_hand == 1


def test_the_payment_is_applied_once(payment):
    outcomes = together(news(payment, "notice"), news(payment, "query"), news(payment, "notice"))
    assert sorted(outcomes) == ["applied", "repeated", "repeated"]
    assert (Stock.objects.get().on_hand, Order.objects.get().state) == (3, "paid")
    assert Order.objects.get().events.filter(kind="paid").count() == 1
