from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmall.money import format_cny, format_krw, half_up, portion, split, yuan
from tests.tables import number, rows


@pytest.mark.parametrize("row", rows("money.md", "half up"), ids=lambda row: row["exact"])
def test_half_up_is_as_the_page_says(row):
    assert half_up(Decimal(row["exact"])) == int(row["rounded"])


@pytest.mark.parametrize("row", rows("money.md", "splits"), ids=lambda row: row["weights"])
def test_a_split_is_as_the_page_says(row):
    shares = split(int(number(row["total"])), [int(weight) for weight in row["weights"].split()])
    assert shares == [int(share) for share in row["shares"].split()]


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        half_up(0.5)


@given(st.fractions(min_value=-(10**9), max_value=10**9), st.integers(1, 1000))
def test_the_rounded_amount_is_a_nearest_multiple_and_mirrors_at_zero(amount, step):
    rounded = half_up(amount, step=step)
    assert rounded % step == 0
    assert abs(rounded - amount) <= Fraction(step, 2)
    assert half_up(-amount, step=step) == -rounded


@given(
    st.one_of(st.integers(-(10**9), 10**9), st.fractions(-(10**6), 10**6)),
    st.fractions(min_value=-2, max_value=2),
    st.integers(1, 1000),
)
def test_a_portion_is_the_rounded_product(amount, share, step):
    assert portion(amount, share, step=step) == half_up(amount * share, step=step)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_shares_add_up_and_stay_within_one_unit_of_their_due(total, weights):
    shares = split(total, weights)
    assert sum(shares) == total
    if whole := sum(weights):
        assert all(
            abs(share - Fraction(total * weight, whole)) < 1
            for share, weight in zip(shares, weights, strict=True)
        )


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [])])
def test_what_cannot_be_split_is_refused(total, weights):
    with pytest.raises(ValueError, match="split"):
        split(total, weights)


def test_amounts_are_written_with_their_sign():
    assert [format_cny(123450), format_cny(-5)] == ["¥1,234.50", "-¥0.05"]
    assert [format_krw(1298000), format_krw(-5)] == ["₩1,298,000", "-₩5"]


@given(st.integers(-(10**12), 10**12))
def test_an_amount_for_machines_is_read_back_as_it_was(fen):
    assert Decimal(yuan(fen)) == Decimal(fen) / 100
