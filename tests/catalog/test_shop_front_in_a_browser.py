"""The shop front in a real browser: nothing wrong for axe, smooth with script, whole without."""

import pytest
from django.test import Client

from catalog.models import Product
from catalog.search.index import recount, reindex
from tests.browser import Watched
from tests.every_width import Look
from tests.factories.catalog import (
    AttributeFactory,
    CategoryFactory,
    OptionFactory,
    SalePriceFactory,
    SellerFactory,
    daily_terms,
    review,
    shown_product,
    sku_in_stock,
)


@pytest.fixture
def goods(live_mall):
    """Twelve products in one leaf: dry or oily, two in a sale, one with a second SKU, reviewed."""
    daily_terms()
    top = CategoryFactory(path="701.", slug="care", name_zh_hans="护肤", name_ko="스킨케어")
    leaf = CategoryFactory(
        parent=top, depth=1, path="701.001.", position=1, slug="serum", name_zh_hans="精华", name_ko="세럼"
    )
    seller = SellerFactory(
        featured=1,
        story_zh_hans="小火慢煮。",
        story_ko="약불로 끓입니다.",
        quote_zh_hans="慢慢来。",
        quote_ko="천천히.",
    )
    skin = AttributeFactory(code="skin")
    dry = OptionFactory(attribute=skin, code="dry", label_zh_hans="干性", label_ko="건성")
    oily = OptionFactory(attribute=skin, code="oily", label_zh_hans="油性", label_ko="지성")
    goods = [shown_product(category=leaf, seller=seller, pictures=3, sold=100 - n) for n in range(12)]
    for n, product in enumerate(goods):
        product.values.create(attribute=skin, option=dry if n < 4 else oily)
    for product in goods[:2]:
        SalePriceFactory(sku=product.skus.get())
    sku_in_stock(5, product=goods[2], label_zh_hans="20片装", label_ko="20매", price_krw=36_000)
    review(goods[2], answer="谢谢。")
    reindex(Product.objects.values_list("pk", flat=True))
    recount()
    return goods


def pages(goods) -> list[str]:
    product = goods[2]
    return [
        "",
        "categories/",
        "c/serum/",
        "search/?q=积雪草",
        "search/?q=qqqq",
        f"p/{product.slug}/",
        f"s/{product.seller.slug}/",
        "help/taxes/",
        "nothing/",
    ]


def test_axe_finds_nothing_and_nothing_runs_over_the_edge(desktop, live_mall, goods):
    look = Look(desktop, live_mall, thorough=True)
    for language, cart in (("zh-hans", "购物车"), ("ko", "장바구니")):
        for path in pages(goods):
            look.at(f"/{language}/{path}", cart, language, status=404 if path == "nothing/" else 200)
    assert look.faults == []


def test_a_page_fits_320_pixels(browser, live_mall, goods):
    with Watched(browser, width=320, height=700) as page:
        for path in pages(goods):
            page.goto(f"{live_mall}/zh-hans/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == 320, path


def test_a_shopper_without_script_filters_chooses_and_fills_the_cart(browser, live_mall, goods):
    with Watched(browser, width=390, height=844, java_script_enabled=False) as page:
        page.goto(f"{live_mall}/zh-hans/")
        page.get_by_role("link", name="护肤").first.click()
        page.locator("label.choice", has_text="干性").click()
        page.get_by_role("button", name="查看").click()
        assert "f_skin=dry" in page.url
        assert page.locator("#results .card").count() == 4
        page.locator(f"a[href$='/p/{goods[2].slug}/']").click()
        page.get_by_role("link", name="20片装").click()
        assert page.locator(".price-box .price").inner_text() == "¥202.20"
        page.locator(".action-bar").get_by_role("button", name="加入购物车").click()
        assert "/cart/" in page.url
        assert goods[2].name_zh_hans in page.content()


def test_filters_change_the_list_without_leaving_the_page(desktop, live_mall, goods):
    desktop.goto(f"{live_mall}/zh-hans/c/serum/")
    desktop.evaluate("window.stayed = true")
    desktop.locator("label.choice", has_text="干性").click()
    desktop.get_by_role("button", name="查看 4 件商品").wait_for()
    assert desktop.locator("#results .card").count() == 4
    assert "f_skin=dry" in desktop.url
    desktop.locator(".chip.on", has_text="干性").wait_for()
    assert desktop.evaluate("window.stayed")


def test_the_filter_sheet_of_a_phone_opens_and_closes(phone, live_mall, goods):
    phone.goto(f"{live_mall}/zh-hans/c/serum/")
    phone.get_by_role("link", name="筛选").click()
    phone.get_by_role("dialog", name="筛选").locator("label.choice", has_text="干性").click()
    phone.get_by_role("button", name="查看 4 件商品").click()
    assert phone.get_by_role("dialog").count() == 0
    assert phone.locator("#results .card").count() == 4


def test_adding_to_the_cart_stays_on_the_page_and_says_so(phone, live_mall, goods):
    phone.goto(f"{live_mall}/zh-hans/p/{goods[2].slug}/")
    phone.get_by_role("button", name="增加一件").click()
    phone.locator(".action-bar").get_by_role("button", name="加入购物车").click()
    phone.get_by_role("status").filter(has_text="已加入购物车").wait_for()
    assert phone.locator(".action-bar .badge").inner_text() == "1"
    phone.get_by_role("link", name="去看看").click()
    assert phone.locator("input[name^='q-']").input_value() == "2"


def test_a_heart_knows_the_shopper_and_follows_each_press(phone, live_mall, goods, django_user_model):
    user = django_user_model.objects.create_user(email="lin@kmall24.test")
    user.favourites.create(product=goods[2])
    sign_in(phone, live_mall, user)
    phone.goto(f"{live_mall}/zh-hans/p/{goods[2].slug}/")
    phone.locator(".action-bar").get_by_role("button", name="已收藏").click()
    phone.get_by_role("status").filter(has_text="已取消收藏").wait_for()
    assert not user.favourites.exists()
    phone.locator(".action-bar").get_by_role("button", name="收藏", exact=True).click()
    phone.locator(".action-bar").get_by_role("button", name="已收藏").wait_for()
    assert user.favourites.get().product == goods[2]


def sign_in(page, live_mall, user):
    client = Client()
    client.force_login(user)
    cookies = {"sessionid": client.cookies["sessionid"].value, "kmall_bits": "1"}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": live_mall} for name, value in cookies.items()]
    )


def test_suggestions_come_while_typing(desktop, live_mall, goods):
    desktop.goto(f"{live_mall}/zh-hans/")
    desktop.get_by_role("searchbox").press_sequentially("jingh")
    desktop.locator(".search-words a").first.wait_for()
    desktop.locator(".search-words a").first.click()
    assert "/search/?q=" in desktop.url


def test_the_language_switch_stays_on_the_page_and_is_remembered(desktop, live_mall, goods):
    desktop.goto(f"{live_mall}/zh-hans/c/serum/?sort=price")
    desktop.locator(".utility").get_by_role("link", name="한국어").click()
    assert desktop.url == f"{live_mall}/ko/c/serum/?sort=price"
    assert {cookie["name"]: cookie["value"] for cookie in desktop.context.cookies()}[
        "django_language"
    ] == "ko"
