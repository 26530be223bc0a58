"""What was approved, repriced or sold out is seen on the next request, and search knows it in the same moment."""

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from catalog import receivers, stock
from catalog.models import ExchangeRate, Product, SearchRow
from catalog.search.query import search
from catalog.signals import product_changed
from kmall import caching, page_cache
from kmall.page_cache import cached_page
from tests.factories.catalog import sku_in_stock
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db(transaction=True)


@cached_page(names=("catalog",), query=("q",))
def shelf(request):
    ids = search(request.GET["q"]).ids
    products = Product.objects.in_bulk(ids)
    lines = [f"{products[n].name_zh_hans} {products[n].sort_price_krw} {products[n].has_stock}" for n in ids]
    return HttpResponse("|".join(lines) or "nothing")


@cached_page(names=("catalog", "stock:{slug}"))
def page(request, slug):
    return HttpResponse(stock.available([Product.objects.get(slug=slug).skus.get().pk]).values())


urlpatterns = i18n_patterns(path("shelf/", shelf), path("p/<slug>/", page), prefix_default_language=True)


@pytest.fixture(autouse=True)
def _own_urls(settings):
    settings.ROOT_URLCONF, settings.PAGE_CACHE = __name__, True
    caching.raise_now(caching.EVERYTHING)
    page_cache.memory.clear()


@pytest.fixture
def sku():
    with transaction.atomic():
        sku = sku_in_stock(3, product__name_zh_hans="大米面霜", product__slug="cream")
        product_changed.send(Product, product_ids=[sku.product_id], kinds={"state"})
    return sku


def shown(url="/zh-hans/shelf/?q=%E9%9D%A2%E9%9C%9C"):
    return Client().get(url).content.decode()


def change(sku, kinds, **fields):
    with transaction.atomic():
        Product.objects.filter(pk=sku.product_id).update(**fields)
        product_changed.send(Product, product_ids=[sku.product_id], kinds=kinds)


def test_an_approved_product_is_found_on_the_next_request():
    assert shown() == "nothing"
    with transaction.atomic():
        sku = sku_in_stock(3, product__name_zh_hans="大米面霜")
        product_changed.send(Product, product_ids=[sku.product_id], kinds={"state"})
    assert shown() == "大米面霜 18000 True"


def test_without_the_receiver_the_old_page_stays(sku):
    assert shown() == "大米面霜 18000 True"
    product_changed.disconnect(dispatch_uid="catalog.raise_page_versions")
    try:
        change(sku, {"price"}, sort_price_krw=15_000)
        assert shown() == "大米面霜 18000 True"
    finally:
        product_changed.connect(receivers.raise_page_versions, dispatch_uid="catalog.raise_page_versions")


def test_a_changed_price_a_new_name_and_a_withdrawal_are_seen_at_once(sku):
    shown()
    change(sku, {"price"}, sort_price_krw=15_000)
    assert shown() == "大米面霜 15000 True"
    assert SearchRow.objects.get().price_krw == 15_000
    change(sku, {"text"}, name_zh_hans="糯米面霜")
    assert shown() == "糯米面霜 15000 True"
    change(sku, {"state"}, state=Product.State.WITHDRAWN)
    assert shown() == "nothing"


def test_a_change_that_was_rolled_back_is_not_seen(sku):
    shown()
    before = caching.version("catalog")
    with transaction.atomic():
        change(sku, {"text"}, name_zh_hans="糯米面霜")
        transaction.set_rollback(True)
    assert caching.version("catalog") == before
    assert shown() == "大米面霜 18000 True"


def test_a_sale_changes_the_products_page_and_lists_only_when_it_sells_out(sku):
    lists = caching.version("catalog")
    assert shown("/zh-hans/p/cream/") == "3"
    stock.reserve(lines=[(sku.pk, 2)], reference="a", seconds=60)
    assert shown("/zh-hans/p/cream/") == "1"
    assert caching.version("catalog") == lists
    stock.reserve(lines=[(sku.pk, 1)], reference="b", seconds=60)
    assert shown() == "大米面霜 18000 False"
    assert SearchRow.objects.get().has_stock is False
    stock.release(reference="b")
    assert shown() == "大米面霜 18000 True"


def test_a_new_rate_drops_every_page():
    before = caching.version("catalog")
    with transaction.atomic():
        product_changed.send(ExchangeRate, product_ids=None, kinds={"price"})
    assert caching.version("catalog") != before


def test_a_category_renamed_on_the_desk_is_found_by_its_new_name(sku, settings):
    settings.ROOT_URLCONF = "kmall.urls"
    before, category = caching.version("catalog"), sku.product.category
    desk = Client()
    desk.force_login(kita_officer(), backend="django.contrib.auth.backends.ModelBackend")
    form = {
        "name_ko": "쌀 크림",
        "name_zh_hans": "大米霜",
        "slug": category.slug,
        "position": 0,
        "picture_kind": "",
    }
    inline = {"categoryattribute_set-TOTAL_FORMS": 0, "categoryattribute_set-INITIAL_FORMS": 0}
    answer = desk.post(f"/admin/catalog/category/{category.pk}/change/", form | inline)
    assert answer.status_code == 302
    assert caching.version("catalog") != before
    assert search("大米霜").ids == [sku.product_id]
