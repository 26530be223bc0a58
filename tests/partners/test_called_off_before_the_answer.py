"""A shopper calls an order off at the mall while our confirmation has not got through yet: nothing is sent."""

import pytest

from orders.dispatch import send
from orders.models import Consignment, Order
from orders.transitions import WrongState
from partners import inbound, switch
from partners.connectors import connect
from partners.connectors.igetmall import IGetMall
from partners.models import PartnerOrder
from tests.factories.partners import listable
from tests.factories.people import kita_officer
from tests.partners.convergence import pull_orders, work_again, work_orders
from tests.partners.selling import buy, told
from tests.partners.test_partner_orders import notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    return listable(on_hand=3)


@pytest.fixture
def bought(sandbox, mall, goods, client):
    bought = buy(sandbox, goods)
    notify(client, bought)
    return bought


def call_off(sandbox, mall, bought):
    """The order as the mall tells it then."""
    sandbox.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    return connect(mall).orders("2020-01-01T00:00:00+08:00", "").rows[0]


def is_undone(goods):
    """All goes back, the units are for sale again, and the parcel cannot be sent any more."""
    with pytest.raises(WrongState):
        send(consignment_id=Consignment.objects.get().pk, carrier="cj", tracking_number="6012345678")
    return (Order.objects.get().state, goods.skus.get().stock.on_hand) == ("refunded", 3)


def test_while_the_mall_is_paused(sandbox, mall, goods, bought, client):
    officer = kita_officer()
    switch.pause(mall, actor=officer)
    work_orders()
    assert (Order.objects.get().state, goods.skus.get().stock.on_hand) == ("paid", 2)
    assert notify(client, call_off(sandbox, mall, bought)).json()["code"] == "OK"
    work_orders()
    assert is_undone(goods)
    switch.resume(mall, actor=officer)
    pull_orders(mall)
    row = PartnerOrder.objects.get()
    assert (row.state, row.reason, row.next_try_at) == ("placed", "cancelled", None)
    assert told(sandbox, bought)["state"] == "cancelled"


def test_while_the_confirmation_waits_for_its_next_try(sandbox, mall, goods, bought):
    sandbox.fault("error", 1)
    work_orders()
    call_off(sandbox, mall, bought)
    inbound.pull(mall)
    work_orders()
    assert is_undone(goods)


def test_while_the_confirmation_is_on_its_way(sandbox, mall, goods, bought, monkeypatch):
    """The call that fails does not put off anew what came meanwhile."""
    off, confirm = call_off(sandbox, mall, bought), IGetMall.confirm

    def overtaken(*arguments):
        inbound.receive(mall, off, came_by="notice")
        return confirm(*arguments)

    monkeypatch.setattr(IGetMall, "confirm", overtaken)
    sandbox.fault("error", 1)
    work_orders()
    assert is_undone(goods)


def test_what_was_confirmed_before_is_not_undone_by_a_late_telling(sandbox, mall, goods, bought):
    work_orders()
    inbound.receive(mall, bought | {"state": "cancelled"}, came_by="notice")
    work_again()
    assert Order.objects.get().state == "paid"
