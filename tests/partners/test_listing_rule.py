"""A partner's listing rule: what each part selects, which data is no rule, and how older rules came over."""

import importlib

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Product
from partners.models import PartnerMall
from partners.rules import BadRule, Rule
from partners.select import chosen, selected
from tests.factories.catalog import CategoryFactory, HsCodeFactory
from tests.factories.partners import listable, partner_mall

keys = st.lists(st.integers(1, 10**9), unique=True).map(tuple)
rules = st.builds(
    Rule,
    categories=keys,
    sellers=keys,
    price_from_krw=st.integers(0, 1000),
    price_to_krw=st.sampled_from([0, 1000, 5000]),
    in_stock=st.booleans(),
    delivery=st.sampled_from(["", "direct", "bonded"]),
    hs=st.lists(st.from_regex(r"\A[0-9]{10}\Z"), unique=True).map(tuple),
    extra=keys,
    without=keys,
)


@given(rules)
def test_a_rule_is_read_as_it_was_written(rule):
    assert Rule.read(rule.data()) == rule


@pytest.mark.parametrize(
    "data",
    [
        {"categorys": [1]},
        {"categories": ["skin-care"]},
        {"categories": 7},
        {"sellers": [True]},
        {"price_from_krw": -1},
        {"price_to_krw": "1000"},
        {"price_from_krw": 2000, "price_to_krw": 1000},
        {"in_stock": 1},
        {"delivery": "drone"},
        {"hs": ["330499"]},
        [],
        None,
    ],
)
def test_what_is_no_rule_is_an_error_and_not_no_restriction(data):
    with pytest.raises(BadRule):
        Rule.read(data)


@pytest.fixture
def goods(db):
    """Three products on sale, each alone in its category, HS row, seller and price."""
    made = []
    for number in (1, 2, 3):
        product = listable(hs=HsCodeFactory(code=f"330499000{number}"))
        above = CategoryFactory()
        category = CategoryFactory(parent=above, path=f"{above.path}001.")
        Product.objects.filter(pk=product.pk).update(sort_price_krw=number * 1000, category=category)
        product.refresh_from_db()
        made.append(product)
    return made


def numbers(goods, rule) -> list[int]:
    found = set(selected(rule).values_list("pk", flat=True))
    return [number for number, product in enumerate(goods, start=1) if product.pk in found]


def test_each_part_selects_what_it_says(goods):
    one, two, three = goods
    parts = {
        "above its category": Rule(categories=(two.category.parent_id,)),
        "seller": Rule(sellers=(one.seller_id, three.seller_id)),
        "price from": Rule(price_from_krw=2000),
        "price to": Rule(price_to_krw=2000),
        "hs": Rule(hs=("3304990003",)),
        "delivery": Rule(delivery="bonded"),
        "nothing": Rule(),
    }
    assert {name: numbers(goods, rule) for name, rule in parts.items()} == {
        "above its category": [2],
        "seller": [1, 3],
        "price from": [2, 3],
        "price to": [1, 2],
        "hs": [3],
        "delivery": [],
        "nothing": [1, 2, 3],
    }


def test_parts_hold_together_and_picks_by_hand_stand_above_them(goods):
    one, two, three = goods
    assert numbers(goods, Rule(price_from_krw=2000, sellers=(one.seller_id, two.seller_id))) == [2]
    assert numbers(goods, Rule(sellers=(one.seller_id,), extra=(three.pk,))) == [1, 3]
    assert numbers(goods, Rule(sellers=(one.seller_id,), extra=(three.pk,), without=(three.pk,))) == [1]
    assert numbers(goods, Rule(extra=(one.pk,))) == [1, 2, 3]


def test_what_is_picked_by_hand_must_be_on_sale_all_the_same(goods):
    Product.objects.filter(pk=goods[0].pk).update(state="withdrawn")
    assert numbers(goods, Rule(hs=("3304990003",), extra=(goods[0].pk,))) == [3]


def test_categories_that_are_gone_select_nothing_rather_than_all(goods):
    assert numbers(goods, Rule(categories=(10**9,))) == []


def test_a_broken_rule_stops_the_mall_instead_of_emptying_it(goods):
    mall = partner_mall()
    PartnerMall.objects.update(rule={"categories": ["skin-care"]})
    mall.refresh_from_db()
    with pytest.raises(BadRule):
        chosen(mall)


def test_rules_by_address_became_rules_by_key_and_select_the_same(goods):
    by_keys = importlib.import_module("partners.migrations.0014_rules_by_keys").by_keys
    mall = partner_mall()
    category = goods[1].category
    old = {"categories": [category.slug, "gone"], "in_stock": True, "price_to_krw": 0, "mistyped": 1}
    PartnerMall.objects.update(rule=old)
    by_keys(apps, None)
    mall.refresh_from_db()
    assert mall.rule == {"categories": [category.pk], "in_stock": True}
    PartnerMall.objects.update(rule={"categories": ["gone"]})
    by_keys(apps, None)
    mall.refresh_from_db()
    assert not chosen(mall).exists()


def test_a_mall_is_not_opened_with_an_unknown_category(db):
    with pytest.raises(BadRule):
        partner_mall(rule={"categories": ["no-such-address"]})
