import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import ExchangeRate, PricePolicy, SalePrice, Sku
from catalog.pricing import NoPricePolicy, Price, Terms, shop_price, sku_price, todays_terms
from catalog.rates import StaleRate, demo_rate
from kmall.money import half_up
from tests.tables import fen, number, rows


def terms(rate="0.0052", margin="0.08", step=10):
    return Terms(
        rate=ExchangeRate(rate=Decimal(rate)), policy=PricePolicy(margin=Decimal(margin), step_fen=step)
    )


def sku_at(won, *sales):
    sku = Sku(price_krw=won)
    sku.active_sales = [SalePrice(price_krw=price) for price in sales]
    return sku


@pytest.mark.parametrize("row", rows("money.md", "shop prices"), ids=lambda row: row["won"])
def test_a_price_is_made_as_the_page_says(row):
    won, of = int(number(row["won"])), terms(row["rate"], row["margin"], int(row["step in fen"]))
    assert half_up(won * of.fen_per_won) == fen(row["to the fen"])
    assert shop_price(won, of) == fen(row["price"])


@given(st.integers(1, 10**9), st.integers(0, 10**6), st.sampled_from([1, 10, 50, 100]))
def test_a_price_ends_on_the_step_and_never_falls_as_the_won_rise(won, more, step):
    of = terms(step=step)
    assert shop_price(won, of) % step == 0
    assert step <= shop_price(won, of) <= shop_price(won + more, of)


def test_a_sale_price_shows_the_ordinary_one_beside_it():
    assert sku_price(sku_at(18000, 15000), terms()) == Price(fen=8420, was_fen=10110, krw=15000)


def test_a_sale_that_is_not_lower_is_not_shown_as_one():
    assert sku_price(sku_at(18000, 18000), terms()) == Price(fen=10110, was_fen=None, krw=18000)
    assert sku_price(sku_at(18000), terms()) == Price(fen=10110, was_fen=None, krw=18000)


@pytest.fixture
def policy(db):
    return PricePolicy.objects.create(valid_from="2026-01-01", margin="0.08")


def rate_on(day):
    return ExchangeRate.objects.create(date=day, rate="0.0052", source="test")


def test_the_terms_are_the_newest_rate_and_the_policy_in_force(policy):
    today = timezone.localdate()
    rate_on(today - datetime.timedelta(days=2))
    newest = rate_on(today - datetime.timedelta(days=1))
    rate_on(today + datetime.timedelta(days=1))
    PricePolicy.objects.create(valid_from=today + datetime.timedelta(days=1), margin="0.5")
    assert todays_terms() == Terms(rate=newest, policy=policy)


def test_a_rate_of_three_days_ago_still_quotes_and_an_older_one_does_not(policy):
    today = timezone.localdate()
    rate_on(today - datetime.timedelta(days=4))
    with pytest.raises(StaleRate):
        todays_terms()
    kept = rate_on(today - datetime.timedelta(days=3))
    assert todays_terms().rate == kept


def test_no_policy_is_no_price(db):
    rate_on(timezone.localdate())
    with pytest.raises(NoPricePolicy):
        todays_terms()


def test_the_demo_rate_is_the_same_whenever_asked_and_stays_within_one_per_cent():
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in range(300)]
    assert [demo_rate(day) for day in days] == [demo_rate(day) for day in days]
    assert all(abs(demo_rate(day) / Decimal("0.0052") - 1) <= Decimal("0.01") for day in days)
