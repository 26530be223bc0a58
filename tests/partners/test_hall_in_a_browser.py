"""The Korea hall and the stand-in's own page in a real browser."""

import pytest
from django.conf import settings
from django.utils import timezone

from catalog.models import Product
from partners.links import link
from partners.models import Visit
from tests.browser import accessibility_faults
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.partners.convergence import converge
from tests.partners.ningbo import goods, put


@pytest.fixture
def mall(live_mall, stands):
    daily_terms()
    sandbox = stands("igetmall", shop_url=live_mall)
    sandbox.partner = partner_mall(sandbox.url, colour="#5b2a86")
    for _ in range(3):
        changed(listable(), "state")
    converge(sandbox.partner)
    return sandbox


@pytest.mark.parametrize("language", ["zh-hans", "ko"])
def test_axe_finds_nothing_in_the_hall(live_mall, mall, phone, desktop, language):
    for page in (phone, desktop):
        page.goto(f"{live_mall}/{language}/partner/igetmall/")
        assert accessibility_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_axe_finds_nothing_on_the_stand_ins_page(mall, phone):
    for path in ("/", "/korea/", "/operator/"):
        phone.goto(mall.url + path)
        assert accessibility_faults(phone) == []


def test_axe_finds_nothing_on_yonggous_pages(yonggou, phone):
    put(yonggou, goods(), goods("P2", stock=0))
    for path in ("/", "/hanguo/?c=0101", "/hanguo/?q=none", "/operator/", "/nowhere/"):
        phone.goto(yonggou.url + path)
        assert accessibility_faults(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth") <= phone.viewport_size["width"]


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
