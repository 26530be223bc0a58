"""A label scanned with WeChat, in a real browser that says it is WeChat's."""

import pytest

from catalog.models import Product
from partners.labels import number_labels
from partners.models import Scan
from tests.browser import Watched, accessibility_faults
from tests.factories.catalog import daily_terms
from tests.factories.displays import display_of
from tests.factories.partners import listable

WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2244A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/107.0.5304.141 Mobile Safari/537.36 XWEB/5169 MMWEBSDK/20230805 MicroMessenger/8.0.42.2460 "
    "WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)


@pytest.fixture
def wechat(browser):
    """A phone's page in WeChat. It fails if a request left for another host or a script was refused."""
    with Watched(browser, width=390, height=844, has_touch=True, is_mobile=True, user_agent=WECHAT) as page:
        yield page


@pytest.fixture
def label(live_mall):
    daily_terms()
    [label] = number_labels(display_of(listable(name_zh_hans="纯淡 雪肌水光补水面膜")).products.all())
    return label


def test_in_wechat_a_scan_opens_a_product_that_can_be_put_into_the_cart(live_mall, label, wechat):
    errors = []
    wechat.on("pageerror", lambda error: errors.append(error))
    wechat.goto(f"{live_mall}/d/{label.code}/")
    assert wechat.url == f"{live_mall}/zh-hans/scanned/{label.product.slug}/"
    wechat.click("[data-add] >> visible=true")
    wechat.wait_for_selector("[data-cart-count]:text-is('1')", state="attached")
    assert errors == []
    assert Scan.objects.get().visit.carted_at


def test_the_note_of_an_old_label_is_accessible_and_leads_on(live_mall, label, wechat):
    label.product.skus.update(price_krw=9000)
    wechat.goto(f"{live_mall}/d/{label.code}/")
    assert "今日价格" in wechat.inner_text("main")
    assert accessibility_faults(wechat) == []
    wechat.click(".go")
    wechat.wait_for_url(f"{live_mall}/zh-hans/scanned/**")


def test_what_is_said_of_gone_goods_and_unknown_codes_is_accessible(live_mall, label, wechat):
    listable(name_zh_hans="淡温 积雪草精华液")
    Product.objects.filter(pk=label.product_id).update(state="withdrawn")
    for code, words in ((label.code, "积雪草"), ("ZZZZZZ", "没有找到"), ("A" * 60, "没有找到")):
        wechat.goto(f"{live_mall}/d/{code}/")
        assert words in wechat.inner_text("main")
        assert accessibility_faults(wechat) == []
        assert wechat.evaluate("document.documentElement.scrollWidth") <= 390
