"""Where an order came from is written once, with the order: whatever is clicked or told later changes nothing."""

import uuid

import pytest
from django.utils import timezone

from orders import transitions
from orders.models import Order
from partners import inbound
from partners.models import Credit, PartnerOrder
from tests.factories.orders import Shopper, freight_rule
from tests.factories.partners import listable, partner_mall
from tests.partners.convergence import pull_orders, work_orders
from tests.partners.selling import buy
from tests.partners.test_last_click_wins import click
from tests.partners.test_partner_orders import notify

pytestmark = pytest.mark.django_db
LATER = "2030-01-01T00:00:00+08:00"


@pytest.fixture
def other(mall):
    freight_rule(free_from_fen=0)
    return partner_mall(code="other", commission="0.2000")


def visit_of(client):
    return uuid.UUID(client.cookies["kv"].value)


def origin():
    """Of the one order there is, with what is credited for it."""
    order = Order.objects.values("channel", "visit", "origin_key", "user").get()
    return order | Credit.objects.values("visit__partner", "commission_fen").get()


def test_of_a_malls_order_by_pull_by_notice_and_after_a_worker_that_died(sandbox, mall, other, client):
    product = listable()
    bought = buy(sandbox, product)
    pull_orders(mall)
    first = origin()
    assert (first["channel"], first["visit"]) == (mall.channel_id, None)
    click(client, other, product)
    for telling in (bought, bought | {"updated_at": LATER}):
        assert notify(client, telling).json()["code"] == "OK"
    pull_orders(mall)
    assert inbound.receive(mall, bought, came_by="pull").order == Order.objects.get()
    PartnerOrder.objects.update(state="received", order=None, next_try_at=timezone.now())
    work_orders()
    assert (origin(), PartnerOrder.objects.get().order) == (first, Order.objects.get())


def test_of_an_order_here_by_another_malls_link_and_by_the_same_form_again(mall, other, client):
    sku, shopper, key = listable().skus.get(), Shopper(), uuid.uuid4().hex
    click(client, mall, sku.product)
    order = shopper.place((sku, 1), key=key, visit=visit_of(client))
    first = origin()
    assert (first["channel"], first["visit"]) == (mall.channel_id, visit_of(client))
    click(client, other, sku.product)
    assert visit_of(client) != first["visit"]
    assert shopper.place((sku, 1), key=key, visit=visit_of(client)) == order
    transitions.pay(order, at=timezone.now())
    assert origin() == first
