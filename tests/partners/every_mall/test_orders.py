"""Orders at every mall: by a clock that differs, and with sums that do not add up."""

import contextlib
import json

import pytest

from orders.models import Order
from partners import inbound
from partners.connectors.connector import Fault
from partners.models import PartnerOrder
from tests.factories.partners import listable
from tests.partners.convergence import pull_orders, work_orders
from tests.partners.selling import buy, told

pytestmark = [pytest.mark.django_db, pytest.mark.needs("orders")]
FOR_EVER = 1000  # calls


def read_with(mall, bought, **more_fen):
    """The mall's order is read, with so much more in some of its sums."""
    inbound.pull(mall)
    row = PartnerOrder.objects.get(remote_id=bought["order_id"])
    order = json.loads(row.raw)
    row.raw = json.dumps(order | {name: order[name] + fen for name, fen in more_fen.items()})
    row.save()


def test_only_freight_that_the_mall_told_is_freight(stand_in, each_mall):
    """Goods, tax and freight are what was paid, or it is not placed."""
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


@pytest.mark.parametrize("seconds", [-900, 900])
def test_a_mall_whose_clock_differs_is_asked_by_its_own(stand_in, each_mall, seconds):
    """As it told us: every contract asks that."""
    bought = buy(stand_in, listable(on_hand=9))
    stand_in.fault("skew", FOR_EVER, seconds)
    for _ in range(2):
        with contextlib.suppress(Fault):
            inbound.pull(each_mall)
    work_orders()
    assert Order.objects.count() == 1
    assert told(stand_in, bought)["state"] == "confirmed"
