"""The 15 minutes end at the moment at which the notice arrives."""

import pytest

from catalog.models import Stock
from orders import locks
from orders.expire import expire_order
from orders.models import Order, YearUse
from orders.payments.settle import settle
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import Shopper, freight_rule
from tests.races.payments import paid, pending_payment
from tests.races.rival import all_read_before_any_goes_on, run_before, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payment():
    """Closed at the provider a moment ago, and yet paid: the provider's own race."""
    daily_terms()
    freight_rule()
    return pending_payment(Shopper().place((sku_in_stock(5), 2)), state="closed")


def books():
    """(order, parcel, on hand, reserved, counted to the year)."""
    order = Order.objects.get()
    stock = Stock.objects.values_list("on_hand", "reserved").get()
    return (order.state, order.consignments.get().state, *stock, YearUse.objects.get().used_fen)


def in_order(order):
    return ("paid", "to_ship", 3, 0, order.goods_fen + order.freight_fen)


def notice(payment):
    return lambda: settle(payment_id=payment.pk, report=paid(payment), source="notice")


def expiry(payment):
    return lambda: expire_order(order_id=payment.order_id)


def test_without_the_lock_the_books_do_not_agree(payment):
    def unlocked(pk):
        return Order.objects.get(pk=pk)

    with all_read_before_any_goes_on(locks, "order", unlocked):
        together(notice(payment), expiry(payment))
    assert books() != in_order(payment.order)


def test_the_paid_order_is_filled_whoever_comes_first(payment):
    ended = together(notice(payment), expiry(payment))[1]
    assert ended in (True, False)
    assert books() == in_order(payment.order)


def test_an_expiry_just_before_the_notice_is_taken_back(payment):
    with run_before(locks, "payment", expiry(payment)):
        assert notice(payment)() == "applied"
    assert books() == in_order(payment.order)
    kinds = [event.kind for event in Order.objects.get().events.order_by("pk")]
    assert kinds == ["placed", "expired", "paid"]


def test_a_notice_just_before_the_expiry_stays(payment):
    with run_before(locks, "order", notice(payment)):
        assert expiry(payment)() is False
    assert books() == in_order(payment.order)


def test_units_that_another_buyer_took_in_between_are_not_sold_again(payment):
    def rival():
        expire_order(order_id=payment.order_id)
        Stock.objects.update(on_hand=1)

    with run_before(locks, "payment", rival):
        notice(payment)()
    assert books() == ("paid", "cancelled", 1, 0, 0)
    assert payment.refunds.get().amount_fen == payment.amount_fen
