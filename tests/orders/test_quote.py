import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tax import landed_price
from orders.freight import FreightTable, NoFreightRule
from orders.limits import Verdict, verdict
from orders.quote import quote, quote_basket
from orders.split import split_offer
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import freight_rule
from tests.orders.baskets import LIMIT, basis, rule, sku
from tests.tables import fen, number, rows

FREIGHT = "freight of a parcel, first 500 g ¥12.00, each further 500 g ¥6.00, free from ¥199.00"


@pytest.mark.parametrize(
    "row", rows("money.md", FREIGHT), ids=lambda row: f"{row['weight in g']} g {row['goods']}"
)
def test_freight_is_as_the_page_says(row):
    table = FreightTable((rule(),))
    assert table.parcel_fen(weight_g=int(number(row["weight in g"])), goods_fen=fen(row["goods"])) == fen(
        row["freight"]
    )


def pieces(text):
    """`2 × ¥2,500.00, 1 × ¥10.00` → [(2, 250000), (1, 1000)]; the comma of thousands has no blank behind it."""
    return [(int(part.split(" × ")[0]), fen(part.split(" × ")[1])) for part in text.split(", ")]


@pytest.mark.parametrize(
    "row", rows("customs.md", "limits of an order on 2026-11-24"), ids=lambda row: row["pieces and prices"]
)
def test_a_basket_is_judged_as_the_page_says(row):
    lines = [
        (sku(pk, price), quantity) for pk, (quantity, price) in enumerate(pieces(row["pieces and prices"]), 1)
    ]
    freight = rule(first_fen=fen(row["freight"]), step_fen=0, free_from_fen=None)
    found = quote(lines, basis(freight, used_fen=fen(row["used this year"])))
    assert found.verdict.value == row["verdict"]
    assert found.freight_fen == fen(row["freight"])


def test_a_basket_is_quoted_line_by_line():
    found = quote(
        [(sku(1, 10_000, weight_g=400), 1), (sku(2, 5_000, weight_g=200, vat="vat_lower"), 1)], basis()
    )
    (parcel,) = found.parcels
    assert [(line.goods_fen, line.freight_fen, line.tax_fen) for line in parcel.lines] == [
        (10_000, 1_200, 1_019),
        (5_000, 600, 353),
    ]
    assert (found.goods_fen, found.freight_fen, found.tax_fen, found.total_fen) == (
        15_000,
        1_800,
        1_372,
        18_172,
    )
    assert (parcel.weight_g, parcel.to_free_freight_fen) == (600, 4_900)


def test_each_seller_sends_a_parcel_of_its_own_and_reaches_free_freight_by_itself():
    found = quote([(sku(1, 19_900, seller=1), 1), (sku(2, 19_899, seller=2), 1)], basis())
    assert [(parcel.seller.pk, parcel.freight_fen) for parcel in found.parcels] == [(1, 0), (2, 1_200)]


def test_a_province_has_the_freight_of_its_zone():
    rules = (rule(), rule(first_fen=3_000, zone="54,65"))
    assert [
        quote([(sku(1, 100), 1)], basis(*rules, province_code=code)).freight_fen for code in ("50", "65", "")
    ] == [
        1_200,
        3_000,
        1_200,
    ]
    with pytest.raises(NoFreightRule):
        quote([(sku(1, 100), 1)], basis(rule(zone="54"), province_code="50"))


def test_a_single_piece_above_the_limit_pays_all_taxes_in_full():
    found = quote([(sku(1, 600_000), 1)], basis())
    assert found.is_full_tax
    assert (found.tariff_fen, found.consumption_fen, found.vat_fen) == (60_000, 0, 85_800)


def test_the_cart_agrees_with_the_card_while_freight_is_free():
    goods = sku(1, 600_000)
    assert landed_price(goods, 600_000, basis().table).landed_fen == quote([(goods, 1)], basis()).total_fen


prices = st.integers(1, 800_000)
baskets = st.lists(
    st.tuples(
        prices, st.integers(1, 12), st.integers(1, 3), st.integers(0, 3_000), st.sampled_from(["", "ct_wine"])
    ),
    min_size=1,
    max_size=6,
)


def lines_of(basket):
    return [
        (sku(pk, price, seller=seller, weight_g=weight, consumption=consumption), quantity)
        for pk, (price, quantity, seller, weight, consumption) in enumerate(basket, 1)
    ]


@given(baskets)
def test_a_quote_is_the_sum_of_its_lines(basket):
    found = quote(lines_of(basket), basis())
    for whole in (found, *found.parcels):
        assert whole.goods_fen == sum(line.unit_fen * line.quantity for line in whole.lines)
        assert whole.tax_fen == sum(line.tax_fen for line in whole.lines)
        assert whole.total_fen == sum(line.total_fen for line in whole.lines)
        assert whole.total_fen == whole.goods_fen + whole.freight_fen + whole.tax_fen
    assert sum(parcel.total_fen for parcel in found.parcels) == found.total_fen
    assert sorted(line.sku.pk for line in found.lines) == list(range(1, len(basket) + 1))


@given(baskets)
def test_a_split_holds_every_piece_in_orders_that_are_allowed(basket):
    whole = quote(lines_of(basket), basis())
    offer = split_offer(whole)
    assert all(
        verdict(value_fen=part.value_fen, pieces=part.pieces, limit=LIMIT).may_be_placed for part in offer
    )
    held = {}
    for line in (line for part in offer for line in part.lines):
        held[line.sku.pk] = held.get(line.sku.pk, 0) + line.quantity
    assert held == {line.sku.pk: line.quantity for line in whole.lines}
    assert offer == split_offer(whole)


def test_a_split_keeps_parcels_whole_and_sends_the_dear_piece_alone():
    whole = quote(
        [(sku(1, 300_000), 1), (sku(2, 150_000, seller=2), 2), (sku(3, 510_000, seller=3), 1)], basis()
    )
    assert whole.verdict is Verdict.SPLIT
    assert whole.over_fen == 610_000
    assert [[(line.sku.pk, line.quantity) for line in part.lines] for part in split_offer(whole)] == [
        [(1, 1)],
        [(2, 2)],
        [(3, 1)],
    ]
    assert [part.verdict for part in split_offer(whole)] == [
        Verdict.ALLOWED,
        Verdict.ALLOWED,
        Verdict.FULL_TAX,
    ]


@pytest.mark.django_db
def test_a_basket_of_the_database_is_quoted_in_a_fixed_number_of_queries(django_assert_num_queries):
    daily_terms()
    freight_rule()
    few, many = [sku_in_stock() for _ in range(2)], [sku_in_stock() for _ in range(9)]
    for skus in (few, many):
        with django_assert_num_queries(10):
            found = quote_basket([(sku.pk, 1) for sku in skus], province_code="50", buyer_index="x" * 64)
        assert (found.goods_fen, found.freight_fen) == (10_110 * len(skus), 1_200 * len(skus))
