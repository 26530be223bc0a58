"""A refund of ours of an order that the partner sold: the partner gives the money back, so it is told, once."""

import json
import re

import pytest
from django.utils import timezone

from orders.dispatch import send
from orders.models import Order, Refund
from orders.refund import refund_consignment, refund_order
from partners import decide, inbound, reply
from partners.models import PartnerOrder, PartnerRefund
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, work_again, work_orders
from tests.partners.selling import buy
from tests.partners.test_igetmall_contract import PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(sandbox, mall):
    """An order of three units, pulled, placed and confirmed."""
    product = listable(on_hand=5)
    changed(product, "state")
    converge(mall)
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=3)
    inbound.pull(mall)
    work_orders()
    return bought


def told(sandbox, bought):
    return sandbox.state()["orders"][bought["order_id"]]


def give_back(units, **how):
    line = Order.objects.get().lines.get()
    how = {"reason": "sold_out", "is_back": False, **how}
    return refund_consignment(consignment_id=line.consignment_id, quantities={line.pk: units}, **how)


def test_a_refund_of_a_part_is_told_with_its_lines(sandbox, bought):
    refund = give_back(1)
    work_orders()
    at_the_mall = told(sandbox, bought)
    line = refund.lines.get()
    assert at_the_mall["state"] == "confirmed"
    assert at_the_mall["refunds"] == {
        refund.number: {
            "fen": refund.amount_fen,
            "lines": [[f"S{line.line.sku_id}", 1, line.amount_fen]],
        }
    }
    assert PartnerRefund.objects.get().told_at is not None
    assert PartnerOrder.objects.get().next_try_at is None


def test_all_parts_end_the_order_there_as_here(sandbox, bought):
    give_back(1)
    give_back(1)
    refund_order(order_id=Order.objects.get().pk, reason="cannot_be_delivered")
    work_orders()
    at_the_mall = told(sandbox, bought)
    assert (at_the_mall["state"], Order.objects.get().state) == ("refunded", "refunded")
    assert sum(refund["fen"] for refund in at_the_mall["refunds"].values()) == bought["paid_fen"]


@pytest.mark.parametrize("fault", ["drop", "busy", "error", "rubbish"])
def test_a_refund_whose_answer_did_not_come_is_told_again_and_counted_once(sandbox, bought, fault):
    refund = give_back(2)
    sandbox.fault(fault, 1)
    work_orders()
    assert PartnerRefund.objects.get().told_at is None
    work_again()
    assert PartnerRefund.objects.get().told_at is not None
    assert [row["fen"] for row in told(sandbox, bought)["refunds"].values()] == [refund.amount_fen]


def test_the_last_refund_after_the_parcel_is_told_twice_without_harm(sandbox, bought):
    consignment = Order.objects.get().consignments.get()
    send(consignment_id=consignment.pk, carrier="cj", tracking_number="6012345678")
    work_orders()
    give_back(3, reason="lost")
    sandbox.fault("drop", 1)
    work_orders()
    work_again()
    assert told(sandbox, bought)["state"] == "refunded"
    assert PartnerRefund.objects.exclude(told_at=None).count() == 1
    assert PartnerOrder.objects.get().next_try_at is None


def test_a_parcel_that_the_mall_no_longer_takes_holds_up_no_refund(sandbox, bought):
    consignment = Order.objects.get().consignments.get()
    send(consignment_id=consignment.pk, carrier="cj", tracking_number="6012345678")
    refund = give_back(3, reason="lost")
    fen, number = refund.amount_fen, refund.number
    line = example(bought)["lines"][0] | {"quantity": 3, "refund_fen": fen}
    arrived = example(bought, refund_no=number, refund_fen=fen, reason="lost", lines=[line])
    assert sandbox.call("igm.orders.refund", arrived)[1]["data"]["state"] == "refunded"  # unheard by us
    work_orders()
    assert PartnerRefund.objects.get().told_at is not None
    assert PartnerOrder.objects.get().next_try_at is None


def test_an_order_whose_answer_the_mall_lost_is_answered_again_and_then_its_refund_told(sandbox, mall):
    product = listable(on_hand=5)
    changed(product, "state")
    converge(mall)
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=3)
    decide.place_now(inbound.receive(mall, bought, came_by="notice"))
    PartnerOrder.objects.update(told_at=timezone.now())  # we said so, and the mall was set back since
    consignment = Order.objects.get().consignments.get()
    send(consignment_id=consignment.pk, carrier="cj", tracking_number="6012345678")
    refund = give_back(1, reason="damaged")
    work_orders()
    assert (told(sandbox, bought)["state"], PartnerOrder.objects.get().next_try_at is None) == ("paid", False)
    work_again()
    at_the_mall = told(sandbox, bought)
    assert (at_the_mall["state"], list(at_the_mall["refunds"])) == ("shipped", [refund.number])
    assert PartnerOrder.objects.get().next_try_at is None


def test_a_parcel_is_told_once_though_the_refund_behind_it_fails(sandbox, bought, monkeypatch):
    consignment = Order.objects.get().consignments.get()
    send(consignment_id=consignment.pk, carrier="cj", tracking_number="6012345678")
    give_back(1, reason="damaged")
    connect = reply.connect

    def failing_behind_the_parcel(partner):
        connector = connect(partner)
        ship = connector.ship
        monkeypatch.setattr(connector, "ship", lambda *told: (ship(*told), sandbox.fault("drop", 1)))
        return connector

    monkeypatch.setattr(reply, "connect", failing_behind_the_parcel)
    work_orders()
    assert PartnerRefund.objects.get().told_at is None
    assert PartnerOrder.objects.get().shipment_told_at is not None


