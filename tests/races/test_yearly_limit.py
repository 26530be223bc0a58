"""Two checkouts of one buyer that each fit into what is left of the year, but not together."""

import pytest

from orders import locks, place
from orders.limits import OverYearLimit
from orders.models import Order, YearUse
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import Shopper, freight_rule
from tests.races.rival import all_read_before_any_goes_on, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def checkouts():
    """Two baskets of ¥4,492.80, quoted while the buyer had ¥4,500.00 left of the year."""
    daily_terms()
    freight_rule()
    place.store_channel()
    shopper = Shopper()
    YearUse.objects.create(
        buyer_index=shopper.buyer.index, year=place.timezone.localdate().year, used_fen=2_150_000
    )
    quotes = {key: shopper.quote((sku_in_stock(5, price_krw=800_000), 1)) for key in "AB"}
    return [lambda key=key, quote=quote: shopper.place(key=key, quote=quote) for key, quote in quotes.items()]


def unlocked(buyer_index, year):
    return YearUse.objects.get(buyer_index=buyer_index, year=year)


def test_without_the_row_lock_both_are_placed(checkouts):
    with all_read_before_any_goes_on(locks, "year_use", unlocked):
        together(*checkouts)
    assert Order.objects.count() == 2


def test_only_one_is_placed(checkouts):
    outcomes = together(*checkouts)
    assert sum(isinstance(outcome, OverYearLimit) for outcome in outcomes) == 1
    assert Order.objects.count() == 1
    assert YearUse.objects.get().used_fen == 2_150_000 + 449_280
