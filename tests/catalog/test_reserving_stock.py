import datetime

import pytest
from django.db.models import F, Sum
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from catalog.models import Product, Stock, StockHold, StockMovement
from catalog.signals import product_changed
from catalog.stock import NoHold, OutOfStock, available, release, reserve, restock, sweep_expired, take
from tests.factories.catalog import SkuFactory, sku_in_stock

pytestmark = pytest.mark.django_db
QUARTER = 900


def figures(sku):
    return tuple(Stock.objects.values_list("on_hand", "reserved").get(pk=sku.pk))


def test_a_hold_puts_units_aside_and_a_release_frees_them():
    sku = sku_in_stock(5)
    (hold,) = reserve(lines=[(sku.pk, 2)], reference="A", seconds=QUARTER)
    assert (hold.sku_id, hold.quantity, hold.reference) == (sku.pk, 2, "A")
    assert figures(sku) == (5, 2)
    assert available([sku.pk]) == {sku.pk: 3}
    assert [release(reference="A"), release(reference="A")] == [1, 0]
    assert figures(sku) == (5, 0)


def test_what_is_asked_beyond_what_is_left_is_out_of_stock_with_the_figures():
    sku = sku_in_stock(5)
    reserve(lines=[(sku.pk, 4)], reference="A", seconds=QUARTER)
    with pytest.raises(OutOfStock) as refused:
        reserve(lines=[(sku.pk, 1), (sku.pk, 1)], reference="B", seconds=QUARTER)
    assert (refused.value.sku, refused.value.asked, refused.value.left) == (sku, 2, 1)
    assert figures(sku) == (5, 4)


def test_one_line_short_holds_none_of_them():
    enough, short = sku_in_stock(5), sku_in_stock(0)
    with pytest.raises(OutOfStock):
        reserve(lines=[(enough.pk, 1), (short.pk, 1)], reference="A", seconds=QUARTER)
    assert figures(enough) == (5, 0)
    assert not StockHold.objects.exists()


def test_a_sku_that_never_had_stock_has_none():
    sku = SkuFactory()
    assert available([sku.pk]) == {sku.pk: 0}
    with pytest.raises(OutOfStock):
        reserve(lines=[(sku.pk, 1)], reference="A", seconds=QUARTER)


def test_a_sale_takes_what_was_held_once_and_writes_the_ledger():
    sku = sku_in_stock(5)
    reserve(lines=[(sku.pk, 2)], reference="A", seconds=QUARTER)
    (movement,) = take(reference="A")
    assert (movement.delta, movement.reason, movement.reference) == (-2, "sale", "A")
    assert figures(sku) == (3, 0)
    assert Product.objects.get(pk=sku.product_id).sold == 2
    with pytest.raises(NoHold):
        take(reference="A")


def test_a_product_is_out_of_stock_only_when_none_of_its_skus_is_left():
    first = sku_in_stock(1)
    second = sku_in_stock(1, product=first.product)
    product = Product.objects.filter(pk=first.product_id).values_list("has_stock", "version")
    version = product.get()[1]
    reserve(lines=[(first.pk, 1)], reference="A", seconds=QUARTER)
    assert product.get() == (True, version)
    reserve(lines=[(second.pk, 1)], reference="B", seconds=QUARTER)
    assert product.get() == (False, version + 1)
    release(reference="A")
    assert product.get() == (True, version + 2)


def test_stock_cannot_be_counted_below_what_is_held():
    sku = sku_in_stock(5)
    reserve(lines=[(sku.pk, 4)], reference="A", seconds=QUARTER)
    with pytest.raises(OutOfStock):
        restock(lines=[(sku.pk, -2)], reason="count")
    restock(lines=[(sku.pk, -1)], reason="count")
    assert figures(sku) == (4, 4)


def test_goods_come_in_for_a_sku_without_stock():
    sku = SkuFactory()
    restock(lines=[(sku.pk, 7)], reason="restock", reference="PO-1")
    assert figures(sku) == (7, 0)
    assert Product.objects.get(pk=sku.product_id).has_stock


def test_the_sweep_frees_only_holds_that_have_ended():
    sku = sku_in_stock(5)
    reserve(lines=[(sku.pk, 1)], reference="A", seconds=60)
    reserve(lines=[(sku.pk, 2)], reference="B", seconds=600)
    assert sweep_expired(timezone.now() + datetime.timedelta(seconds=61)) == 1
    assert figures(sku) == (5, 2)


def test_each_change_is_told_with_its_products():
    heard = []
    sku = sku_in_stock(5)

    def listen(**change):
        heard.append((change["product_ids"], change["kinds"]))

    product_changed.connect(listen)
    reserve(lines=[(sku.pk, 1)], reference="A", seconds=QUARTER)
    release(reference="A")
    release(reference="A")
    product_changed.disconnect(listen)
    assert heard == [([sku.product_id], {"stock"})] * 2


class Warehouse(RuleBasedStateMachine):
    """Any sequence of holds, releases, sales and goods in keeps the books."""

    references = st.sampled_from("ABCD")

    def __init__(self):
        super().__init__()
        product = sku_in_stock(3).product
        self.skus = [product.skus.get(), sku_in_stock(0, product=product), sku_in_stock(5)]

    @rule(reference=references, index=st.integers(0, 2), quantity=st.integers(1, 4))
    def hold(self, reference, index, quantity):
        if StockHold.objects.filter(reference=reference).exists():
            return
        free = available([self.skus[index].pk])[self.skus[index].pk]
        try:
            reserve(lines=[(self.skus[index].pk, quantity)], reference=reference, seconds=QUARTER)
        except OutOfStock:
            assert quantity > free
        else:
            assert quantity <= free

    @rule(reference=references)
    def free(self, reference):
        release(reference=reference)

    @rule(reference=references)
    def sell(self, reference):
        if StockHold.objects.filter(reference=reference).exists():
            take(reference=reference)

    @rule(index=st.integers(0, 2), delta=st.integers(-3, 3).filter(bool))
    def count(self, index, delta):
        if -delta <= available([self.skus[index].pk])[self.skus[index].pk]:
            restock(lines=[(self.skus[index].pk, delta)], reason="count")

    @invariant()
    def the_books_agree(self):
        for sku in self.skus:
            on_hand, reserved = figures(sku)
            held = StockHold.objects.filter(sku=sku).aggregate(n=Sum("quantity"))["n"] or 0
            moved = StockMovement.objects.filter(sku=sku).aggregate(n=Sum("delta"))["n"] or 0
            assert (on_hand, reserved) == (moved, held)
        for product in Product.objects.filter(skus__in=self.skus):
            left = Stock.objects.filter(sku__product=product, on_hand__gt=F("reserved")).exists()
            assert product.has_stock is left


class TestWarehouse(Warehouse.TestCase, TestCase):
    settings = settings(max_examples=settings.default.max_examples // 7, stateful_step_count=15)
