"""KITA prints a display's labels on the desk; printing numbers them, so it is a POST."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from partners.models import Label
from partners.setup import open_market
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def display():
    sku = sku_in_stock(5, product__name_zh_hans="纯淡 雪肌水光补水面膜")
    names = {"name_ko": "량장 전시", "name_zh_hans": "两江展位"}
    place = {"place_ko": "충칭", "place_zh_hans": "重庆两江新区"}
    shelf = {"code": "lj-1", "products": [sku.product_id], **names}
    return open_market(code="lj", displays=[shelf], **names, **place).displays.get()


def url(display, paper="a6"):
    return reverse("admin:partners_display_labels", args=[display.pk, paper])


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def pages_of(answer):
    return PdfReader(io.BytesIO(answer.content)).pages


@pytest.mark.parametrize("paper", ["a6", "a4"])
def test_labels_are_printed_and_each_is_numbered(kita, display, paper):
    daily_terms()
    text = pages_of(kita.post(url(display, paper)))[0].extract_text().replace(" ", "")
    assert "雪肌水光补水面膜" in text.replace("\n", "")
    assert Label.objects.filter(item__display=display).count() == 1


def test_following_a_link_prints_and_numbers_nothing(kita, display):
    daily_terms()
    assert kita.get(url(display)).status_code == 405
    assert not Label.objects.exists()


def test_the_list_offers_each_paper_as_a_button(kita, display):
    text = kita.get(reverse("admin:partners_display_changelist")).content.decode()
    offered = [paper for paper in ("a6", "a4") if f'formaction="{url(display, paper)}"' in text]
    assert offered == ["a6", "a4"]
    assert f'href="{url(display)}' not in text


def test_only_labels_whose_price_moved_are_printed_again(kita, display):
    daily_terms()
    display.products.create(product=sku_in_stock(2).product, position=1)
    assert len(pages_of(kita.post(url(display)))) == 2
    assert kita.post(url(display), {"stale": "1"}).status_code == 302
    display.products.first().product.skus.update(price_krw=99_000)
    assert len(pages_of(kita.post(url(display), {"stale": "1"}))) == 1


def test_without_a_rate_nothing_is_printed_and_it_says_why(kita, display):
    page = kita.post(url(display), follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert not Label.objects.exists()


def test_a_seller_prints_nothing(client, display):
    client.force_login(member_of(display.products.get().product.seller))
    assert client.post(url(display)).status_code == 403
    assert not Label.objects.exists()
