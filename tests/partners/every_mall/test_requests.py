"""What a mall's shoppers ask after the sale: asked there, answered and refunded by us, at every mall alike."""

import pytest

from orders.models import Order, Refund
from orders.refund import refund_order
from orders.reports.proof import differences
from partners import inbound
from partners.models import PartnerOrder, PartnerRequest
from tests.factories.partners import listable
from tests.partners.convergence import pull_orders, work_again
from tests.partners.selling import answer_return, ask_for_return, asked, buy, on_hand, ship, told

pytestmark = [pytest.mark.django_db, pytest.mark.needs("requests", "refunds")]


@pytest.fixture
def goods(each_mall):
    """Two products of two sellers, five units each."""
    return [listable(on_hand=5), listable(on_hand=5)]


@pytest.fixture
def bought(stand_in, each_mall, goods):
    """Two units of each, placed and confirmed."""
    bought = buy(stand_in, *goods, quantity=2)
    pull_orders(each_mall)
    return bought


@pytest.fixture
def returned(stand_in, each_mall, bought):
    """A return of one unit of the first product, after both parcels left."""
    request = ask_for_return(stand_in, each_mall, bought)
    return {"order_id": bought["order_id"], "request_no": request["request_no"]}


def test_a_cancel_before_anything_left_is_accepted_and_all_is_given_back(stand_in, each_mall, goods, bought):
    asked(stand_in, bought)
    pull_orders(each_mall)
    there = told(stand_in, bought)
    assert (there["state"], there["requests"][0]["state"]) == ("refunded", "refunded")
    assert sum(refund["fen"] for refund in there["refunds"].values()) == bought["paid_fen"]
    assert (Order.objects.get().state, on_hand(goods)) == ("refunded", [5, 5])
    assert (Refund.objects.get().reason, differences()) == ("cancelled_by_shopper", [])


def test_a_cancel_calls_off_only_the_parcel_that_has_not_left(stand_in, each_mall, goods, bought):
    ship(0)
    asked(stand_in, bought)
    pull_orders(each_mall)
    there = told(stand_in, bought)
    assert (there["state"], there["requests"][0]["answer"], on_hand(goods)) == ("shipped", "accepted", [3, 5])
    states = Order.objects.get().consignments.values_list("state", flat=True)
    assert sorted(states) == ["cancelled", "shipped"]


def test_a_cancel_after_all_left_is_rejected_and_nothing_is_given_back(stand_in, each_mall, bought):
    ship(0, 1)
    pull_orders(each_mall)
    asked(stand_in, bought)
    pull_orders(each_mall)
    (request,) = told(stand_in, bought)["requests"]
    assert (request["state"], request["message"]) == ("rejected", "包裹已经寄出，签收后可以申请退货。")
    assert not Refund.objects.exists()


def test_a_cancel_of_what_its_sellers_called_off_before_is_accepted_and_ended_by_that_refund(
    stand_in, each_mall, goods, bought
):
    refund_order(order_id=Order.objects.get().pk, reason="sold_out")  # the mall has not heard of it
    asked(stand_in, bought)
    pull_orders(each_mall)
    there = told(stand_in, bought)
    (request,) = there["requests"]
    assert (there["state"], request["state"], request["answer"]) == ("refunded", "refunded", "accepted")
    assert request["message"] == "尚未发出的商品已取消，款项将原路退回。"
    assert (Refund.objects.get().reason, PartnerRequest.objects.get().problem) == ("sold_out", "")


def test_an_answer_that_got_lost_is_told_again_and_counts_once(stand_in, each_mall, bought):
    asked(stand_in, bought)
    inbound.pull(each_mall)
    for fault in ("drop", "rubbish"):  # both are of answers to what was done
        stand_in.fault(fault, 1)
        work_again()
    pull_orders(each_mall)
    pull_orders(each_mall)
    assert told(stand_in, bought)["state"] == "refunded"
    assert (Refund.objects.count(), PartnerRequest.objects.exclude(told_at=None).count()) == (1, 1)


def test_a_return_waits_for_a_person_and_is_refunded_when_the_depot_has_it(
    stand_in, each_mall, goods, bought, returned, client
):
    assert PartnerRequest.objects.get().words == "颜色不对"
    assert told(stand_in, bought)["requests"][0]["state"] == "open"
    assert answer_return(client).status_code == 302
    pull_orders(each_mall)
    assert (told(stand_in, bought)["requests"][0]["state"], Refund.objects.count()) == ("accepted", 0)
    stand_in.operate("/operator/orders/received/", **returned, customs_return=1)
    pull_orders(each_mall)
    pull_orders(each_mall)
    line = Refund.objects.get().lines.get()
    assert (line.quantity, line.line.product) == (1, goods[0])
    assert (line.is_restocked, line.is_uncounted) == (False, True), "in the depot; customs took it back"
    there = told(stand_in, bought)
    assert (there["state"], there["requests"][0]["state"]) == ("shipped", "refunded")
    assert (on_hand(goods), differences()) == ([3, 3], [])


def test_a_rejected_return_tells_its_shopper_why(stand_in, each_mall, bought, returned, client):
    assert answer_return(client, "reject", "护肤品拆封后不支持退货。").status_code == 302
    pull_orders(each_mall)
    (request,) = told(stand_in, bought)["requests"]
    assert (request["state"], request["message"]) == ("rejected", "护肤品拆封后不支持退货。")
    assert "护肤品拆封后不支持退货。" in stand_in.fetch("/orders/")
    desk = stand_in.fetch("/operator/")
    assert ("顾客：颜色不对<br>商家：护肤品拆封后不支持退货。" in desk, "退货已入库" in desk) == (True, False)


def test_an_answer_that_crossed_with_the_shopper_is_shown_to_a_person(
    stand_in, each_mall, bought, returned, client
):
    answer_return(client)
    stand_in.operate("/orders/withdraw/", **returned)
    pull_orders(each_mall)
    pull_orders(each_mall)
    request = PartnerRequest.objects.get()
    assert (request.problem, request.stands) == ("crossed", "withdrawn")
    assert PartnerOrder.objects.get().next_try_at is None, "nothing is left to be tried"


def test_a_request_that_its_shopper_took_back_can_no_longer_be_answered(
    stand_in, each_mall, bought, returned, client
):
    stand_in.operate("/orders/withdraw/", **returned)
    pull_orders(each_mall)
    assert answer_return(client).status_code == 302
    request = PartnerRequest.objects.get()
    assert (request.stands, request.answer, request.answered_at) == ("withdrawn", "", None)


def test_two_requests_of_one_order_are_two(stand_in, each_mall, bought, returned, client):
    answer_return(client, "reject", "不支持退货。")
    pull_orders(each_mall)
    asked(stand_in, bought, "return", sku=bought["lines"][1]["out_sku_id"], quantity=2)
    pull_orders(each_mall)
    first, second = PartnerRequest.objects.order_by("pk")
    assert (first.stands, second.stands, second.lines[0]["quantity"]) == ("rejected", "open", 2)
