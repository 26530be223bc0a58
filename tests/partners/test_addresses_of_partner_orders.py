"""Buyer and address of a partner's order: what is missing or too long is refused, not tried for ever."""

import pytest

from orders.models import Order
from partners import inbound
from partners.connectors import connect
from partners.models import PartnerOrder
from tests.factories.partners import listable
from tests.partners.convergence import work_orders
from tests.partners.selling import buy, told
from tests.partners.test_partner_orders import notify

pytestmark = pytest.mark.django_db

GONE = object()
BAD = [
    ("address", "name", GONE), ("address", "phone", GONE), ("address", "detail", " "),
    ("address", "province", None), ("address", "city", ""), ("address", "city", ["上海市"]),
    ("address", "street", "路" * 61), ("address", "district", "区" * 41), ("address", "street", "路\0"),
    ("address", "detail", "号" * 201), ("address", "region_code", "３１０１１５"), ("address", "region_code", GONE),
    ("buyer", "id_number", None), ("buyer", "id_number", GONE), ("buyer", "name", 5),
]  # fmt: skip


def with_part(order, whose, name, value):
    part = {key: kept for key, kept in order[whose].items() if key != name}
    return order | {whose: part if value is GONE else part | {name: value}}


def test_what_is_missing_or_too_long_is_refused(sandbox, mall, client):
    product = listable(on_hand=50)
    bought = [buy(sandbox, product) for _ in BAD]
    for order, odd in zip(bought, BAD, strict=True):
        assert notify(client, with_part(order, *odd)).json()["code"] == "OK"
    work_orders()
    refused = [told(sandbox, order)["refusal"].partition(":")[0] for order in bought]
    assert refused == ["bad_address"] * len(BAD)
    assert (Order.objects.count(), PartnerOrder.objects.exclude(next_try_at=None).count()) == (0, 0)


def test_what_just_fits_is_placed(sandbox, mall, client):
    bought = buy(sandbox, listable(on_hand=5))
    notify(client, with_part(with_part(bought, "address", "street", "路" * 60), "address", "district", None))
    work_orders()
    order = Order.objects.get()
    assert (order.street, order.district, told(sandbox, bought)["state"]) == ("路" * 60, "", "confirmed")


def test_an_order_without_a_recipient_is_refused_at_ningbo(yonggou, ningbo):
    bought = buy(yonggou, listable(on_hand=5))
    order = connect(ningbo).orders("2020-01-01T00:00:00+08:00", "").rows[0]
    inbound.receive(ningbo, with_part(order, "address", "name", ""), came_by="pull")
    work_orders()
    assert told(yonggou, bought)["state"] == "refused"


def test_an_order_that_could_not_be_placed_is_placed_as_the_mall_mends_it(sandbox, mall, client):
    bought = buy(sandbox, listable(on_hand=5))
    notify(client, bought | {"paid_at": "1990-01-01T00:00:00+08:00"})
    work_orders()
    assert PartnerOrder.objects.get().reason == "no_rate: 1990-01-01"
    mended = with_part(bought, "address", "detail", "世纪大道 2 号")
    notify(client, mended | {"updated_at": "2030-01-01T00:00:00+08:00"})
    work_orders()
    assert (Order.objects.get().detail, told(sandbox, bought)["state"]) == ("世纪大道 2 号", "confirmed")
    older = with_part(bought, "address", "detail", "世纪大道 1 号")
    notify(client, older | {"updated_at": "2029-01-01T00:00:00+08:00"})
    assert "世纪大道 2 号" in PartnerOrder.objects.get().raw
