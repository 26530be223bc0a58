"""What units of a line give back: the page's table, and that all parts make the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.give_back import KINDS, TooMany, share_of, shares_of
from orders.models import OrderLine
from partners.sandbox.stand import daybook
from tests.tables import fen, rows

amounts = st.integers(0, 3_000_000)


def line_of(*, pk, quantity, unit=100, sku_id=7, earned=None):
    """A line with its commission, by default what a stand-in's mall earns of it."""
    line = OrderLine(pk=pk, sku_id=sku_id, quantity=quantity, unit_fen=unit, goods_fen=unit * quantity)
    line.commission_fen = daybook.earned({"lines": [told_line(line)]}) if earned is None else earned
    return line


def told_line(line):
    return {"out_sku_id": line.sku_id, "quantity": line.quantity, "price_fen": line.unit_fen}


def test_the_refunds_of_the_page_come_out_as_it_says():
    lines = {row["course"]: row for row in rows("money.md", "lines to refund")}
    for name, line in lines.items():
        sold = OrderLine(
            pk=1,
            quantity=int(line["units"]),
            goods_fen=fen(line["goods"]),
            freight_fen=fen(line["freight"]),
            vat_fen=fen(line["tax"]),
        )
        paid = sold.goods_fen + sold.freight_fen + sold.vat_fen
        for row in (row for row in rows("money.md", "refunds") if row["course"] == name):
            share = share_of(sold, int(row["units"]))
            told = (share.goods_fen, share.freight_fen, share.tax_fen, share.amount_fen)
            assert told == tuple(fen(row[kind]) for kind in ("goods", "freight", "tax", "refund"))
            sold.refunded_quantity += share.quantity
            paid -= share.amount_fen
        assert (sold.left_quantity, paid) == (0, 0)


def test_the_commission_left_is_that_of_the_page():
    for row in rows("money.md", "commission left of a line of 3 units"):
        line = OrderLine(quantity=3, goods_fen=300, commission_fen=fen(row["commission"]))
        units = int(row["refunded units"])
        back = share_of(line, units).commission_fen if units else 0
        assert (back, line.commission_fen - back) == (fen(row["taken back"]), fen(row["left"]))


def test_the_commission_left_of_two_lines_of_one_sku_is_that_of_the_page():
    caption = "commission left of two lines of one SKU, the first of 1 unit, the second of 2"
    for row in rows("money.md", caption):
        earned = [fen(text) for text in row["commission"].split(" and ")]
        units = [int(text) for text in row["refunded units, first and second line"].split(" and ")]
        lines = [line_of(pk=1, quantity=1, earned=earned[0]), line_of(pk=2, quantity=2, earned=earned[1])]
        shares = shares_of(lines, {1: units[0], 2: units[1]})
        back = sum(share.commission_fen for share in shares)
        assert (back, sum(earned) - back) == (fen(row["taken back"]), fen(row["left"]))


@given(
    sold=st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(0, 900)), min_size=1, max_size=5
    ),
    data=st.data(),
)
def test_commission_comes_back_as_the_mall_reckons_it_whichever_lines_are_refunded(sold, data):
    """Also lines that cost nothing, which may be called off without a refund; the mall's own rule is `lost`."""
    lines = [
        line_of(pk=pk, sku_id=sku, quantity=quantity, unit=unit)
        for pk, (sku, quantity, unit) in enumerate(sold, start=1)
    ]
    there = {"lines": [told_line(line) for line in lines if line.goods_fen]}
    before, back = [], 0
    while left := {line.pk: line.left_quantity for line in lines if line.left_quantity}:
        asked = {pk: data.draw(st.integers(0, units)) for pk, units in left.items()}
        shares = shares_of(data.draw(st.permutations(lines)), asked if any(asked.values()) else None)
        told = [[share.line.sku_id, share.quantity, 0] for share in shares if share.line.goods_fen]
        lost = [share.commission_fen for share in shares]
        assert (min(lost) >= 0, sum(lost)) == (True, daybook.lost(there, before, told))
        assert not any(share.commission_fen for share in shares if not share.amount_fen)
        before, back = before + told, back + sum(lost)
        for share in shares:
            share.line.refunded_quantity += share.quantity
    assert back == daybook.earned(there) == sum(line.commission_fen for line in lines)


@given(
    unit=st.integers(1, 500_000),
    parts=st.lists(st.integers(1, 40), min_size=1, max_size=12),
    freight=amounts,
    tariff=amounts,
    consumption=amounts,
    vat=amounts,
)
def test_refunds_of_all_parts_sum_to_what_was_paid_in_whatever_parts(
    unit, parts, freight, tariff, consumption, vat
):
    quantity = sum(parts)
    line = OrderLine(
        quantity=quantity,
        goods_fen=unit * quantity,
        freight_fen=freight,
        tariff_fen=tariff,
        consumption_fen=consumption,
        vat_fen=vat,
    )
    shares = []
    for part in parts:
        shares.append(share_of(line, part))
        line.refunded_quantity += part
    for name in KINDS:
        assert sum(getattr(share, name) for share in shares) == getattr(line, name)
        assert all(getattr(share, name) >= 0 for share in shares)
    assert all(share.goods_fen == unit * share.quantity for share in shares)


@given(quantity=st.integers(1, 99), gone=st.integers(0, 99), asked=st.integers(-5, 120))
def test_never_more_units_than_are_left(quantity, gone, asked):
    line = OrderLine(quantity=quantity, refunded_quantity=min(gone, quantity), goods_fen=quantity)
    if 0 < asked <= line.left_quantity:
        assert share_of(line, asked).quantity == asked
    else:
        with pytest.raises(TooMany):
            share_of(line, asked)


def test_all_that_is_left_means_lines_with_something_left():
    lines = [OrderLine(pk=1, quantity=2, refunded_quantity=2), OrderLine(pk=2, quantity=3, goods_fen=9)]
    assert [(share.line.pk, share.quantity) for share in shares_of(lines)] == [(2, 3)]
    assert [(share.line.pk, share.quantity) for share in shares_of(lines, {2: 1, 1: 0})] == [(2, 1)]
