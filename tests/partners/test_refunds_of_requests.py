"""What goes back for a shopper's request: each unit once, what cost nothing without a refund."""

import datetime
import itertools
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.give_back import TooMany
from orders.models import Order, Refund
from orders.refund import refund_consignment
from orders.reports.proof import differences
from partners import inbound
from partners.decide import place_now
from partners.models import PartnerOrder, PartnerRequest
from partners.models.inbound import MANY_TRIES
from tests.factories.people import kita_officer
from tests.partners.convergence import pull_orders, work_again, work_orders
from tests.partners.selling import answer_return, asked, buy, on_hand, receive_there, ship, told

pytestmark = pytest.mark.django_db


def test_a_sku_in_two_lines_is_told_once_and_comes_back_once(sandbox, mall, pair, client):
    bought = buy(sandbox, pair[0], pair[0], quantity=2)
    pull_orders(mall)
    ship(0)
    pull_orders(mall)
    (parcel,) = told(sandbox, bought)["parcels"].values()
    sku = bought["lines"][0]["out_sku_id"]
    assert parcel["lines"] == [{"out_sku_id": sku, "quantity": 4}]
    request = asked(sandbox, bought, "return", sku=sku, quantity=3)
    pull_orders(mall)
    answer_return(client)
    pull_orders(mall)
    receive_there(sandbox, bought, request)
    pull_orders(mall)
    pull_orders(mall)
    assert list(Order.objects.get().lines.values_list("refunded_quantity", flat=True)) == [2, 1]
    (refund,) = told(sandbox, bought)["refunds"].values()
    assert (refund["lines"], differences()) == ([[sku, 3, Refund.objects.get().amount_fen]], [])


def test_units_that_were_refunded_before_are_not_refunded_again(sandbox, mall, bought, returned, client):
    answer_return(client)
    pull_orders(mall)
    line = Order.objects.get().lines.order_by("pk").first()
    how = {"reason": "damaged", "is_back": False, "quantities": {line.pk: 2}}
    refund_consignment(consignment_id=line.consignment_id, **how)
    receive_there(sandbox, bought, returned)
    pull_orders(mall)
    assert (Refund.objects.count(), PartnerRequest.objects.get().problem) == (1, "nothing_left")


@pytest.fixture
def with_gift(sandbox, mall, pair):
    """An order whose second line, of another seller, cost nothing; placed and confirmed."""
    bought = buy(sandbox, *pair, quantity=2)
    gift = bought["lines"][1]
    paid = bought["paid_fen"] - 2 * (gift["price_fen"] + gift["tax_fen"])
    free = gift | {"price_fen": 0, "tax_fen": 0}
    order = bought | {"lines": [bought["lines"][0], free], "paid_fen": paid}
    place_now(inbound.receive(mall, order, came_by="notice"))
    work_orders()
    return bought


def test_a_gift_is_called_off_without_a_refund(sandbox, mall, pair, with_gift):
    ship(0)
    asked(sandbox, with_gift)
    pull_orders(mall)
    request, row = PartnerRequest.objects.get(), PartnerOrder.objects.get()
    assert (request.answer, Refund.objects.count(), on_hand(pair)) == ("accept", 0, [3, 5])
    assert (row.next_try_at, row.attempts, told(sandbox, with_gift)["state"]) == (None, 0, "shipped")
    states = Order.objects.get().consignments.order_by("pk").values_list("state", flat=True)
    assert (list(states), differences()) == (["shipped", "cancelled"], [])


def test_a_returned_gift_is_settled_without_a_refund(sandbox, mall, pair, with_gift, client):
    ship(0, 1)
    pull_orders(mall)
    gift = with_gift["lines"][1]["out_sku_id"]
    request = asked(sandbox, with_gift, "return", sku=gift, quantity=2)
    pull_orders(mall)
    answer_return(client)
    pull_orders(mall)
    receive_there(sandbox, with_gift, request)
    for _ in range(2):
        pull_orders(mall)
    row = PartnerRequest.objects.get()
    assert (row.problem, row.settled_at is None, Refund.objects.count()) == ("", False, 0)
    assert PartnerOrder.objects.get().next_try_at is None
    assert Order.objects.get().lines.get(unit_fen=0).left_quantity == 0


def test_a_gift_comes_back_with_the_goods_that_were_paid(sandbox, mall, pair, with_gift, client):
    """All the money of the order goes back with the first parcel; the gift's is called off after it."""
    first = Order.objects.get().lines.exclude(unit_fen=0).get()
    refund_consignment(consignment_id=first.consignment_id, reason="damaged", is_back=False)
    asked(sandbox, with_gift)
    pull_orders(mall)
    order = Order.objects.get()
    assert (order.state, PartnerRequest.objects.get().answer) == ("refunded", "accept")
    states = order.consignments.order_by("pk").values_list("state", flat=True)
    assert (list(states), on_hand(pair), Refund.objects.count()) == (["cancelled"] * 2, [3, 5], 1)


