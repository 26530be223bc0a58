"""The pages of the shop front answer in both languages with what they promise."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from catalog.models import Product, Seller
from tests.factories.catalog import SkuFactory, StockFactory, daily_terms, review, shown_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    daily_terms()
    return shown_product(name_zh_hans="淡温 积雪草舒缓精华液", name_ko="담온 병풀 진정 세럼")


def pages(product):
    return [
        "/",
        "/categories/",
        f"/c/{product.category.slug}/",
        f"/p/{product.slug}/",
        f"/s/{product.seller.slug}/",
        "/search/",
        "/help/taxes/",
    ]


def test_every_page_answers_in_both_languages(client, product):
    for path in pages(product):
        for language, tag in (("zh-hans", "zh-Hans"), ("ko", "ko")):
            response = client.get(f"/{language}{path}")
            assert response.status_code == 200, path
            assert f'<html lang="{tag}">' in response.text


def test_pages_name_each_other_in_the_other_language(client, product):
    for path in pages(product):
        html = client.get(f"/zh-hans{path}").text
        for tag, language in (("zh-Hans", "zh-hans"), ("ko", "ko"), ("x-default", "zh-hans")):
            assert re.search(f'hreflang="{tag}" href="http://[^/]+/{language}{path}"', html), path


def test_a_product_shows_its_name_in_the_readers_language(client, product):
    assert "<h1>淡温 积雪草舒缓精华液</h1>" in client.get(f"/zh-hans/p/{product.slug}/").text
    assert "<h1>담온 병풀 진정 세럼</h1>" in client.get(f"/ko/p/{product.slug}/").text


def test_price_tax_and_landed_price_stand_on_the_product_page(client, product):
    html = client.get(f"/zh-hans/p/{product.slug}/").text
    assert '<span class="price huge"><small>¥</small>101<i>.10</i></span>' in html
    assert "<b>¥9.20</b> (9.1%)" in html
    assert "<b>¥110.30</b>" in html


def test_the_chosen_sku_sets_price_and_form(client, product):
    other = SkuFactory(product=product, price_krw=36_000)
    StockFactory(sku=other, on_hand=5)
    html = client.get(f"/zh-hans/p/{product.slug}/?sku={other.pk}").text
    assert '<span class="price huge"><small>¥</small>202<i>.20</i></span>' in html
    assert f'name="sku" value="{other.pk}"' in html
    assert 'max="5"' in html


def test_a_sold_out_product_cannot_be_bought(client):
    daily_terms()
    html = client.get(f"/zh-hans/p/{shown_product(on_hand=0).slug}/").text
    assert 'name="sku"' not in html
    assert "disabled>" in html


def test_structured_data_tells_offer_score_and_place(client, product):
    review(product, stars=4)
    html = client.get(f"/zh-hans/p/{product.slug}/").text
    data, crumbs = json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1]
    )
    assert data["offers"][0]["price"] == "101.10"
    assert data["offers"][0]["availability"].endswith("InStock")
    assert data["aggregateRating"] == {"@type": "AggregateRating", "ratingValue": "4.0", "reviewCount": 1}
    assert crumbs["itemListElement"][-1]["name"] == product.name_zh_hans


def test_markup_in_a_name_cannot_leave_the_structured_data(client):
    daily_terms()
    product = shown_product(name_zh_hans="</script><b>面膜")
    assert "</script><b>" not in client.get(f"/zh-hans/p/{product.slug}/").text


def test_a_withdrawn_product_answers_410_with_near_goods(client, product):
    Product.objects.filter(pk=product.pk).update(state=Product.State.WITHDRAWN)
    response = client.get(f"/zh-hans/p/{product.slug}/")
    assert response.status_code == 410
    assert product.name_zh_hans in response.text


@pytest.mark.parametrize("state", [Seller.State.APPLIED, Seller.State.SUSPENDED])
def test_goods_of_a_seller_who_is_not_open_are_not_shown(client, product, state):
    Seller.objects.filter(pk=product.seller_id).update(state=state)
    assert client.get(f"/zh-hans/p/{product.slug}/").status_code == 410
    assert client.get(f"/zh-hans/s/{product.seller.slug}/").status_code == 404


def test_a_draft_is_not_found(client, product):
    Product.objects.filter(pk=product.pk).update(state=Product.State.DRAFT)
    assert client.get(f"/zh-hans/p/{product.slug}/").status_code == 404


def test_a_missing_page_looks_like_the_mall(client, db):
    response = client.get("/zh-hans/p/nothing/")
    assert response.status_code == 404
    assert "site-head" in response.text
    assert 'name="robots" content="noindex"' in response.text


def test_an_anonymous_page_varies_by_nothing_personal(client, product):
    response = client.get(f"/zh-hans/p/{product.slug}/")
    assert not response.cookies
    assert response["Vary"] == "Accept-Encoding"


def test_a_review_shows_the_sellers_answer(client, product):
    review(product, answer="谢谢您的照片。", created_at=timezone.now())
    assert "谢谢您的照片。" in client.get(f"/zh-hans/p/{product.slug}/").text


def test_a_page_weighs_little_before_its_pictures(client, product):
    for path in pages(product):
        html = client.get(f"/zh-hans{path}").text
        sheets = re.findall(r'href="/static/(css/\w+\.css)"', html)
        assert len(html.encode()) < 100_000, path
        assert sum(Path(finders.find(sheet)).stat().st_size for sheet in sheets) <= 40_000, path
