"""The page of a stall's tablet: today's prices, a signed address, and a next product without a script."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product, Sku, TaxRate
from orders.models import FreightRule
from partners import tablet
from partners.models import Display, Market, Scan
from tests.factories.catalog import daily_terms, without_tax_rate
from tests.factories.displays import display_of, stall
from tests.factories.partners import listable

pytestmark = pytest.mark.django_db


def path(display, more=""):
    return f"/tablet/{tablet.token_of(display)}/{more}"


def text(client, display, more=""):
    return client.get(path(display, more)).content.decode()


def names(html):
    return re.findall(r"<h1>(.*?)</h1>", html)


@pytest.fixture
def display():
    daily_terms()
    return display_of(*(listable(name_zh_hans=name, name_ko=f"{name} ko") for name in ("一", "二", "三")))


def test_it_shows_a_product_with_todays_landed_price_and_its_own_code(client, display):
    html = text(client, display)
    assert names(html) == ["一"]
    for part in ("一 ko", "含税 ¥110.30", "韩国直邮", "1 / 3"):
        assert part in html, part
    Sku.objects.update(price_krw=9000)
    assert "含税 ¥55.10" in text(client, display, "slides/")


def test_the_code_on_the_screen_is_a_scan_of_this_display(client, display):
    [first, *_rest] = tablet.slides(display)
    client.get(f"/d/{first.item.code}/")
    assert (Scan.objects.get().display, Scan.objects.get().product) == (display, first.product)


def test_without_a_script_it_leads_from_product_to_product_and_round(client, display):
    seen, more = [], ""
    for _ in range(4):
        html = text(client, display, more)
        seen += names(html)
        more = re.search(r'<noscript><meta http-equiv="refresh" content="12;url=(\?n=\d+)"', html)[1]
    assert seen == ["一", "二", "三", "一"]


def test_a_shut_page_asks_again_by_itself_without_a_script(client, display):
    Display.objects.update(is_open=False)
    shut = client.get(path(display))
    assert shut.status_code == 404
    assert '<meta http-equiv="refresh" content="300">' in shut.content.decode()
    Display.objects.update(is_open=True)
    assert names(text(client, display)) == ["一"]


@pytest.mark.parametrize("n", ["0", "-1", "x", "99999", "7" * 30, ""])
def test_any_number_shows_some_product(client, display, n):
    assert len(names(text(client, display, f"?n={n}"))) == 1


def test_the_fragment_holds_what_can_be_bought_in_the_displays_order(client, display):
    Product.objects.filter(name_zh_hans="二").update(state="withdrawn")
    html = text(client, display, "slides/")
    assert (names(html), html.count(" hidden")) == (["一", "三"], 1)
    Product.objects.filter(name_zh_hans="三").update(has_stock=False)
    assert names(text(client, display, "slides/")) == ["一"]


def test_a_changed_address_or_a_closed_display_shows_nothing_and_says_so(client, display):
    token = tablet.token_of(display)
    for wrong in (token[:-2] + "AA", "x", token.partition(".")[0]):
        assert client.get(f"/tablet/{wrong}/").status_code == 404
        assert client.get(f"/tablet/{wrong}/slides/").status_code == 404
    Display.objects.update(is_open=False)
    answer = client.get(path(display))
    assert (answer.status_code, "此页面已停用" in answer.content.decode()) == (404, True)


def test_without_a_price_for_today_it_says_so_and_stays(client):
    display = stall(2)
    assert names(text(client, display)) == ["价格更新中"]
    assert '<footer id="foot" hidden>' in text(client, display)
    daily_terms()
    assert '<footer id="foot">' in text(client, display)


@pytest.mark.parametrize("change", [{"state": "withdrawn"}, {"has_stock": False}])
def test_a_display_with_nothing_to_buy_does_not_speak_of_prices(client, display, change):
    Product.objects.update(**change)
    for more in ("", "slides/"):
        html = text(client, display, more)
        assert names(html) == ["本展位暂无可售商品"]
        assert "현재 이 진열대에 판매 중인 상품이 없습니다" in html
    assert '<footer id="foot" hidden>' in text(client, display)


def test_a_display_without_goods_says_that_it_has_none(client, display):
    display.products.all().delete()
    assert names(text(client, display)) == ["本展位暂无可售商品"]


def test_it_tells_freight_as_the_products_page_does(client, display):
    page = client.get(f"/zh-hans/p/{tablet.slides(display)[0].product.slug}/").content.decode()
    assert "国际运费 ¥18.00" in page
    for words in ("另加运费 ¥18", "배송비 ¥18 별도"):
        assert words in text(client, display)
    FreightRule.objects.update(free_from_fen=100)
    assert "免运费" in text(client, display)
    FreightRule.objects.all().delete()
    assert "运费另计" in text(client, display)


def test_without_a_tax_rate_it_says_so_as_well(client, display):
    TaxRate.objects.all().delete()
    for more in ("", "slides/"):
        answer = client.get(path(display, more))
        assert (answer.status_code, names(answer.content.decode())) == (200, ["价格更新中"])


def test_goods_without_a_tax_rate_are_left_out_alone(client, display):
    without_tax_rate(Product.objects.get(name_zh_hans="二"))
    assert names(text(client, display, "slides/")) == ["一", "三"]
    assert "1 / 2" in text(client, display)


def test_a_stall_without_a_name_in_one_language_goes_by_the_other(client, display):
    Market.objects.update(name_zh_hans=None)
    Display.objects.update(name_ko=None)
    where = re.search(r'<p class="where">(.*?)</p>', text(client, display))[1]
    assert (where.count("충칭 해방비"), where.count("展架 b-07"), "None" in where) == (2, 2, False)


def test_the_number_of_queries_does_not_grow_with_the_goods(client):
    daily_terms()

    def queries(goods, code):
        display = display_of(*(listable() for _ in range(goods)), code=code, market=code)
        text(client, display)
        with CaptureQueriesContext(connection) as captured:
            text(client, display, "slides/")
        return len(captured)

    assert queries(2, "few") == queries(12, "many") <= 8


def test_its_worker_has_a_say_over_this_page_alone_and_is_asked_for_each_time(client, display):
    assert f'data-worker="{path(display, "worker.js")}"' in text(client, display)
    answer = client.get(path(display, "worker.js"))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript", "no-cache")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "Service-Worker-Allowed" not in answer
