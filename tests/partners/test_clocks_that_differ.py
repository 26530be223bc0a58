"""A mall whose clock and ours stay apart is called by its own clock, as it told us: every contract asks that."""

import contextlib

import pytest

from orders.models import Order
from partners import inbound
from partners.connectors.connector import Fault
from tests.factories.partners import listable
from tests.partners.convergence import work_orders
from tests.partners.selling import buy, told

pytestmark = pytest.mark.django_db
FOR_EVER = 1000  # calls


@pytest.mark.parametrize("seconds", [-900, 900])
def test_orders_come_and_are_answered(stand_in, each_mall, seconds):
    bought = buy(stand_in, listable(on_hand=9))
    stand_in.fault("clock" if stand_in.mall == "ningbo" else "skew", FOR_EVER, seconds)
    for _ in range(2):
        with contextlib.suppress(Fault):
            inbound.pull(each_mall)
    work_orders()
    assert Order.objects.count() == 1
    assert told(stand_in, bought)["state"] == "confirmed"
