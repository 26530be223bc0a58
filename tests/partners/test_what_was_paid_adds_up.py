"""Goods, tax and freight of a partner's order are what was paid, or it is not placed; at every mall alike."""

import json

import pytest

from orders.models import Order
from partners import inbound
from partners.models import PartnerOrder
from tests.factories.partners import listable
from tests.partners.convergence import pull_orders, work_orders
from tests.partners.selling import buy, told

pytestmark = pytest.mark.django_db


def read_with(mall, bought, **more_fen):
    """The mall's order is read, with so much more in some of its sums."""
    inbound.pull(mall)
    row = PartnerOrder.objects.get(remote_id=bought["order_id"])
    order = json.loads(row.raw)
    row.raw = json.dumps(order | {name: order[name] + fen for name, fen in more_fen.items()})
    row.save()


def test_only_freight_that_the_mall_told_is_freight(stand_in, each_mall):
    product = listable(on_hand=5)
    bought = buy(stand_in, product)
    read_with(each_mall, bought, paid_fen=1_000)
    work_orders()
    assert not Order.objects.exists()
    pull_orders(each_mall)
    there = told(stand_in, bought)
    assert (there["state"], there["refusal"].partition(":")[0]) == ("refused", "price_differs")
    bought = buy(stand_in, product)
    read_with(each_mall, bought, paid_fen=1_000, freight_fen=1_000)
    work_orders()
    order = Order.objects.get()
    assert (order.freight_fen, order.total_fen) == (1_000, bought["paid_fen"] + 1_000)
