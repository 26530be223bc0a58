"""What search rows and cached pages do when the catalogue changes."""

from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.dispatch import receiver

from catalog.models import Product, SalePrice
from catalog.search import index
from catalog.signals import product_changed
from kmall import caching

IN_TEXT = {"text", "state"}
MERE_STOCK = {"stock", "turned"}


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
    if product_ids is None or kinds - MERE_STOCK:
        caching.bump("catalog")
        return
    if "turned" in kinds:
        index.refresh(product_ids)
        caching.bump("catalog")
    transaction.on_commit(partial(_raise_stock, list(product_ids)), robust=True)


def _raise_stock(product_ids: list[int]) -> None:
    """The products' pages and, where one is a deal of the day, the home page with its units left."""
    is_deal = Exists(SalePrice.objects.active().filter(sku__product=OuterRef("pk")))
    changed = Product.objects.filter(pk__in=product_ids).order_by().values_list("slug", is_deal)
    names = {name for slug, deal in changed for name in (f"stock:{slug}", *(["deals"] if deal else []))}
    caching.raise_now(*names)
