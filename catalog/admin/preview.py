"""The shop page as a proposal would make it, before anybody but its seller and KITA can see it."""

import copy
import datetime
from decimal import Decimal

from django.conf import settings
from django.shortcuts import render
from django.utils import translation

from catalog import product_html
from catalog.models import (
    Attribute,
    AttributeOption,
    Category,
    HsCode,
    Picture,
    Product,
    ProductAttribute,
    Sku,
)
from catalog.product_page import ProductPage, assemble
from catalog.proposal import SKU_FIELDS, proposed


def shop_page(request, product: Product):
    """The open proposal as a page, in the language of `?language=` (Chinese unless asked otherwise)."""
    language = request.GET.get("language", settings.STOREFRONT_LANGUAGES[0])
    if language in settings.STOREFRONT_LANGUAGES:
        translation.activate(language)
        request.LANGUAGE_CODE = language
    html = product_html.render(preview_of(product))
    return render(request, "catalog/product.html", {"html": html, "nav_path": html.path})


def preview_of(product: Product) -> ProductPage:
    """A page made of unsaved rows after the proposal; the product's own rows are not touched."""
    data = proposed(product)
    draft = copy.copy(product)
    for field, value in data["fields"].items():
        setattr(draft, field, value)
    if isinstance(draft.best_before, str):
        draft.best_before = datetime.date.fromisoformat(draft.best_before)
    draft.category = Category.objects.get(pk=draft.category_id)
    draft.hs = HsCode.objects.get(pk=draft.hs_id)
    pictures = Picture.objects.filter(product=product).in_bulk(data["pictures"])
    return assemble(
        product=draft,
        skus=[_sku(draft, row) for row in data["skus"] if row["is_active"]],
        pictures=[pictures[pk] for pk in data["pictures"] if pk in pictures],
        values=_values(draft, data["values"]),
        is_preview=True,
    )


def _sku(product, row) -> Sku:
    sku = Sku(
        id=row["id"], product=product, seller=product.seller, **{name: row[name] for name in SKU_FIELDS}
    )
    sku.net_content = Decimal(row["net_content"])
    sku.active_sales, sku.units_left = [], row["opening"]
    if row["id"]:
        sku.units_left = product.skus.values_list("stock__on_hand", flat=True).get(pk=row["id"]) or 0
    return sku


def _values(product, rows) -> list[ProductAttribute]:
    attributes = Attribute.objects.in_bulk([row["attribute_id"] for row in rows])
    options = AttributeOption.objects.in_bulk([row["option_id"] for row in rows if row["option_id"]])
    values = []
    for row in rows:
        value = ProductAttribute(product=product, attribute=attributes[row["attribute_id"]])
        value.option = options.get(row["option_id"])
        value.number = Decimal(row["number"]) if row["number"] is not None else None
        value.text_ko, value.text_zh_hans = row["text_ko"], row["text_zh_hans"]
        values.append(value)
    return values
