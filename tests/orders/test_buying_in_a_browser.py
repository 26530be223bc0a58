"""From a product to a paid order on a phone, through the mall's own pages and the payment sandbox."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from kmall import inbox
from orders.models import Order
from tests.browser import Watched, sign_in
from tests.every_width import Look
from tests.factories.catalog import SellerFactory, sku_in_stock
from tests.factories.orders import Shopper, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


@pytest.fixture
def shop(open_shop, settings, alipay, live_mall):
    settings.DEV_INBOX, settings.EMAIL_BACKEND = True, "kmall.mail.InboxBackend"
    inbox.empty()


def test_a_newcomer_buys_on_a_phone(phone, live_mall, alipay):
    sku = sku_in_stock(10)
    phone.goto(f"{live_mall}/zh-hans/p/{sku.product.slug}/")
    phone.locator(".action-bar [name=next]").click()
    phone.fill("[name=login]", "138 0013 8000")
    phone.click("text=获取验证码")
    code = re.search(r"\d{6}", inbox.messages("+8613800138000")[0]["text"])[0]
    phone.fill("[name=code]", code)
    phone.click("main button.primary")
    phone.wait_for_url("**/checkout/")
    fill_address(phone)
    phone.fill("[name=real_name]", "林晓雨")
    phone.fill("[name=id_number]", "11010519491231002x")
    phone.check("[name=accept]")
    phone.click("text=提交订单")
    alipay.fault("no_notice")
    phone.wait_for_url(f"{alipay.url}/**")
    order = Order.objects.get()
    phone.click("[name=act][value=pay]")
    phone.wait_for_url(f"**/orders/{order.number}/")
    assert phone.locator("h1").inner_text() == "待发货"
    order.refresh_from_db()
    assert (order.state, order.user.phone, order.receiver_phone) == ("paid", "+8613800138000", "13800138000")
    assert order.district == "渝中区"


def fill_address(page):
    page.fill("[name=name]", "林晓雨")
    page.fill("[name=phone]", "138 0013 8000")
    page.select_option("[name=province_code]", "50")
    page.select_option("[name=city_code]", "5001")
    page.select_option("[name=district_code]", "500103")
    page.locator("[name=street_code] option[value='500103003']").wait_for(state="attached")
    page.select_option("[name=street_code]", "500103003")
    page.fill("[name=detail]", "民权路 28 号 1806")


def test_the_cart_follows_each_tap(phone, live_mall):
    user = UserFactory()
    sign_in(phone, live_mall, user)
    client = Client()
    client.force_login(user)
    skus = [sku_in_stock(10, product__seller=SellerFactory()) for _ in range(2)]
    for sku in skus:
        client.post("/zh-hans/cart/add/", {"sku": sku.pk}, headers={"Origin": "http://testserver"})
    phone.goto(f"{live_mall}/zh-hans/cart/")
    phone.click(f"#a{skus[0].pk}")
    expect(phone.locator(f"#q{skus[0].pk}")).to_have_value("2")
    phone.click(f"#p{skus[1].pk}")
    expect(phone.locator(".action-bar.phone .buy")).to_contain_text("(1)")
    phone.click(f"#x{skus[1].pk}")
    phone.locator(f"#q{skus[1].pk}").wait_for(state="detached")
    assert dict(user.cart.lines.values_list("sku_id", "quantity")) == {skus[0].pk: 2}
    phone.locator(".action-bar.phone .buy").click()
    phone.wait_for_url("**/checkout/")


def test_a_pasted_address_fills_the_fields_in_place(phone, live_mall):
    sign_in(phone, live_mall, UserFactory())
    phone.goto(f"{live_mall}/zh-hans/addresses/new/")
    phone.click("text=粘贴地址，自动填写")
    phone.fill("[name=pasted]", "张三 13912345678 重庆市渝中区解放碑街道民权路28号")
    phone.click("main [name=fill]")
    expect(phone.locator("[name=detail]")).to_have_value("民权路28号")
    phone.click("text=保存")
    phone.wait_for_url("**/addresses/")
    assert "重庆市 渝中区 解放碑街道 民权路28号" in phone.content()


def test_no_page_of_buying_shuts_anybody_out(phone, live_mall):
    shopper = Shopper()
    order = shopper.place((sku_in_stock(10), 1), (sku_in_stock(10), 1))
    cart_of(shopper.user, sku_in_stock(60), 50)
    paths = ["cart/", "checkout/?part=1", "orders/", f"orders/{order.number}/"]
    paths += [
        "me/",
        "addresses/",
        "addresses/new/",
        "account/email/",
        "account/phone/change/",
        "account/password/set/",
        "account/logout/",
        "favourites/",
    ]
    known, stranger = (Look(phone, live_mall, thorough=True) for _ in range(2))
    for language, cart in (("zh-hans", "购物车"), ("ko", "장바구니")):
        sign_in(phone, live_mall, shopper.user)
        for path in paths:
            known.at(f"/{language}/{path}", cart, language)
        phone.context.clear_cookies()
        for path in ("account/login/", "account/signup/", "account/password/reset/", "me/", "cart/"):
            stranger.at(f"/{language}/{path}", cart, language)
    assert (known.faults, stranger.faults) == ([], [])


@pytest.mark.parametrize("language", ["zh-hans", "ko"])
def test_buying_fits_320_pixels(browser, live_mall, language):
    shopper = Shopper()
    order = shopper.place((sku_in_stock(10), 1), (sku_in_stock(10), 1))
    cart_of(shopper.user, sku_in_stock(60, price_krw=2_400_000), 9)
    shopper.user.favourites.create(product=sku_in_stock(5).product)
    paths = ["cart/", "checkout/?part=1", "orders/", f"orders/{order.number}/", "me/", "addresses/new/"]
    with Watched(browser, width=320, height=700) as page:
        sign_in(page, live_mall, shopper.user)
        for path in [*paths, "favourites/", "account/email/", "help/taxes/"]:
            page.goto(f"{live_mall}/{language}/{path}")
            assert sideways(page) == [], path
            assert covered(page) == [], path


def covered(page):
    """Pairs of a cart's row that lie upon one another: a dear price and the stepper."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.cart-row')].filter((row) => {
          const price = row.querySelector('.price').getBoundingClientRect();
          const acts = row.querySelector('.stepper').getBoundingClientRect();
          return price.right > acts.left && price.bottom > acts.top && price.top < acts.bottom;
        }).map((row) => row.textContent.trim().slice(0, 40))"""
    )


def cart_of(user, sku, quantity):
    client = Client()
    client.force_login(user)
    client.post(
        "/zh-hans/cart/add/", {"sku": sku.pk, "quantity": quantity}, headers={"Origin": "http://testserver"}
    )


def sideways(page):
    """A page wider than its screen."""
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{width} px too wide"] if width > 0 else []
