"""Two buyers, one unit."""

import pytest

from catalog import locks
from catalog.models import Stock
from catalog.stock import OutOfStock, release, reserve, take
from tests.factories.catalog import sku_in_stock
from tests.races.rival import all_read_before_any_goes_on, together, without_constraint

pytestmark = pytest.mark.django_db(transaction=True)


def buyer(sku, name):
    return lambda: reserve(lines=[(sku.pk, 1)], reference=name, seconds=900)


def unlocked(sku_ids):
    return list(Stock.objects.filter(pk__in=sku_ids).select_related("sku"))


def test_without_lock_and_constraint_both_get_it():
    sku = sku_in_stock(1)
    with without_constraint(Stock, "stock_reserved_within_on_hand"):
        with all_read_before_any_goes_on(locks, "stocks_with_products", unlocked):
            together(buyer(sku, "A"), buyer(sku, "B"))
        assert Stock.objects.get(pk=sku.pk).reserved == 2


def test_without_the_lock_the_constraint_stops_the_second():
    sku = sku_in_stock(1)
    with all_read_before_any_goes_on(locks, "stocks_with_products", unlocked):
        outcomes = together(buyer(sku, "A"), buyer(sku, "B"))
    assert sum(isinstance(outcome, OutOfStock) for outcome in outcomes) == 1
    assert Stock.objects.get(pk=sku.pk).reserved == 1


def test_eight_buyers_cannot_take_the_last_three_units():
    sku = sku_in_stock(3)
    outcomes = together(*(buyer(sku, name) for name in "ABCDEFGH"))
    assert sum(isinstance(outcome, OutOfStock) for outcome in outcomes) == 5
    assert Stock.objects.get(pk=sku.pk).reserved == 3


def test_baskets_with_the_same_goods_in_any_order_do_not_lock_each_other_out():
    skus = [sku_in_stock(50) for _ in range(4)]

    def basket(name):
        lines = [(sku.pk, 1) for sku in (skus if name % 2 else reversed(skus))]
        return lambda: reserve(lines=lines, reference=str(name), seconds=900)

    outcomes = together(*(basket(name) for name in range(8)))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_a_hold_is_either_sold_or_freed():
    sku = sku_in_stock(1)
    for attempt in range(5):
        reserve(lines=[(sku.pk, 1)], reference=str(attempt), seconds=900)
        together(lambda: take(reference=str(attempt)), lambda: release(reference=str(attempt)))  # noqa: B023
        on_hand, reserved = Stock.objects.values_list("on_hand", "reserved").get(pk=sku.pk)
        assert reserved == 0
        Stock.objects.filter(pk=sku.pk).update(on_hand=1)
        assert on_hand in (0, 1)
