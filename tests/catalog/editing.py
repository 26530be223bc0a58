"""The product editor as a browser holds it, and goods that lack nothing there."""

from django.urls import reverse

from catalog.models import Picture, Product
from tests.factories.catalog import sku_in_stock


def on_sale(**fields) -> Product:
    """A product of one SKU, of `fields`, of which an edit may be submitted as it is."""
    product = sku_in_stock(7, price_krw=20_000, **fields).product
    Product.objects.filter(pk=product.pk).update(description_zh_hans="晨起洁面后取两泵。")
    product.refresh_from_db()
    Picture.objects.create(product=product, art={"kind": "serum"}, digest=f"{product.pk:064}")
    return product


def url(name, product):
    return reverse(f"admin:catalog_product_{name}", args=[product.pk])


def form_of(client, product) -> dict:
    """The editor's fields as a browser holds them."""
    context = client.get(url("change", product)).context
    post = {"made_from": context["made_from"]} if "made_from" in context else {}
    for form in (context["form"], context["attributes"], *context["skus"].forms):
        for field in form:
            value = field.value()
            if value is False or value is None:
                continue
            post[field.html_name] = "on" if value is True else value
    for field in context["skus"].management_form:
        post[field.html_name] = field.value()
    return post
