"""The desk's lists: as many queries for many rows as for few, and readable by everybody."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import approve
from catalog.models import Picture, Product, Review
from catalog.proposal import current
from catalog.signals import product_changed
from tests.browser import accessibility_faults
from tests.every_width import Look
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.displays import display_of
from tests.factories.orders import paid_order
from tests.factories.partners import partner_mall
from tests.factories.people import PASSWORD, kita_officer, member_of

LISTS = sorted(
    model._meta.label_lower
    for model in admin.site._registry
    if model._meta.app_label in ("catalog", "orders", "partners")
)


def grow(count):
    """Rows in the models that grow with the mall."""
    for number in range(count):
        sku = sku_in_stock(9)
        product = sku.product
        Picture.objects.create(product=product, art={"kind": "serum"}, digest=f"{sku.pk:064}")
        approve.save_draft(product=product, author=None, data=current(product))
        Review.objects.create(
            product=product,
            purchase=f"{sku.pk}-{number}",
            byline="林**",
            stars=5,
            created_at=product.created_at,
        )
        product_changed.send(None, product_ids=[product.pk], kinds={"state"})
        paid_order(sku)


@pytest.mark.django_db
def test_no_list_asks_more_queries_for_more_rows(client):
    partner_mall(rule={})
    grow(2)
    client.force_login(kita_officer())
    few = {label: queries_of(client, label) for label in LISTS}
    grow(12)
    many = {label: queries_of(client, label) for label in LISTS}
    assert many == few


@pytest.mark.django_db
def test_start_pages_ask_a_fixed_number_of_queries(client):
    partner_mall(rule={})
    grow(2)
    officer = kita_officer()
    few = start_page_queries(client, officer)
    grow(12)
    assert start_page_queries(client, officer) == few


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "yes", "no"), [("ko", "예", "아니요"), ("zh-hans", "是", "否"), ("en", "Yes", "No")]
)
def test_icons_of_yes_and_no_say_so_in_the_readers_language(client, language, yes, no):
    display_of(sku_in_stock(1).product, is_open=False)
    Product.objects.update(has_stock=True)
    client.cookies["desk_language"] = language
    client.force_login(kita_officer())
    assert icons(client, "catalog_product_changelist") == [("yes", yes)]
    assert icons(client, "partners_display_changelist") == [("no", no)]
    assert icons(client, "kmall_user_changelist") == [("yes", yes)]


def icons(client, name) -> list[tuple[str, str]]:
    page = client.get(reverse(f"admin:{name}")).text
    return re.findall(r'<img src="[^"]*/icon-(\w+)[^"]*\.svg" alt="([^"]*)"', page)


def test_the_desk_is_readable_by_everybody(live_mall, phone):
    daily_terms()
    grow(1)
    officer = kita_officer()
    phone.goto(f"{live_mall}/admin/")
    phone.fill("#id_username", officer.email)
    phone.fill("#id_password", PASSWORD)
    phone.click("[type=submit]")
    phone.wait_for_url(f"{live_mall}/admin/")
    look = Look(phone, live_mall, thorough=True)
    for language, order in (("ko", "주문"), ("zh-hans", "订单"), ("en", "Order")):
        phone.goto(f"{live_mall}/admin/language/{language}/")
        for name in ("index", "catalog_product_changelist", "orders_sales", "orders_order_changelist"):
            look.at(reverse(f"admin:{name}"), order, language)
    assert look.faults == []


def test_the_editor_is_readable_by_everybody(live_mall, desktop):
    daily_terms()
    sku = sku_in_stock(4)
    seller = member_of(sku.seller)
    desktop.goto(f"{live_mall}/admin/")
    desktop.fill("#id_username", seller.email)
    desktop.fill("#id_password", PASSWORD)
    desktop.click("[type=submit]")
    desktop.wait_for_url(f"{live_mall}/admin/")
    desktop.goto(live_mall + reverse("admin:catalog_product_change", args=[sku.product_id]))
    assert accessibility_faults(desktop) == []


def queries_of(client, label) -> int:
    app, name = label.split(".")
    return count(client, reverse(f"admin:{app}_{name}_changelist"))


def start_page_queries(client, user) -> int:
    client.force_login(user)
    return count(client, reverse("admin:index"))


def count(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)
