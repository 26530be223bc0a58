import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.law import TAX_RATES
from catalog.tax import LineTax, NoTaxRate, TaxTable, is_high_end, landed_price, line_tax, rates_at
from tests.catalog.goods import sku
from tests.tables import fen, rows

TODAY = datetime.date(2026, 11, 24)


def table_of(day, **changed):
    rates = {
        kind: Decimal(value)
        for kind, value, start, end, _ in TAX_RATES
        if start <= day.isoformat() and (end is None or end >= day.isoformat())
    }
    return TaxTable(day, rates, **changed)


TODAYS = table_of(TODAY)


@pytest.mark.parametrize(
    "row", rows("customs.md", "composite rates"), ids=lambda row: f"{row['on']} {row['goods']}"
)
def test_the_composite_rate_is_the_published_one(row):
    table = table_of(datetime.date.fromisoformat(row["on"]))
    tax = line_tax(100_000, sku=sku(row["goods"]), quantity=1, table=table)
    assert tax.rate_percent == Decimal(row["composite"])


@pytest.mark.parametrize(
    "row", rows("customs.md", "tax of a line"), ids=lambda row: f"{row['goods']} {row['value']}"
)
def test_the_tax_of_a_line_is_as_the_page_says(row):
    tax = line_tax(
        fen(row["value"]),
        sku=sku(row["goods"]),
        quantity=int(row["quantity"]),
        table=TODAYS,
        full=row["regime"] == "full",
    )
    assert (tax.tariff_fen, tax.consumption_fen, tax.vat_fen, tax.total_fen) == tuple(
        fen(row[column]) for column in ("tariff", "consumption tax", "VAT", "tax")
    )


@pytest.mark.parametrize(
    "row", rows("customs.md", "high-end or not"), ids=lambda row: f"{row['goods']} {row['value']}"
)
def test_cosmetics_are_high_end_as_the_page_says(row):
    answer = is_high_end(sku(row["goods"]), fen(row["value"]), int(row["quantity"]), TODAYS)
    assert answer is (row["high-end"] == "yes")


def test_a_day_without_a_rate_is_refused():
    with pytest.raises(NoTaxRate):
        line_tax(100, sku=sku("ordinary"), quantity=1, table=TaxTable(TODAY, {}))


@pytest.mark.django_db
def test_the_rates_of_the_law_are_in_force_after_migrate():
    assert rates_at(TODAY).values == TODAYS.values
    assert rates_at(datetime.date(2018, 6, 1)).values == table_of(datetime.date(2018, 6, 1)).values


def test_the_landed_price_is_in_full_only_above_the_limit_of_an_order():
    table = table_of(TODAY, full_above_fen=500_000)
    assert landed_price(sku("ordinary"), 500_000, table).landed_fen == 545_500
    assert landed_price(sku("ordinary"), 500_001, table).landed_fen == 500_001 + 50_000 + 71_500


goods = st.sampled_from(["ordinary", "food", "high-end cosmetics", "wine", "mask, 10 sheets"])


@given(goods, st.integers(0, 10**8), st.integers(1, 99), st.booleans())
def test_tax_is_the_composite_of_the_value_to_the_fen_of_each_kind(name, value, quantity, full):
    tax = line_tax(value, sku=sku(name), quantity=quantity, table=TODAYS, full=full)
    exact = Fraction(value) * Fraction(tax.rate_percent) / 100
    assert min(tax.tariff_fen, tax.consumption_fen, tax.vat_fen) >= 0
    assert abs(tax.total_fen - exact) <= Fraction(3, 2) + Fraction(
        value, 20_000
    )  # the percent has two places


@given(goods, st.integers(0, 10**8), st.integers(0, 10**6))
def test_more_value_is_never_less_tax(name, value, more):
    low = line_tax(value, sku=sku(name), quantity=1, table=TODAYS)
    high = line_tax(value + more, sku=sku(name), quantity=1, table=TODAYS)
    assert high.total_fen >= low.total_fen


@given(goods, st.integers(0, 10**8))
def test_within_the_limits_there_is_no_tariff_and_full_tax_is_dearer(name, value):
    within = line_tax(value, sku=sku(name), quantity=1, table=TODAYS)
    full = line_tax(value, sku=sku(name), quantity=1, table=TODAYS, full=True)
    assert within.tariff_fen == 0
    assert within.total_fen <= full.total_fen


def test_nothing_is_taxed_with_nothing():
    assert line_tax(0, sku=sku("ordinary"), quantity=1, table=TODAYS) == LineTax(0, 0, 0, Decimal("9.10"))
