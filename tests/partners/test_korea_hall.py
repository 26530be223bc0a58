"""The Korea hall: a partner's goods as pages of ours in its frame, the same for everybody."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from catalog.search.index import reindex
from catalog.search.query import PAGE_SIZE
from partners.models import PartnerMall
from tests.factories.catalog import CategoryFactory, daily_terms
from tests.factories.partners import listable, partner_mall

pytestmark = pytest.mark.django_db
HALL = "/zh-hans/partner/igetmall/"


@pytest.fixture
def mall():
    daily_terms()
    return partner_mall(colour="#5b2a86")


def page(client, path=HALL, **query):
    return client.get(path, query).content.decode()


def moved(product, category, **fields):
    Product.objects.filter(pk=product.pk).update(category=category, **fields)
    reindex([product.pk])
    return product


def test_the_hall_shows_the_partners_goods_in_its_frame(client, mall):
    product = listable(name_zh_hans="淡温 积雪草精华液")
    html = page(client)
    assert "淡温 积雪草精华液" in html
    assert f'href="{HALL}p/{product.slug}/"' in html
    assert mall.home_url in html
    sheet = re.search(r"/partner-frame/[\w-]+\.css", html)[0]
    assert "--frame: #5b2a86" in client.get(sheet).content.decode()


def test_what_the_rule_leaves_out_is_not_shown_however_one_looks_for_it(client, mall):
    product = listable(name_zh_hans="淡温 精华液")
    PartnerMall.objects.update(rule={"without": [product.pk]})
    for path in (HALL, f"{HALL}c/skin-care/", f"{HALL}search/?q=精华液", f"{HALL}bonded/"):
        assert "淡温 精华液" not in page(client, path)
    assert client.get(f"{HALL}p/{product.slug}/").url == f"/zh-hans/p/{product.slug}/"


def test_a_category_shows_its_own_goods_and_where_one_is(client, mall):
    top = CategoryFactory(slug="food", name_zh_hans="食品", path="701.")
    noodles = CategoryFactory(slug="noodles", name_zh_hans="面", parent=top, depth=1, path="701.001.")
    inside, other = listable(name_zh_hans="里面 泡面"), listable(name_zh_hans="外面 精华液")
    moved(inside, noodles)
    html = page(client, f"{HALL}c/noodles/")
    assert ("里面 泡面" in html, other.name_zh_hans in html) == (True, False)
    steps = re.findall(r'<li[^>]*>(?:<a href="([^"]+)">|<h1>)([^<]+)', html.split('class="crumbs"')[1])
    assert steps[:3] == [(HALL, "韩国馆"), (f"{HALL}c/food/", "食品"), ("", "面")]


def test_only_categories_that_have_goods_there_are_offered(client, mall):
    CategoryFactory(slug="empty", name_zh_hans="空的", path="702.")
    moved(listable(), CategoryFactory(slug="full", name_zh_hans="有的", path="703."))
    chips = page(client).split('class="chips')[1].split("</nav>")[0]
    assert ("有的" in chips, "空的" in chips) == (True, False)
    assert client.get(f"{HALL}c/empty/").status_code == 200
    assert "暂时没有商品" in page(client, f"{HALL}c/empty/")
    assert client.get(f"{HALL}c/nowhere/").status_code == 404


def test_search_stays_in_the_hall_and_says_when_there_is_nothing(client, mall):
    inside = listable(name_zh_hans="柚子 面膜")
    other = moved(listable(name_zh_hans="柚子 蜜茶"), CategoryFactory(slug="tea"))
    PartnerMall.objects.update(rule={"categories": [inside.category_id]})
    html = page(client, f"{HALL}search/", q="柚子")
    assert (inside.name_zh_hans in html, other.name_zh_hans in html) == (True, False)
    html = page(client, f"{HALL}search/", q="鞋")
    assert "没有找到“鞋”" in html
    assert f'href="{HALL}p/{inside.slug}/"' in html.split("大家在买")[1]
    assert other.slug not in html


def test_endless_words_are_cut_where_they_are_said_again(client, mall):
    words = "柚" * 300
    for path in (f"{HALL}search/", "/zh-hans/search/"):
        html = page(client, path, q=words)
        said = re.findall(r"<(?:title|h1|h2)[^>]*>[^<]*柚[^<]*<", html)
        assert (len(said) >= 2, max(map(len, said)) < 80) == (True, True), path


def test_goods_can_be_sorted_and_paged_through(client, mall):
    goods = [moved(listable(), CategoryFactory(slug=f"s{n}"), sold=n) for n in range(PAGE_SIZE + 2)]
    pages, path = [], f"{HALL}?sort=sold"
    while path:
        html = page(client, path)
        pages.append(re.findall(rf'href="{HALL}p/([^/]+)/"', html))
        onward = re.search(r'rel="next" href="([^"]+)"', html)
        path = onward and HALL + onward[1].replace("&amp;", "&")
    falling = [product.slug for product in reversed(goods)]
    assert pages == [falling[:PAGE_SIZE], falling[PAGE_SIZE:]]


def test_a_product_keeps_the_frame_with_the_way_back_and_belongs_to_the_malls_page(client, mall):
    product = listable(name_zh_hans="淡温 精华液")
    html = page(client, f"{HALL}p/{product.slug}/")
    assert f'class="way-back" href="{mall.home_url}"' in html
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/zh-hans/p/{product.slug}/">' in html
    assert f'href="{HALL}c/skin-care/"' in html
    assert 'href="/zh-hans/c/' not in html


def test_the_pages_are_kept_for_everybody(client, mall):
    product = listable()
    for path in (HALL, f"{HALL}p/{product.slug}/", f"{HALL}c/skin-care/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Vary"]) == (200, "Accept-Encoding")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).content == answer.content
        assert (len(captured), len(answer.cookies)) == (0, 0)


def test_the_front_page_is_found_in_both_languages_the_rest_not(client, mall):
    listable()
    html = page(client)
    assert 'hreflang="ko" href="http://127.0.0.1:8000/ko/partner/igetmall/"' in html
    assert ("noindex" in html, "noindex" in page(client, f"{HALL}c/skin-care/")) == (False, True)
    assert "한국관" in page(client, "/ko/partner/igetmall/")


def test_a_partner_that_is_being_set_up_has_no_hall(client, mall):
    product = listable()
    PartnerMall.objects.update(state="setup")
    assert client.get(HALL).status_code == 404
    assert client.get(f"{HALL}p/{product.slug}/").status_code == 404
