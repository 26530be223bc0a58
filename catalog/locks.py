"""Every row lock of the catalogue, in one place and in key order: product, then SKU, then stock, then hold.

`no_key`: a lock of ours does not stop others from writing rows that refer to the locked one.
See docs/concurrency.md.
"""

from catalog.models import Picture, Product, Revision, Sku, Stock, StockHold

WAIT_SECONDS = 5


def products(ids):
    """Locked products in key order."""
    return Product.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")


def revision(pk: int) -> Revision:
    """One locked revision with its product locked first. Raises `Revision.DoesNotExist`."""
    product_id = Revision.objects.values_list("product_id", flat=True).get(pk=pk)
    list(products([product_id]))
    return Revision.objects.select_for_update(of=("self",)).select_related("product").get(pk=pk)


def stocks(sku_ids):
    """Locked stock rows in key order."""
    return Stock.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=sku_ids).order_by("pk")


def stocks_with_products(sku_ids) -> list[Stock]:
    """Locked stock rows with `sku`. Their products come first: `has_stock` and `sold` are kept there."""
    list(products(Sku.objects.filter(pk__in=sku_ids).values("product")).only("pk"))
    return list(stocks(sku_ids).select_related("sku"))


def holds(reference: str) -> list[StockHold]:
    """Locked holds of a reference. Lock the stock rows first."""
    return list(StockHold.objects.select_for_update().filter(reference=reference).order_by("sku"))


def waiting_picture() -> Picture | None:
    """The most wanted picture that waits for its sizes and that no other worker holds, locked."""
    waiting = Picture.objects.filter(state=Picture.State.WAITING).order_by("-priority", "id")
    return waiting.select_for_update(skip_locked=True, no_key=True).first()