def test_units_refunded_before_the_parcel_left_are_not_in_it(sandbox, bought):
    give_back(1)
    consignment = Order.objects.get().consignments.get()
    send(consignment_id=consignment.pk, carrier="cj", tracking_number="6012345678")
    work_orders()
    give_back(1, reason="damaged")
    work_orders()
    (parcel,) = told(sandbox, bought)["parcels"].values()
    assert [line["quantity"] for line in parcel["lines"]] == [2]


def test_a_gift_that_was_called_off_is_not_in_the_parcel_though_nothing_was_refunded(sandbox, mall):
    serum = listable(on_hand=5)
    bought = buy(sandbox, serum, listable(on_hand=5, seller=serum.seller), quantity=2)
    paid, gift = bought["lines"]
    fen = 2 * (paid["price_fen"] + paid["tax_fen"])
    free = bought | {"lines": [paid, gift | {"price_fen": 0, "tax_fen": 0}], "paid_fen": fen}
    decide.place_now(inbound.receive(mall, free, came_by="notice"))
    work_orders()
    line = Order.objects.get().lines.get(unit_fen=0)
    how = {"consignment_id": line.consignment_id, "reason": "sold_out", "is_back": False}
    refund_consignment(**how, quantities={line.pk: 1})
    send(consignment_id=line.consignment_id, carrier="cj", tracking_number="6012345678")
    refund_consignment(**how, quantities={line.pk: 1})  # lost on the way: it was in the parcel
    work_orders()
    (parcel,) = told(sandbox, bought)["parcels"].values()
    assert [line["quantity"] for line in parcel["lines"]] == [2, 1]
    assert not Refund.objects.exists()


def test_what_comes_up_while_the_partner_is_told_is_not_passed_over(sandbox, bought, monkeypatch):
    give_back(1)
    connect = reply.connect

    def meanwhile(partner):
        monkeypatch.setattr(reply, "connect", connect)
        connector = connect(partner)
        original = connector.refund

        def refund(*told):
            monkeypatch.setattr(connector, "refund", original)
            original(*told)
            give_back(1)

        monkeypatch.setattr(connector, "refund", refund)
        return connector

    monkeypatch.setattr(reply, "connect", meanwhile)
    work_orders()
    work_again()
    assert len(told(sandbox, bought)["refunds"]) == 2
    assert not PartnerRefund.objects.filter(told_at=None).exists()


def test_an_order_that_the_partner_called_off_is_not_told_back(sandbox, mall, client):
    product = listable(on_hand=5)
    changed(product, "state")
    converge(mall)
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=1)
    inbound.receive(mall, bought, came_by="notice")
    sandbox.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    work_orders()
    assert (Refund.objects.get().reason, PartnerRefund.objects.count()) == ("cancelled_at_partner", 0)


def test_an_order_of_our_own_shopper_is_told_to_nobody(db):
    refund_order(order_id=paid_order(sku_in_stock(3)).pk, reason="sold_out")
    assert not PartnerRefund.objects.exists()


def example(bought, **changes):
    """The page's own example, for an order of the sandbox."""
    body = json.loads(re.search(r"```json refund\n(.*?)\n```", PAGE, re.S)[1])
    line = bought["lines"][0]
    fen = line["price_fen"] + line["tax_fen"]
    body |= {"order_id": bought["order_id"], "refund_fen": fen}
    body["lines"] = [{"out_sku_id": line["out_sku_id"], "quantity": 1, "refund_fen": fen}]
    return body | changes


def test_the_mall_takes_the_pages_example_once_and_never_more_than_was_bought(sandbox, bought):
    def call(**changes):
        return sandbox.call("igm.orders.refund", example(bought, **changes))[1]

    first = call()
    assert (first["code"], first["data"]["state"]) == ("OK", "confirmed")
    assert call()["data"] == first["data"]
    fen, line = example(bought)["refund_fen"], example(bought)["lines"][0]
    dear = [line | {"refund_fen": fen - 1}]
    assert call(refund_fen=fen - 1, lines=dear)["code"] == "REFUND_CONFLICT"
    assert call(refund_no="R2", lines=[line | {"quantity": 3}])["code"] == "REFUND_CONFLICT"
    over = [line | {"refund_fen": 3 * fen}]
    assert call(refund_no="R2", refund_fen=3 * fen, lines=over)["data"] == {"left_fen": 2 * fen}
    assert call(refund_no="R2", refund_fen=fen + 1)["code"] == "INVALID_PARAMETER"
    assert call(refund_no="R2", reason="whim")["code"] == "INVALID_PARAMETER"
    assert call(refund_no="", order_id="IGO0")["code"] == "UNKNOWN_ORDER"


def test_an_order_that_is_not_confirmed_has_nothing_to_give_back(sandbox, mall):
    bought = sandbox.operate("/operator/orders/", out_id="P1", sku="S1", quantity=1)
    answer = sandbox.call("igm.orders.refund", example(bought))[1]
    assert (answer["code"], answer["data"]) == ("ORDER_STATE", {"state": "paid"})
