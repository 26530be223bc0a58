import json

import pytest
from django.urls import reverse

from catalog.models import Stock
from orders.dispatch import send
from orders.models import Order
from orders.payments.settle import settle
from partners import decide, inbound
from partners.models import PartnerOrder
from tests.factories.orders import Shopper, freight_rule
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, work_orders
from tests.partners.mall import signed
from tests.races.payments import paid, pending_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(mall):
    product = listable(on_hand=3)
    changed(product, "state")
    converge(mall)
    return product


def buy(sandbox, product, quantity=1):
    return sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=quantity)


def told(sandbox, order):
    return sandbox.state()["orders"][order["order_id"]]


def notify(client, order, **changed_parameters):
    raw = json.dumps(order).encode()
    query = signed("igm.order.changed", raw, **changed_parameters)
    url = reverse("links:notice", args=["igetmall"])
    return client.post(url, raw, content_type="application/json", query_params=query)


def test_an_order_is_pulled_placed_and_confirmed(sandbox, mall, product):
    bought = buy(sandbox, product, 2)
    inbound.pull(mall)
    work_orders()
    order = Order.objects.get()
    assert (order.channel, order.total_fen, order.state) == (mall.channel, bought["paid_fen"], "paid")
    assert (told(sandbox, bought)["state"], told(sandbox, bought)["out_order_id"]) == (
        "confirmed",
        order.number,
    )
    stock = product.skus.get().stock
    assert (stock.on_hand, stock.reserved) == (1, 0)


def test_the_same_order_however_often_and_by_whichever_way_is_one(sandbox, mall, product, client):
    bought = buy(sandbox, product)
    for _ in range(2):
        assert notify(client, bought).json()["code"] == "OK"
        inbound.pull(mall)
        work_orders()
    assert (Order.objects.count(), PartnerOrder.objects.get().came_by) == (1, "notice")
    assert product.skus.get().stock.on_hand == 2


def test_an_order_that_cannot_be_filled_is_refused_with_its_reason(sandbox, mall, product):
    bought = buy(sandbox, product, 4)
    inbound.pull(mall)
    work_orders()
    assert not Order.objects.exists()
    assert (told(sandbox, bought)["state"], told(sandbox, bought)["refusal"]) == (
        "refused",
        "out_of_stock: 库存不足，仅剩 3 件",
    )
    assert product.skus.get().stock.reserved == 0


@pytest.mark.parametrize("is_paid", [False, True])
def test_an_order_for_the_last_unit_that_is_held_or_sold_here_is_refused_at_once(
    sandbox, mall, product, is_paid
):
    """The mall has not heard yet that a shopper of ours has it."""
    Stock.objects.update(on_hand=1)
    freight_rule()
    ours = Shopper().place((product.skus.get(), 1))
    payment = pending_payment(ours)
    if is_paid:
        settle(payment_id=payment.pk, report=paid(payment), source="notice")
    bought = buy(sandbox, product)
    inbound.pull(mall)
    work_orders()
    assert (told(sandbox, bought)["state"], told(sandbox, bought)["refusal"]) == (
        "refused",
        "out_of_stock: 库存不足，仅剩 0 件",
    )
    row = PartnerOrder.objects.get()
    assert (row.state, row.order, row.told_at is None, row.next_try_at) == ("refused", None, False, None)
    assert Order.objects.get() == ours
    if not is_paid:
        settle(payment_id=payment.pk, report=paid(payment), source="notice")
    assert Stock.objects.values_list("on_hand", "reserved").get() == (0, 0)


def test_an_order_of_an_unknown_item_waits_for_a_person(sandbox, mall, product):
    bought = sandbox.operate("/operator/orders/", out_id="P999999", sku="S999999", quantity=1)
    inbound.pull(mall)
    work_orders()
    row = PartnerOrder.objects.get()
    assert (row.state, row.reason, told(sandbox, bought)["state"]) == (
        "awaiting",
        "unknown_item: S999999",
        "paid",
    )
    PartnerOrder.objects.update(attempts=decide.MAPPING_TRIES, next_try_at="2020-01-01T00:00Z")
    work_orders()
    assert told(sandbox, bought)["refusal"] == "unknown_item: S999999"


