"""A partner's shopper calls an order off while its seller hands the parcel to the carrier: exactly one wins."""

import pytest
from django.utils import timezone

from catalog.models import Stock
from orders import locks as order_locks
from orders import refund
from orders.dispatch import send
from orders.models import Consignment, Order, Refund
from orders.transitions import WrongState
from partners import locks, requests
from partners.models import PartnerOrder, PartnerRequest
from tests.factories.catalog import daily_terms
from tests.factories.orders import paid_order
from tests.factories.partners import listable, partner_mall
from tests.races.rival import run_before, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row():
    """A partner's confirmed order of two units, with a cancel that waits for its answer."""
    daily_terms()
    mall = partner_mall()
    order = paid_order(listable(on_hand=5).skus.get(), quantity=2)
    row = mall.orders.create(remote_id="IGO1", raw="{}", came_by="pull", state="placed", order=order)
    row.requests.create(remote_id="IGR1", kind="cancel", stands="open", asked_at=timezone.now())
    return row


def shopper(row):
    return lambda: requests.settle(PartnerOrder.objects.get(pk=row.pk))


def seller(row):
    parcel = row.order.consignments.get().pk
    return lambda: send(consignment_id=parcel, carrier="sf", tracking_number="SF123456")


def books(row):
    """(answer, refunds, on hand, parcel)."""
    parcel = Consignment.objects.get(order=row.order_id)
    on_hand = Stock.objects.get(pk=parcel.lines.get().sku_id).on_hand
    return PartnerRequest.objects.get().answer, Refund.objects.count(), on_hand, parcel.state


def unlocked_order(pk):
    return Order.objects.select_related("rate").get(pk=pk)


def unlocked_request(pk):
    return PartnerRequest.objects.select_related("order").get(pk=pk)


def test_without_the_locks_a_parcel_is_on_its_way_whose_units_are_for_sale_again(row, monkeypatch):
    monkeypatch.setattr(order_locks, "order", unlocked_order)
    monkeypatch.setattr(locks, "request", unlocked_request)
    with run_before(refund, "_promise", seller(row)):
        shopper(row)()
    assert Consignment.objects.get().shipped_at
    assert books(row) == ("accept", 1, 5, "refunded")


def test_either_the_parcel_leaves_or_the_order_is_called_off(row):
    answered, sent = together(shopper(row), seller(row))
    assert answered is None
    if isinstance(sent, WrongState):
        assert books(row) == ("accept", 1, 5, "cancelled")
    else:
        assert books(row) == ("reject", 0, 3, "shipped")


def test_two_workers_answer_once(row):
    assert together(shopper(row), shopper(row)) == [None, None]
    assert books(row) == ("accept", 1, 5, "cancelled")
