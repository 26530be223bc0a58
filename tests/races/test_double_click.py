"""The same checkout sent twice at one moment."""

from unittest import mock

import pytest

from catalog.models import Stock
from orders import place
from orders.models import Order
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import Shopper, freight_rule
from tests.races.rival import all_read_before_any_goes_on, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shopper():
    daily_terms()
    freight_rule()
    place.store_channel()
    return Shopper()


def test_without_the_unique_key_it_buys_twice(shopper):
    sku = sku_in_stock(5)
    keys = iter("AB")

    def head_with_a_key_of_its_own(*args, key, **fields):
        return write_head(*args, key=next(keys), **fields)

    write_head = place.write_head
    with mock.patch.object(place, "write_head", head_with_a_key_of_its_own):
        together(*[lambda: shopper.place((sku, 1))] * 2)
    assert Order.objects.count() == 2


def test_it_buys_once_and_both_get_the_order(shopper):
    sku = sku_in_stock(5)
    quotes = place.Order.objects.filter

    with all_read_before_any_goes_on(place.Order.objects, "filter", quotes):  # neither has found an order
        outcomes = together(*[lambda: shopper.place((sku, 1))] * 2)
    assert outcomes == [Order.objects.get()] * 2
    assert Stock.objects.get(pk=sku.pk).reserved == 1


def test_eight_clicks_buy_once(shopper):
    sku = sku_in_stock(9)
    outcomes = together(*[lambda: shopper.place((sku, 1))] * 8)
    assert outcomes == [Order.objects.get()] * 8
    assert Stock.objects.get(pk=sku.pk).reserved == 1