def test_a_shipment_goes_back_to_the_partner(sandbox, mall, product):
    bought = buy(sandbox, product)
    inbound.pull(mall)
    work_orders()
    consignment = Order.objects.get().consignments.get()
    send(consignment_id=consignment.pk, carrier="cj", tracking_number="6012345678")
    work_orders()
    parcel = told(sandbox, bought)["parcels"][consignment.number]
    assert (parcel["tracking_number"], parcel["lines"]) == (
        "6012345678", [{"out_sku_id": f"S{product.skus.get().pk}", "quantity": 1}],
    )  # fmt: skip


def test_a_confirmation_that_fails_is_told_again(sandbox, mall, product):
    bought = buy(sandbox, product)
    inbound.pull(mall)
    sandbox.fault("drop", 1)
    work_orders()
    assert PartnerOrder.objects.get().told_at is None
    PartnerOrder.objects.update(next_try_at="2020-01-01T00:00Z")
    work_orders()
    assert (told(sandbox, bought)["state"], Order.objects.count()) == ("confirmed", 1)


def test_a_notice_that_the_mall_did_not_sign_is_refused(sandbox, mall, product, client):
    bought = buy(sandbox, product)
    for wrong in ({"secret": "guess"}, {"timestamp": "2020-01-01 00:00:00"}, {"content_sha256": "0" * 64}):
        assert notify(client, bought, **wrong).status_code == 401
        assert notify(client, bought | {"lines": "?"}, **wrong).status_code == 401
    assert not PartnerOrder.objects.exists()


def test_an_order_called_off_before_we_saw_it_is_not_placed(sandbox, mall, product):
    bought = buy(sandbox, product)
    sandbox.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    inbound.pull(mall)
    work_orders()
    assert (Order.objects.count(), PartnerOrder.objects.get().state) == (0, "refused")


def test_a_notice_that_is_replayed_is_refused(sandbox, mall, product, client):
    bought = buy(sandbox, product)
    answers = [notify(client, bought, nonce="a" * 32).json()["code"] for _ in range(2)]
    assert answers == ["OK", "REPLAYED_NONCE"]


@pytest.mark.parametrize(
    "odd",
    [{"quantity": 0}, {"quantity": -1}, {"quantity": 10**9}, {"price_fen": -5}, {"tax_fen": 10**15}, None],
)
def test_an_order_whose_numbers_no_order_has_is_none(sandbox, mall, product, client, odd):
    bought = buy(sandbox, product)
    bought["lines"] = [bought["lines"][0] | odd] if odd else []
    assert notify(client, bought).json()["code"] == "INVALID_PARAMETER"
    work_orders()
    row = PartnerOrder.objects.get()
    assert (row.state, row.raw, bool(row.unread_field), Order.objects.exists()) == (
        "received",
        "",
        True,
        False,
    )


def test_a_notice_is_taken_while_redis_is_away(sandbox, mall, product, client, settings):
    """Nobody can tell then whether it is a repeat, and a repeat does no harm."""
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": redis}
    answers = [notify(client, buy(sandbox, product), nonce="a" * 32).json()["code"] for _ in range(2)]
    assert (answers, PartnerOrder.objects.count()) == (["OK", "OK"], 2)


def test_an_order_called_off_at_the_partner_meanwhile_is_called_off_here(sandbox, mall, product, client):
    bought = buy(sandbox, product)
    notify(client, bought)
    sandbox.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    work_orders()
    assert Order.objects.get().state == "refunded"
    assert (product.skus.get().stock.on_hand, PartnerOrder.objects.get().next_try_at) == (3, None)


def test_an_order_like_none_before_does_not_hold_up_the_others(sandbox, mall, product, client):
    strange, good = buy(sandbox, product), buy(sandbox, product)
    strange["paid_at"] = "1990-01-01T00:00:00+08:00"  # no rate is known of that day
    notify(client, strange)
    inbound.pull(mall)
    work_orders()
    assert told(sandbox, good)["state"] == "confirmed"
    waiting = PartnerOrder.objects.get(remote_id=strange["order_id"])
    assert (waiting.state, waiting.next_try_at is None) == ("received", False)


def test_what_a_partner_told_of_its_shopper_is_encrypted(sandbox, mall, product):
    from django.db import connection

    bought = buy(sandbox, product)
    inbound.pull(mall)
    work_orders()
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.raw, o.* from partners_partnerorder p join orders_order o on o.id = p.order_id"
        )
        stored = " ".join(map(str, cursor.fetchone()))
    assert bought["buyer"]["id_number"] not in stored
    assert bought["buyer"]["name"] not in stored
