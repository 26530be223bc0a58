"""What search rows and cached pages do when the catalogue changes."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from catalog.models import Product, SalePrice
from catalog.search import index
from catalog.signals import product_changed
from kmall import caching

IN_TEXT = {"text", "state"}


@receiver(product_changed, dispatch_uid="catalog.keep_search_rows")
def keep_search_rows(sender, product_ids, kinds, **kwargs):
    """Rows follow in the same transaction. A rate (no ids) changes no row: they hold won.

    A sale that leaves stock changes no row either, so that buyers do not wait for an index; the figures of
    sales are taken over once an hour.
    """
    if product_ids is None:
        return
    if kinds & IN_TEXT:
        index.reindex(product_ids)
    elif "price" in kinds:
        index.refresh(product_ids)


@receiver(product_changed, dispatch_uid="catalog.raise_page_versions")
def raise_page_versions(sender, product_ids, kinds, **kwargs):
    """All pages, or for mere stock the product's own, unless it came into stock or ran out."""
    if product_ids is None or kinds - {"stock"}:
        caching.bump("catalog")
        return
    if ids := index.turned(product_ids):
        index.refresh(ids)
        caching.bump("catalog")
    transaction.on_commit(partial(_raise_stock, list(product_ids)), robust=True)


def _raise_stock(product_ids: list[int]) -> None:
    """The products' pages and, where one is a deal of the day, the home page with its units left."""
    slugs = Product.objects.filter(pk__in=product_ids).values_list("slug", flat=True)
    deals = SalePrice.objects.active().filter(sku__product__in=product_ids)
    caching.raise_now(*(f"stock:{slug}" for slug in slugs), *(["deals"] if deals.exists() else []))
