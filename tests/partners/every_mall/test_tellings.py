"""Orders and requests that a mall tells twice, late or out of order: one order, and no state that goes backwards."""

import time

import pytest

from orders.models import Order
from partners import inbound
from partners.models import PartnerOrder, PartnerRequest
from tests.factories.partners import listable
from tests.partners.convergence import work_again, work_orders
from tests.partners.selling import asked, buy, told

pytestmark = [pytest.mark.django_db, pytest.mark.needs("orders")]


@pytest.fixture
def stand_in(played, stands, shop, settings):
    """One whose notices reach us: nothing may be asked of the database until they did (`told_all`)."""
    settings.SITE_URL = shop.url
    return stands(played.stand, shop_url=shop.url, **played.options)


def told_all(stand_in, mall) -> None:
    """All that the mall has to tell has come: by its notices, if it sends such, else by a pull."""
    deadline = time.monotonic() + 10
    while True:
        notices = stand_in.state().get("notices", [])
        if all(tries for _order, tries, _answer in notices):
            break
        assert time.monotonic() < deadline, notices
    assert {answer for _order, _tries, answer in notices} <= {"OK"}
    if not notices:
        inbound.pull(mall)


def orders_there() -> dict[str, tuple]:
    return {row.remote_id: (row.state, row.reason) for row in PartnerOrder.objects.all()}


def test_an_order_that_is_told_twice_is_one(stand_in, each_mall):
    stand_in.fault("order-twice", 1)
    bought = buy(stand_in, listable(on_hand=5))
    told_all(stand_in, each_mall)
    assert stand_in.state()["faults"] == {}
    work_orders()
    assert (Order.objects.count(), PartnerOrder.objects.count()) == (1, 1)
    assert told(stand_in, bought)["state"] == "confirmed"


def test_an_order_that_was_called_off_is_not_revived_by_an_older_telling(stand_in, each_mall):
    product = listable(on_hand=5)
    stand_in.fault("order-late", 1)
    bought = buy(stand_in, product)
    stand_in.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    told_all(stand_in, each_mall)
    assert stand_in.state()["faults"] == {}
    work_orders()
    assert orders_there() == {bought["order_id"]: ("refused", "cancelled")}
    inbound.pull(each_mall)
    work_again()
    assert (Order.objects.count(), told(stand_in, bought)["state"]) == (0, "cancelled")


def test_orders_that_come_in_another_order_are_all_filled(stand_in, each_mall):
    stand_in.fault("order-late", 1)
    both = [buy(stand_in, listable(on_hand=5)) for _ in range(2)]
    told_all(stand_in, each_mall)
    work_orders()
    assert [told(stand_in, bought)["state"] for bought in both] == ["confirmed", "confirmed"]
    assert (Order.objects.count(), PartnerOrder.objects.count()) == (2, 2)


@pytest.mark.needs("requests")
def test_a_request_that_was_taken_back_is_not_opened_by_an_older_telling(stand_in, each_mall):
    bought = buy(stand_in, listable(on_hand=5))
    told_all(stand_in, each_mall)
    work_orders()
    stand_in.fault("order-late", 1)
    request = asked(stand_in, bought)
    stand_in.operate("/orders/withdraw/", order_id=bought["order_id"], request_no=request["request_no"])
    told_all(stand_in, each_mall)
    assert stand_in.state()["faults"] == {}
    assert PartnerRequest.objects.get().stands == "withdrawn"
    work_again()
    there = told(stand_in, bought)
    assert (there["state"], there["requests"][0]["state"], there["refunds"]) == ("confirmed", "withdrawn", {})