def test_what_cannot_be_settled_holds_up_nothing_and_is_seen_in_time(
    sandbox, mall, bought, returned, client, caplog, monkeypatch
):
    answer_return(client)
    pull_orders(mall)
    receive_there(sandbox, bought, returned)
    line = Order.objects.get().lines.order_by("pk").last()

    def too_many(**how):
        raise TooMany(line, 3, 2)

    monkeypatch.setattr("partners.requests.refund_consignment", too_many)
    inbound.pull(mall)
    refund_consignment(consignment_id=line.consignment_id, reason="damaged", is_back=False)
    for _ in range(MANY_TRIES):
        work_again()
    row = PartnerOrder.objects.get()
    assert (row.is_tried_often, row.refunds.get().told_at is None) == (True, False)
    assert "TooMany" in caplog.text


@pytest.fixture
def more_came(sandbox, mall, pair, client):
    """Units that came to the depot, one told as often as it comes: 1, 1 and 2 of the 3 of the first line."""
    bought = buy(sandbox, *pair, quantity=3)
    pull_orders(mall)
    ship(0, 1)
    pull_orders(mall)
    sku = bought["lines"][0]["out_sku_id"]
    asked(sandbox, bought, "return", sku=sku, quantity=3)
    pull_orders(mall)
    answer_return(client)
    pull_orders(mall)
    (order,) = inbound.connect(mall).orders("2020-01-01T00:00:00+08:00", "").rows
    minutes = itertools.count(1)

    def tell(units):
        at = timezone.now() + datetime.timedelta(minutes=next(minutes))
        came = {"state": "received", "received": [{"out_sku_id": sku, "quantity": units}]}
        telling = {"updated_at": at.isoformat(), "requests": [order["requests"][0] | came]}
        inbound.receive(mall, order | telling, came_by="notice")
        work_again()
        return PartnerRequest.objects.get().problem

    tell.seen = [tell(units) for units in (1, 1, 2)]
    return tell


def request_page():
    return reverse("admin:partners_partnerrequest_change", args=[PartnerRequest.objects.get().pk])


def seen_there(client):
    """The sum that the page of the request offers to refund."""
    return re.search(r'name="seen" value="(\d+)"', client.get(request_page()).content.decode())[1]


def test_units_that_come_to_the_depot_behind_the_refund_are_shown_to_kita(more_came, client):
    assert (more_came.seen, Refund.objects.count()) == (["", "", "more_came"], 1)
    page = client.get(reverse("admin:partners_partnerrequest_changelist")).content.decode()
    assert "환불 후 몰 창고에" in page


def test_one_step_refunds_the_further_units_once(sandbox, more_came, client):
    seen = seen_there(client)
    for _ in range(2):
        client.post(request_page(), {"do": "further", "seen": seen})
    work_again()
    request = PartnerRequest.objects.get()
    first, second = Refund.objects.order_by("pk")
    assert (str(second.amount_fen), second.amount_fen) == (seen, first.amount_fen)
    assert list(second.lines.values_list("quantity", flat=True)) == [1]
    assert (request.settled_at is None, request.refunds.count(), request.settled_by is None) == (
        False,
        2,
        False,
    )
    (order,) = sandbox.state()["orders"].values()
    assert {first.number, second.number} == set(order["refunds"])
    assert differences() == []


def test_yet_more_units_are_refunded_in_their_turn(more_came, client):
    client.post(request_page(), {"do": "further", "seen": seen_there(client)})
    assert (more_came(3), PartnerRequest.objects.get().settled_at) == ("more_came", None)
    client.post(request_page(), {"do": "further", "seen": seen_there(client)})
    assert Order.objects.get().lines.order_by("pk").first().refunded_quantity == 3
    assert Refund.objects.count() == 3


def test_what_was_refunded_by_hand_meanwhile_is_not_refunded_again(more_came, client):
    seen = seen_there(client)
    line = Order.objects.get().lines.order_by("pk").first()
    how = {"reason": "returned", "is_back": False, "quantities": {line.pk: 1}}
    refund_consignment(consignment_id=line.consignment_id, **how)
    client.post(request_page(), {"do": "further", "seen": seen})
    assert (Refund.objects.count(), 'value="further"' in client.get(request_page()).content.decode()) == (
        2,
        False,
    )


def test_of_a_request_without_an_order_nothing_is_refunded(mall, client):
    row = PartnerOrder.objects.create(partner=mall, remote_id="1", raw="{}", came_by="pull", state="refused")
    now = timezone.now()
    PartnerRequest.objects.create(
        order=row, remote_id="R1", kind="return", stands="open", asked_at=now, problem="no_order"
    )
    client.force_login(kita_officer())
    answer = client.post(request_page(), {"do": "further", "seen": "1"})
    assert (answer.status_code, PartnerRequest.objects.get().settled_at) == (302, None)
    assert not Refund.objects.exists()


def test_another_sum_than_was_seen_is_not_refunded(more_came, client):
    seen = seen_there(client)
    more_came(3)
    client.post(request_page(), {"do": "further", "seen": seen})
    assert (Refund.objects.count(), PartnerRequest.objects.get().settled_at) == (1, None)
