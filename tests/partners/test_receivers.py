"""What flows up from catalogue and orders does so by these receivers: without one, its feature breaks."""

import contextlib

import pytest
from django.utils import timezone

from catalog.signals import product_changed
from orders.dispatch import send
from orders.models import Order
from orders.signals import consignment_sent, order_placed
from partners import inbound, receivers
from partners.credit import open_visit
from partners.mark import mark_changed
from partners.models import Credit, Listing, PartnerOrder
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.partners.convergence import work_orders

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def without(signal, receiver):
    assert signal.disconnect(receiver), "it was not connected"
    try:
        yield
    finally:
        signal.connect(receiver)


def test_a_changed_product_is_due_at_its_partners():
    mall, product = partner_mall(), listable()
    with without(product_changed, receivers.mark_listings):
        changed(product, "text")
        assert not Listing.objects.exists()
    changed(product, "text")
    changed(product, "stock")
    listing = Listing.objects.get()
    assert (listing.partner, listing.version, listing.due_full, listing.due_stock) == (mall, 2, True, True)


def test_exactly_the_changed_products_are_due():
    partner_mall()
    first, second = listable(), listable()
    changed(first, "text")
    changed(second, "text")
    Listing.objects.update(due_full=False)
    changed(second, "price")
    due = Listing.objects.filter(due_full=True) | Listing.objects.filter(due_stock=True)
    assert [row.product for row in due] == [second]


def test_a_new_rate_makes_everything_due():
    partner_mall()
    for _ in range(3):
        changed(listable(), "text")
    Listing.objects.update(due_full=False, due_stock=False)
    product_changed.send(None, product_ids=None, kinds={"price"})
    assert Listing.objects.filter(due_stock=True, version=2).count() == 3


def test_marking_is_one_statement(django_assert_num_queries):
    partner_mall()
    product = listable()
    with django_assert_num_queries(1):
        mark_changed([product.pk], {"text"})


def order_by(visit, number):
    from catalog.models import ExchangeRate
    from orders.place import store_channel

    order = Order.objects.create(
        number=number, origin_key=number, channel=store_channel(), visit=visit.pk, placed_at=timezone.now(), goods_fen=100,
        total_fen=100, rate=ExchangeRate.objects.get(), province_code="50",
    )  # fmt: skip
    order_placed.send(Order, order=order)


def test_an_order_of_a_visit_is_credited():
    daily_terms()
    visit = open_visit(product=None, landing="/", partner=partner_mall())
    with without(order_placed, receivers.credit_the_sale):
        order_by(visit, "K1")
        assert not Credit.objects.exists()
    order_by(visit, "K2")
    assert Credit.objects.get().order.number == "K2"


def test_a_shipment_is_to_be_told(sandbox):
    daily_terms()
    mall, product = partner_mall(sandbox.url), listable()
    changed(product, "state")
    from tests.partners.convergence import converge

    converge(mall)
    sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=1)
    inbound.pull(mall)
    work_orders()
    parcel = Order.objects.get().consignments.get()
    with without(consignment_sent, receivers.tell_the_partner):
        send(consignment_id=parcel.pk, carrier="cj", tracking_number="6012345678")
        assert not inbound.due_partners()
    consignment_sent.send(None, consignment=parcel)
    assert PartnerOrder.objects.get().next_try_at
