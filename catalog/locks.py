"""Every row lock of the catalogue, in one place and in key order: product, then SKU, then stock."""

from catalog.models import Product, Revision, Stock


def products(ids):
    """Locked products in key order."""
    return Product.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")


def revision(pk: int) -> Revision:
    """One locked revision with its product locked first. Raises `Revision.DoesNotExist`."""
    product_id = Revision.objects.values_list("product_id", flat=True).get(pk=pk)
    list(products([product_id]))
    return Revision.objects.select_for_update(of=("self",)).select_related("product").get(pk=pk)


def stocks(sku_ids):
    """Locked stock rows in key order."""
    return Stock.objects.select_for_update().filter(pk__in=sku_ids).order_by("pk")
