"""One unit; a shopper of ours takes it while an order of a partner is being placed."""

from unittest import mock

import pytest

from catalog import locks, stock
from catalog.models import Stock
from catalog.stock import OutOfStock
from orders.models import Order
from partners import inbound
from tests.factories.catalog import daily_terms
from tests.factories.orders import Shopper, freight_rule
from tests.factories.partners import listable, partner_mall
from tests.partners.selling import buy, told
from tests.races.rival import all_read_before_any_goes_on, run_across, together, without_constraint

pytestmark = pytest.mark.django_db(transaction=True)


class Unit:
    """The last one, ordered at the mall; `here` and `there` are the two that want it."""

    def __init__(self, sandbox):
        daily_terms()
        freight_rule()
        self.sandbox, self.mall, product = sandbox, partner_mall(sandbox.url), listable(on_hand=1)
        self.bought = buy(sandbox, product)
        inbound.pull(self.mall)
        self.shopper = Shopper()
        self.quote = self.shopper.quote((product.skus.get(), 1))

    def here(self):
        try:
            return self.shopper.place(quote=self.quote)
        except OutOfStock as short:
            return short

    def there(self):
        return inbound.work(self.mall.pk)

    def went_here(self):
        """One order, ours, that holds the unit; the mall was told why its own is refused."""
        order, at_mall = Order.objects.get(), told(self.sandbox, self.bought)
        assert (order.user, counted()) == (self.shopper.user, (1, 1))
        assert (at_mall["state"], at_mall["refusal"]) == ("refused", "out_of_stock: 库存不足，仅剩 0 件")

    def went_there(self):
        order, at_mall = Order.objects.get(), told(self.sandbox, self.bought)
        assert (order.channel, counted()) == (self.mall.channel, (0, 0))
        assert (at_mall["state"], at_mall["out_order_id"]) == ("confirmed", order.number)


@pytest.fixture
def unit(sandbox):
    return Unit(sandbox)


def counted():
    return Stock.objects.values_list("on_hand", "reserved").get()


def test_where_holds_are_not_looked_at_both_get_it(unit):
    def unlocked(sku_ids):
        return list(Stock.objects.filter(pk__in=sku_ids).select_related("sku"))

    def regardless_of_holds(row, sku_id, quantity):
        if quantity > row.on_hand:
            raise OutOfStock(row.sku, quantity, row.on_hand)

    with (
        without_constraint(Stock, "stock_reserved_within_on_hand"),
        mock.patch.object(locks, "stocks_with_products", unlocked),
    ):
        with all_read_before_any_goes_on(stock, "_require", regardless_of_holds):
            together(unit.here, unit.there)
        assert Order.objects.count() == 2
        assert told(unit.sandbox, unit.bought)["state"] == "confirmed"


def test_one_of_both_gets_it(unit):
    taken, _number = together(unit.here, unit.there)
    if isinstance(taken, OutOfStock):
        unit.went_there()
    else:
        unit.went_here()


def test_a_shopper_of_ours_who_comes_while_it_is_taken_there_is_told_that_nothing_is_left(unit):
    with run_across(stock, "_require", unit.here) as outcomes:
        unit.there()
    assert [(type(short), short.left) for short in outcomes] == [(OutOfStock, 0)]
    unit.went_there()


def test_an_order_there_that_comes_while_it_is_taken_here_is_refused_at_once(unit):
    with run_across(stock, "_require", unit.there):
        unit.here()
    unit.went_here()
