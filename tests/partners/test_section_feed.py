"""A partner's section as a feed: signed address, whole items, paged by key, 304 for what the caller has."""

import datetime
import re

import pytest
from django.utils import timezone

from catalog.models import ExchangeRate, Product, TaxRate
from catalog.pricing import sku_price, todays_terms
from partners.models import PartnerMall, SharedAddress
from partners.shared import address_of, revoke
from tests.factories.catalog import daily_terms, without_tax_rate
from tests.factories.partners import listable, partner_mall

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall():
    daily_terms()
    return partner_mall()


def path(mall):
    return "/" + address_of(mall, SharedAddress.Purpose.FEED).split("/", 3)[3]


def test_an_item_is_whole_and_its_link_is_credited(mall, client):
    product = listable(name_zh_hans="淡温 精华液")
    (item,) = client.get(path(mall)).json()["items"]
    assert (item["id"], item["title"]) == (f"P{product.pk}", "淡温 精华液")
    (sku,) = item["skus"]
    assert (sku["stock_state"], sku["price_fen"] > 0, sku["landed_fen"] >= sku["price_fen"]) == (
        "in_stock",
        True,
        True,
    )
    landing = client.get("/go/" + item["link"].rpartition("/go/")[2])
    assert landing.url == f"/zh-hans/partner/igetmall/p/{product.slug}/"
    assert "kv" in landing.cookies


def test_the_section_and_its_feed_tell_the_price_of_the_page_they_lead_to(mall, client):
    product = listable()
    PartnerMall.objects.update(price_factor="1.10")
    (sku,) = client.get(path(mall)).json()["items"][0]["skus"]
    price = sku_price(product.skus.get(), todays_terms())
    yuan, fen = divmod(price.fen, 100)
    assert (sku["price_fen"], sku["tax_fen"]) == (price.fen, sku["landed_fen"] - price.fen)
    for page in ("/zh-hans/partner/igetmall/", f"/zh-hans/partner/igetmall/p/{product.slug}/"):
        shown = re.sub(r"<[^>]+>", "", client.get(page).content.decode())
        assert f"¥{yuan}.{fen:02}" in shown, page


def test_stock_that_is_kept_back_from_the_mall_is_on_sale_by_its_link(mall, client):
    listable(on_hand=5)
    PartnerMall.objects.update(safety_stock=5, stock_share="0.5")
    (sku,) = client.get(path(mall)).json()["items"][0]["skus"]
    assert (sku["stock"], sku["stock_state"]) == (5, "in_stock")


def test_what_the_rule_leaves_out_is_not_in_it(mall, client):
    product = listable()
    PartnerMall.objects.update(rule={"without": [product.pk]})
    assert client.get(path(mall)).json()["items"] == []


def test_pages_follow_each_other_until_the_last(mall, client, monkeypatch):
    monkeypatch.setattr("partners.feed.PAGE_SIZE", 2)
    made = [listable().pk for _ in range(5)]
    found, address = [], path(mall)
    while address:
        page = client.get(address).json()
        found += [int(item["id"][1:]) for item in page["items"]]
        address = page["next"] and "/" + page["next"].split("/", 3)[3]
    assert found == made


def test_what_the_caller_has_is_not_sent_again_until_it_changes(mall, client):
    product = listable()
    etag = client.get(path(mall))["ETag"]
    assert client.get(path(mall), headers={"If-None-Match": etag}).status_code == 304
    digest = client.get(path(mall)).json()["items"][0]["digest"]
    Product.objects.filter(pk=product.pk).update(name_zh_hans="新名 精华液")
    answer = client.get(path(mall), headers={"If-None-Match": etag})
    assert (answer.status_code, answer.json()["items"][0]["digest"] != digest) == (200, True)


def test_a_renewed_link_is_a_new_digest(mall, client, monkeypatch):
    """Who keeps items of an equal digest must not keep a link until it credits nobody."""
    listable()
    (first,) = client.get(path(mall)).json()["items"]
    today = timezone.localdate() + datetime.timedelta(days=mall.link_days // 2)
    monkeypatch.setattr(timezone, "localdate", lambda *_args, **_kwargs: today)
    ExchangeRate.objects.update(date=today)
    (second,) = client.get(path(mall)).json()["items"]
    differs = {name for name in first if first[name] != second[name]}
    assert differs == {"link", "digest"}


def test_a_wrong_address_or_page_says_so(mall, client):
    old = path(mall)
    assert client.get(f"{old}?after=x").status_code == 400
    revoke(mall, SharedAddress.Purpose.FEED)
    assert client.get(old).status_code == 404
    assert client.get("/partners/feed/x/").status_code == 404


@pytest.mark.parametrize("missing", [ExchangeRate, TaxRate])
def test_a_day_without_prices_is_told_as_json(mall, client, missing):
    listable()
    missing.objects.all().delete()
    answer = client.get(path(mall))
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/json")
    assert answer.json() == {"error": "no prices today, try again later"}


def test_goods_without_a_tax_rate_are_left_out_alone(mall, client):
    book, cream = listable(), listable()
    without_tax_rate(book)
    assert [item["id"] for item in client.get(path(mall)).json()["items"]] == [f"P{cream.pk}"]


def test_a_page_behind_of_goods_without_a_tax_rate_ends_no_reading(mall, client, monkeypatch):
    monkeypatch.setattr("partners.feed.PAGE_SIZE", 1)
    cream, book, mask = listable(), listable(), listable()
    without_tax_rate(book)
    pages, address = [], path(mall)
    while address:
        page = client.get(address).json()
        pages.append([item["id"] for item in page["items"]])
        address = page["next"] and "/" + page["next"].split("/", 3)[3]
    assert pages == [[f"P{cream.pk}"], [], [f"P{mask.pk}"]]
