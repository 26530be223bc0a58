"""What a partner may sell leaves room for what sells elsewhere before it knows."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import StockMovement
from partners import lag, tasks
from partners.models import Call, Listing, PartnerMall
from partners.reserve import MOST, units
from partners.sync import sync
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.partners.convergence import converge

sold = st.integers(0, 100_000)
seconds = st.integers(0, 100_000)


@given(sold, seconds)
def test_what_sells_faster_or_is_told_later_is_kept_back_no_less(sold, seconds):
    kept = units(sold, seconds)
    assert 0 <= kept <= MOST
    assert units(sold + 1, seconds) >= kept
    assert units(sold, seconds + 1) >= kept


@pytest.mark.parametrize(
    ("sold", "seconds", "kept"),
    [
        (0, 4096, 0),  # nothing sells
        (700, 0, 0),  # the partner knows at once
        (70, 4, 0),  # ten a day, four seconds: 0.0005 units a lag
        (700, 64, 1),  # a hundred a day, a minute: 0.07
        (700, 4096, 10),  # a hundred a day, more than an hour: 4.7
    ],
)
def test_worked_examples(sold, seconds, kept):
    assert units(sold, seconds) == kept


def offered(sandbox, product):
    return sandbox.state()["items"][f"P{product.pk}"]["offer"]["skus"][0]["stock"]


def sell(product, quantity):
    StockMovement.objects.create(
        sku=product.skus.get(), delta=-quantity, reason=StockMovement.Reason.SALE, reference="t"
    )


def seen_after(mall, seconds, count=lag.FEWEST):
    """Changes of today that took so long."""
    rows = [listable() for _ in range(count)]
    for product in rows:
        changed(product, "state")
    took = datetime.timedelta(seconds=seconds)
    Listing.objects.filter(partner=mall, product__in=rows).update(shown_at=timezone.now(), shown_after=took)


@pytest.mark.django_db
def test_a_slow_partner_is_shown_fewer_of_what_sells_fast(sandbox, mall):
    fast, slow = listable(on_hand=50), listable(on_hand=50)
    sell(fast, 700)
    for product in (fast, slow):
        changed(product, "state")
    converge(mall)
    assert (offered(sandbox, fast), offered(sandbox, slow)) == (50, 50)
    seen_after(mall, 4000)
    tasks.measure_lags()
    converge(PartnerMall.objects.get(pk=mall.pk))
    assert (offered(sandbox, fast), offered(sandbox, slow)) == (40, 50)


@pytest.mark.django_db
def test_the_safety_stock_is_the_least_that_is_kept_back(sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url, safety_stock=20, lag_seconds=4096)
    product = listable(on_hand=50)
    sell(product, 700)
    changed(product, "state")
    converge(mall)
    assert offered(sandbox, product) == 30


@pytest.mark.django_db
def test_a_lag_that_did_not_really_change_marks_nothing(mall):
    seen_after(mall, 3)
    assert lag.measure_lag(mall) == 4
    Listing.objects.update(due_stock=False)
    Listing.objects.update(shown_after=datetime.timedelta(seconds=3.5))
    assert lag.measure_lag(PartnerMall.objects.get()) == 4
    assert not Listing.objects.filter(due_stock=True).exists()


@pytest.mark.django_db
def test_a_few_changes_are_not_believed(mall):
    seen_after(mall, 3000, count=lag.FEWEST - 1)
    assert lag.measure_lag(mall) == 0


@pytest.mark.django_db
def test_a_lag_that_changed_costs_no_call_where_stock_stays_the_same(sandbox, mall):
    product = listable(on_hand=50)
    changed(product, "state")
    converge(mall)
    seen_after(mall, 4000)
    lag.measure_lag(mall)
    Listing.objects.exclude(product=product).delete()
    calls = Call.objects.count()
    assert Listing.objects.get().due_stock
    sync(PartnerMall.objects.get())
    assert (Call.objects.count(), Listing.objects.get().due_stock) == (calls, False)
