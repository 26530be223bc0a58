"""Chinese names and places say on Korean pages that they are Chinese, Korean ones on Chinese pages likewise."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from catalog.models import Review
from orders.models import FreightRule, Order
from tests.factories.catalog import SalePriceFactory, daily_terms, review, sku_in_stock
from tests.factories.orders import Shopper, freight_rule, paid_order
from tests.factories.people import kita_officer
from tests.letters import strange
from tests.orders.test_buying_in_a_browser import cart_of
from tests.orders.test_goods_in_the_desks_language import NOT_SHOWN

pytestmark = pytest.mark.django_db
NAMES = {
    "ko": "王小明",
    "zh-hans": "김민지",
}  # of somebody who reads in this language, in the other's letters


@pytest.fixture(params=NAMES)
def language(request):
    return request.param


@pytest.fixture
def shopper(language):
    daily_terms()
    freight_rule()
    shopper = Shopper()
    shopper.user.name = shopper.address.name = NAMES[language]
    shopper.user.save()
    shopper.address.save()
    cart_of(shopper.user, sku_in_stock(60), 3)
    return shopper


def faults(client, paths) -> dict:
    """What does not say its language, by page; every page is there, and knows its own."""
    pages = {path: client.get(path) for path in paths}
    assert {page.status_code for page in pages.values()} == {200}
    found = {path: strange(NOT_SHOWN.sub("", page.content.decode())) for path, page in pages.items()}
    return {path: texts for path, texts in found.items() if texts}


def test_a_text_without_its_language_is_found():
    page = '<html lang="{}"><body><p>{}<p lang="zh-Hans">重庆 <input value="{}"></p>{}'
    assert strange(page.format("ko", "상품<br>", "渝", "끝")) == []
    assert strange(page.format("ko", "상품 重庆", "한글", "重")) == ["상품 重庆", "한글", "重"]
    assert strange(page.format("zh-Hans", "상품", "한글", "끝")) == ["상품", "한글", "끝"]


def test_on_every_page_of_a_shopper(client, shopper, language):
    sku = sku_in_stock(9)
    order = shopper.place((sku, 1), (sku_in_stock(9), 1))
    review(sku.product, answer="谢谢。")
    shopper.user.favourites.create(product=sku.product)
    client.force_login(shopper.user)
    paths = [
        "cart/",
        "checkout/",
        "orders/",
        f"orders/{order.number}/",
        "me/",
        "favourites/",
        "account/email/",
    ]
    paths += ["addresses/", "addresses/new/", f"addresses/{shopper.address.pk}/", f"p/{sku.product.slug}/"]
    assert faults(client, [f"/{language}/{path}" for path in paths]) == {}


def test_on_the_desks_pages_of_sales_and_of_who_sells(client, shopper, language):
    order = paid_order(sku_in_stock(9))
    review(sku_in_stock(9).product, answer="谢谢。")
    Order.objects.update(receiver_name=NAMES[language])
    client.force_login(kita_officer())
    client.cookies["desk_language"] = language
    lists = [
        f"orders_{name}" for name in ("order", "consignment", "payment", "refund", "channel", "importlimit")
    ]
    lists += [
        f"catalog_{name}"
        for name in ("product", "seller", "category", "hscode", "taxrate", "review", "saleprice")
    ]
    product = order.lines.get().product
    sale = SalePriceFactory(sku=product.skus.get(), label_ko="특가", label_zh_hans="特价")
    rows = {
        "orders_order": order,
        "orders_consignment": order.consignments.get(),
        "orders_freightrule": FreightRule.objects.first(),
        "catalog_product": product,
        "catalog_seller": product.seller,
        "catalog_category": product.category,
        "catalog_hscode": product.hs,
        "catalog_review": Review.objects.get(),
        "catalog_saleprice": sale,
    }
    paths = [reverse(f"admin:{name}_changelist") for name in lists]
    paths += [reverse(f"admin:{name}_change", args=[row.pk]) for name, row in rows.items()]
    sales = reverse("admin:orders_sales")
    paths += ["/admin/", *(f"{sales}?by={by}" for by in ("month", "province", "seller", "category"))]
    assert faults(client, paths) == {}
    shown = client.post(reverse("admin:orders_order_unmask", args=[order.pk]), follow=True)
    assert escape(order.buyer_number) in shown.text
    assert strange(NOT_SHOWN.sub("", shown.text)) == []
