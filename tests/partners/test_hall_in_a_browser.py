"""The Korea hall and the stand-in's own page in a real browser."""

import pytest

from partners.labels import number_labels
from partners.models import DisplayProduct
from partners.setup import open_market
from tests.browser import accessibility_faults
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.partners.convergence import converge
from tests.partners.mall import Sandbox


@pytest.fixture
def mall(live_mall, tmp_path):
    sandbox = Sandbox(tmp_path / "mall", shop_url=live_mall).start()
    daily_terms()
    sandbox.partner = partner_mall(sandbox.url, colour="#5b2a86")
    for _ in range(3):
        changed(listable(), "state")
    converge(sandbox.partner)
    yield sandbox
    sandbox.stop()


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


def test_a_shopper_of_the_partner_lands_on_our_product_and_is_remembered(live_mall, mall, phone):
    phone.goto(f"{mall.url}/korea/")
    phone.click(".goods a >> nth=0")
    phone.wait_for_url(f"{live_mall}/zh-hans/partner/igetmall/p/**")
    assert [cookie["name"] for cookie in phone.context.cookies() if cookie["name"] == "kv"] == ["kv"]


def test_axe_finds_nothing_on_the_note_of_an_old_label(live_mall, mall, phone):
    product = mall.partner.listings.first().product
    open_market(
        code="m", name_ko="시장", name_zh_hans="市场", place_ko="충칭", place_zh_hans="重庆",
        displays=[{"code": "d", "name_ko": "진열대", "name_zh_hans": "展架", "products": [product.pk]}],
    )  # fmt: skip
    [label] = number_labels(DisplayProduct.objects.all())
    product.skus.update(price_krw=9000)
    phone.goto(f"{live_mall}/d/{label.code}/")
    assert "今日价格" in phone.inner_text("main")
    assert accessibility_faults(phone) == []
