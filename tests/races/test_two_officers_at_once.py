"""Two officers of KITA save the same page of a partner mall at one moment: neither overwrites the other unseen.

The second one's POST comes between what the first one's checked and what it writes.
"""

import json
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.admin import item_map, orders
from partners.admin.meanwhile import KeepsOthersChanges
from partners.admin.setup import categories, key, terms
from partners.models import CategoryMap, PartnerMall, PartnerOrder, SkuMap
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.partners import partner_mall, skin_care
from tests.factories.people import kita_officer
from tests.partners.boxes import boxes
from tests.races.rival import run_across

pytestmark = pytest.mark.django_db(transaction=True)


X77 = item_map.field_of("X77")


def officer() -> Client:
    client = Client()
    client.force_login(kita_officer())
    return client


@pytest.fixture
def mall():
    daily_terms()
    return partner_mall(calls_per_second=10)


def step(mall, name: str) -> str:
    return reverse("admin:partners_partnermall_setup", args=[mall.pk, name])


@pytest.mark.parametrize("is_setup", [False, True])
def test_of_two_who_change_the_same_limit_the_second_is_asked_again(mall, is_setup):
    url = reverse("admin:partners_partnermall_change", args=[mall.pk])
    if is_setup:
        PartnerMall.objects.update(state="setup")
        url = step(mall, "connector")
    first, second = officer(), officer()
    page = boxes(first.get(url))
    with run_across(
        KeepsOthersChanges, "clean", lambda: second.post(url, page | {"calls_per_second": "2"})
    ) as other:
        answer = first.post(url, page | {"calls_per_second": "8"})
    assert (answer.status_code, PartnerMall.objects.get().calls_per_second) == (302, 8)
    assert (other[0].status_code, "“8”" in other[0].content.decode()) == (200, True)


def looked_at(client, url, typed: dict) -> dict:
    """What is posted to save what the preview showed."""
    return typed | {"do": "save", "seen": client.post(url, typed | {"do": "look"}).context["seen"]}


def test_of_two_prices_of_a_mall_the_second_is_shown_what_it_would_do_now(mall):
    url, (first, second) = step(mall, "price"), (officer(), officer())
    typed = {"price_factor": "110", "stock_share": "100", "safety_stock": "0"}
    ours, theirs = looked_at(first, url, typed), looked_at(second, url, typed | {"price_factor": "90"})
    with run_across(terms, "change_terms", lambda: second.post(url, theirs)) as other:
        assert first.post(url, ours).status_code == 302
    assert (other[0].status_code, "preview" in other[0].context) == (200, True)
    assert PartnerMall.objects.get().price_factor == Decimal("1.1")


def test_of_two_maps_of_a_mall_the_second_is_shown_what_it_would_do_now(mall):
    url, box, (first, second) = step(mall, "categories"), f"code-{skin_care().pk}", (officer(), officer())
    ours, theirs = looked_at(first, url, {box: "0101"}), looked_at(second, url, {box: "0202"})
    with run_across(categories, "change_map", lambda: second.post(url, theirs)) as other:
        assert first.post(url, ours).status_code == 302
    assert (other[0].status_code, CategoryMap.objects.get().remote_code) == (200, "0101")


def sure_of(sku) -> dict:
    """What is posted by an officer who has looked at the goods that the item becomes."""
    return {X77: f"S{sku.pk}", "sure": f"{X77}:{sku.pk}"}


def test_of_two_who_map_the_same_item_the_second_is_told_what_it_is_already(mall):
    raw = {"order_id": "A1", "lines": [{"out_sku_id": "X77", "quantity": 1, "price_fen": 100}]}
    row = PartnerOrder.objects.create(
        partner=mall, remote_id="A1", raw=json.dumps(raw), state="awaiting", next_try_at=timezone.now()
    )
    url, meant, (first, second) = (
        reverse("admin:partners_partnerorder_change", args=[row.pk]),
        sku_in_stock(5),
        (officer(), officer()),
    )
    with run_across(orders, "map_items", lambda: second.post(url, sure_of(meant))):
        answer = first.post(url, sure_of(sku_in_stock(5)), follow=True)
    assert SkuMap.objects.get().sku == meant
    assert f"S{meant.pk} {meant}" in answer.content.decode()


def test_of_two_who_type_a_part_of_a_key_each_both_are_kept(mall):
    url, (first, second) = step(mall, "key"), (officer(), officer())
    theirs = {"do": "enter", "app_key": "", "app_secret": "a-secret-of-the-second"}
    with run_across(key.keys, "keep", lambda: second.post(url, theirs)):
        first.post(url, {"do": "enter", "app_key": "the-key-of-the-first", "app_secret": ""})
    kept = json.loads(PartnerMall.objects.get().spare_credentials)
    assert kept == {"app_key": "the-key-of-the-first", "app_secret": "a-secret-of-the-second"}
