"""Goods of several products come back while the listings of all of them are marked at two malls."""

import threading

import pytest
from django.db import OperationalError, transaction

from catalog.models import Stock
from catalog.stock import restock
from orders.refund import refund_order
from partners import locks
from partners.mark import mark_changed
from partners.models import Listing
from tests.factories.orders import freight_rule, paid_order
from tests.factories.partners import listable, partner_mall
from tests.races.rival import PATIENCE, together, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    freight_rule()
    partner_mall()
    partner_mall(code="another")
    order = paid_order(*(listable().skus.get() for _ in range(2)))
    Listing.objects.all().delete()
    mark_changed(None, {"price"})
    return order


def against_marking(call):
    """The outcomes of a marker of all listings that is half-way, and of `call`, which then goes on.

    The marker has the second product's at the first mall, and takes those of the second mall behind it.
    """
    begun = threading.Event()
    one, other = Listing.objects.order_by("partner").values_list("partner", flat=True).distinct()
    second = Listing.objects.order_by("product").last().product_id

    def marker():
        with transaction.atomic():
            assert len(locks.in_order(Listing.objects.filter(partner=one, product=second)))
            begun.set()
            until_somebody_waits()
            return len(locks.in_order(Listing.objects.filter(partner=other)))

    def late():
        begun.wait(PATIENCE)
        return call()

    return together(marker, late)


def test_line_by_line_they_lock_each_other_out(order):
    @transaction.atomic
    def by_line():
        for sku in order.lines.order_by("product").values_list("sku", flat=True):
            restock(lines=[(sku, 1)], reason="return")

    outcomes = against_marking(by_line)
    assert any(isinstance(outcome, OperationalError) for outcome in outcomes), outcomes


def test_a_refund_takes_all_its_lines_in_the_markers_order(order):
    assert against_marking(lambda: refund_order(order_id=order.pk, reason="other").pk) == [2, order.pk]
    assert set(Stock.objects.values_list("on_hand", flat=True)) == {10}
