"""Orders of a mall that calls nobody: fetched, placed like our own, and answered in its words."""

import pytest
from django.urls import reverse

from orders.dispatch import send
from orders.models import Order
from orders.refund import refund_consignment
from partners import inbound
from partners.connectors import connect
from partners.connectors.connector import WrongState
from partners.models import PartnerOrder, PartnerRefund
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, work_orders
from tests.partners.ningbo import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(ningbo):
    product = listable(on_hand=5)
    changed(product, "state")
    converge(ningbo)
    return product


def buy(yonggou, product, quantity=1):
    return yonggou.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=quantity)


def pulled(mall):
    inbound.pull(mall)
    work_orders()


def told(yonggou, bought):
    return yonggou.state()["orders"][bought["order_id"]]


def test_an_order_goes_all_the_way_to_its_refund(yonggou, ningbo, product):
    bought = buy(yonggou, product, 3)
    pulled(ningbo)
    order = Order.objects.get()
    assert (order.channel, order.total_fen, told(yonggou, bought)["state"]) == (
        ningbo.channel, bought["paid_fen"], "confirmed",
    )  # fmt: skip
    consignment = order.consignments.get()
    send(consignment_id=consignment.pk, carrier="cj", tracking_number="6012345678")
    work_orders()
    (parcel,) = told(yonggou, bought)["parcels"].values()
    assert (parcel["tracking_number"], parcel["lines"][0]["quantity"]) == ("6012345678", 3)
    line = order.lines.get()
    refund = refund_consignment(
        consignment_id=consignment.pk, quantities={line.pk: 1}, reason="damaged", is_back=False
    )
    work_orders()
    at_the_mall = told(yonggou, bought)
    assert at_the_mall["refunds"][refund.number]["fen"] == refund.amount_fen
    assert (at_the_mall["state"], PartnerRefund.objects.filter(told_at=None).count()) == ("shipped", 0)


def test_the_same_order_however_often_it_is_fetched_is_one(yonggou, ningbo, product):
    buy(yonggou, product)
    for _ in range(3):
        pulled(ningbo)
    assert (Order.objects.count(), product.skus.get().stock.on_hand) == (1, 4)


def test_its_shopper_comes_with_name_number_and_address(yonggou, ningbo, product):
    bought = buy(yonggou, product)
    (order,) = connect(ningbo).orders("2020-01-01T00:00:00+08:00", "").rows
    for group in ("buyer", "address"):
        assert order[group].items() <= bought[group].items()
    assert order["lines"] == [
        {name: value for name, value in line.items() if name != "line_no"} for line in bought["lines"]
    ]


def test_orders_come_by_pages(yonggou, ningbo, product):
    for _ in range(32):
        buy(yonggou, product)
    inbound.pull(ningbo)
    assert PartnerOrder.objects.count() == 32


def test_an_order_that_cannot_be_filled_is_refused_with_its_reason(yonggou, ningbo, product):
    bought = buy(yonggou, product, 6)
    pulled(ningbo)
    assert (told(yonggou, bought)["state"], told(yonggou, bought)["refusal"]) == (
        "refused",
        "out_of_stock: 库存不足，仅剩 5 件",
    )


@pytest.mark.parametrize("fault", ["drop", "rubbish", "error", "busy", "skew"])
def test_an_answer_that_did_not_arrive_is_told_again(yonggou, ningbo, product, fault):
    bought = buy(yonggou, product)
    inbound.pull(ningbo)
    yonggou.fault(fault, 1 if fault != "skew" else 9, 3000)  # a clock stays wrong, and is gone by
    work_orders()
    assert PartnerOrder.objects.get().told_at is None
    PartnerOrder.objects.update(next_try_at="2020-01-01T00:00Z")
    work_orders()
    assert (told(yonggou, bought)["state"], Order.objects.count()) == ("confirmed", 1)


def test_an_order_called_off_meanwhile_is_called_off_here(yonggou, ningbo, product):
    bought = buy(yonggou, product)
    inbound.pull(ningbo)
    yonggou.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    with pytest.raises(WrongState) as wrong:
        connect(ningbo).confirm(bought["order_id"], "K1")
    assert wrong.value.state == "cancelled"
    work_orders()
    assert Order.objects.get().state == "refunded"
    assert product.skus.get().stock.on_hand == 5


def test_nobody_is_believed_who_sends_a_notice_in_its_name(yonggou, ningbo, product, client):
    bought = buy(yonggou, product)
    answer = client.post(reverse("links:notice", args=["ningbo"]), bought, content_type="application/json")
    assert (answer.status_code, PartnerOrder.objects.count()) == (401, 0)


def test_the_mall_gives_nothing_back_that_does_not_add_up(yonggou, ningbo, product):
    bought = buy(yonggou, product)
    pulled(ningbo)
    sku, paid = bought["lines"][0]["out_sku_id"], bought["paid_fen"]
    yuan = f"{paid // 100}.{paid % 100:02d}"

    def ask(number="R1", amount=yuan, units=1, of_line=yuan):
        line = f"<Line><SkuNo>{sku}</SkuNo><Quantity>{units}</Quantity><RefundAmount>{of_line}</RefundAmount></Line>"
        return tell(
            yonggou,
            "ORDER_REFUND",
            f"<OrderNo>{bought['order_id']}</OrderNo><RefundNo>{number}</RefundNo><RefundAmount>{amount}</RefundAmount>"
            f"<Reason>lost</Reason><Text></Text><Lines>{line}</Lines>",
        )[0]

    assert ask(of_line="0.01") == "1001"
    assert ask(units=2) == "3003"
    assert (ask(), ask()) == ("0000", "0000")
    assert ask(amount="0.01", of_line="0.01") == "3003"
    assert told(yonggou, bought)["state"] == "refunded"
