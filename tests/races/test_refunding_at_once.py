"""Two officers refund the same parcel at once; KITA refunds it while the seller sends it."""

import pytest
from django.db import IntegrityError

from catalog.models import Stock
from orders import locks
from orders.dispatch import send
from orders.models import Consignment, Refund
from orders.refund import ChangedMeanwhile, NothingLeft, refund_consignment
from orders.transitions import WrongState
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import freight_rule, paid_order
from tests.races.rival import all_read_before_any_goes_on, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def parcel():
    """The first of two parcels of a paid order, of two units."""
    daily_terms()
    freight_rule()
    return paid_order(sku_in_stock(5), sku_in_stock(5), quantity=2).consignments.order_by("pk").first()


def officer(parcel, **how):
    """Decides upon a parcel that has not left, each with a form of its own."""
    amount = sum(line.goods_fen + line.freight_fen + line.tax_fen for line in parcel.lines.all())
    how = {"seen": ("to_ship", amount)} | how
    return lambda: refund_consignment(consignment_id=parcel.pk, reason="sold_out", is_back=True, **how)


def seller(parcel):
    return lambda: send(consignment_id=parcel.pk, carrier="sf", tracking_number="SF123456")


def unlocked(pk):
    return Consignment.objects.select_related("order", "seller").get(pk=pk)


def books(parcel):
    """(units given back, refunds, on hand, parcel)."""
    line = parcel.lines.get()
    stock = Stock.objects.get(pk=line.sku_id).on_hand
    return line.refunded_quantity, Refund.objects.count(), stock, Consignment.objects.get(pk=parcel.pk).state


def test_without_the_lock_the_database_stops_the_second_and_nobody_is_told_why(parcel):
    with all_read_before_any_goes_on(locks, "consignment", unlocked):
        outcomes = together(officer(parcel), officer(parcel))
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [IntegrityError]
    assert books(parcel) == (2, 1, 5, "cancelled")


def test_of_two_officers_one_refunds_and_the_other_is_told(parcel):
    outcomes = together(officer(parcel), officer(parcel))
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NothingLeft) for outcome in outcomes) == 1
    assert books(parcel) == (2, 1, 5, "cancelled")


def test_of_two_officers_who_each_give_one_unit_back_both_do(parcel):
    line = parcel.lines.get().pk
    one = {"quantities": {line: 1}, "seen": None}
    outcomes = together(officer(parcel, **one), officer(parcel, **one))
    assert all(isinstance(outcome, Refund) for outcome in outcomes)
    assert books(parcel) == (2, 2, 5, "cancelled")


def test_without_the_lock_a_parcel_is_sent_and_refunded_as_unsent(parcel):
    with all_read_before_any_goes_on(locks, "consignment", unlocked):
        outcomes = together(officer(parcel), seller(parcel))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_either_the_parcel_is_sent_or_it_is_refunded(parcel):
    refunded, sent = together(officer(parcel), seller(parcel))
    if isinstance(refunded, Refund):
        assert isinstance(sent, WrongState)
        assert books(parcel) == (2, 1, 5, "cancelled")
    else:
        assert isinstance(refunded, ChangedMeanwhile)
        assert books(parcel) == (0, 0, 3, "shipped")
