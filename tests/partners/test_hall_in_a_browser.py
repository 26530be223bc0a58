"""The Korea hall and the stand-ins' own pages in a real browser."""

import pytest
from django.conf import settings
from django.utils import timezone

from catalog.models import Product
from partners.links import link
from partners.models import Visit
from tests.every_width import Look
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall, shanghai_mall
from tests.partners.convergence import converge
from tests.partners.ningbo import goods, put


@pytest.fixture
def mall(live_mall, stands):
    daily_terms()
    sandbox = stands("igetmall", shop_url=live_mall)
    sandbox.partner = partner_mall(sandbox.url, colour="#5b2a86")
    for delivery in ("bonded", "direct", "direct"):
        changed(listable(delivery=delivery), "state")
    converge(sandbox.partner)
    return sandbox


def test_axe_finds_nothing_in_the_hall_and_nothing_sticks_out(live_mall, mall, desktop):
    look = Look(desktop, live_mall)
    bonded, other = Product.objects.order_by("pk")[:2]
    for language, said in {
        "zh-hans": ("韩国馆", "积雪草", "没有找到", "保税仓现货", "保税仓发货"),
        "ko": ("한국관", "병풀", "결과가 없습니다", "보세창고 재고", "보세창고"),
    }.items():
        hall, word, nothing, kept, sent = said
        home = f"/{language}/partner/igetmall/"
        look.at(home, hall, language)
        look.at(f"{home}c/skin-care/", word, language)
        look.at(f"{home}search/?q={word}", word, language)
        look.at(f"{home}search/?q=qqqq", nothing, language)
        look.at(f"{home}bonded/", kept, language)
        look.at(f"{home}p/{bonded.slug}/", sent, language)
        look.at(f"{home}p/{other.slug}/", word, language)
    assert look.faults == []


def test_axe_finds_nothing_on_the_stand_ins_pages(live_mall, mall, yonggou, stands, desktop):
    pujiang = stands("shanghai", shop_url=live_mall, calls_a_second=1000, interval=0)
    put(yonggou, goods(), goods("P2", stock=0))
    shanghai = shanghai_mall(pujiang.url)
    changed(Product.objects.first(), "state")
    converge(shanghai, lambda: pujiang.operate("/operator/pull/"))  # it shows what it has read
    for stand_in, pages in (
        (mall, {"/korea/": "积雪草", "/korea/?q=none": "没有"}),
        (yonggou, {"/hanguo/?c=0101": "积雪草", "/hanguo/?q=none": "没有"}),
        (pujiang, {"/korea/": "积雪草", "/korea/?q=none": "没有找到商品"}),
    ):
        look = Look(desktop, stand_in.url)
        for path, word in {"/": "韩国", **pages, "/orders/": "我的订单", "/operator/": "运营台"}.items():
            look.at(path, word, "zh-hans")
        look.at("/nowhere/", "不存在", "zh-hans", status=404)
        assert look.faults == []


def test_a_shopper_of_the_partner_lands_on_our_product_and_is_remembered(live_mall, mall, phone):
    phone.goto(f"{mall.url}/korea/")
    phone.click(".goods a >> nth=0")
    phone.wait_for_url(f"{live_mall}/zh-hans/partner/igetmall/p/**")
    assert [cookie["name"] for cookie in phone.context.cookies() if cookie["name"] == "kv"] == ["kv"]


def test_goods_on_the_malls_own_pages_are_counted_for_who_came_by_a_link_alone(
    live_mall, mall, phone, desktop
):
    """By the script, which asks nothing where no link left its hint."""
    product = Product.objects.first()
    url = f"{live_mall}/zh-hans/p/{product.slug}/"
    phone.goto(link(mall.partner, None, timezone.localdate()).replace(settings.SITE_URL, live_mall))
    with phone.expect_response("**/seen/*/"):
        phone.goto(url)
    assert Visit.objects.get().views.get().product == product
    asked = []
    desktop.on("request", lambda request: asked.append(request.url))
    desktop.goto(url)
    assert (url in asked, [one for one in asked if "/seen/" in one]) == (True, [])
