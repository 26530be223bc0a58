"""The shape of a `Revision.data`: everything of a product that waits for approval, as plain JSON.

{"fields": {column: value},
 "values": [{"attribute", "option", "number", "text_ko", "text_zh_hans"}],
 "skus":   [{"id", "code", "label_ko", …, "is_active", "opening"}],   # id None: a new SKU
 "pictures": [picture id, …]}                                          # in their order

Stock is not part of it: what lies in the warehouse needs nobody's approval. Only a new SKU carries
its opening stock along.
"""

import datetime
import hashlib
import json
from decimal import Decimal

from catalog.models import Product, Revision

PRODUCT_FIELDS = (
    "category_id",
    "name_ko",
    "name_zh_hans",
    "brand_ko",
    "brand_zh_hans",
    "description_ko",
    "description_zh_hans",
    "hs_id",
    "origin",
    "origin_certificate",
    "delivery",
    "shelf_life_months",
    "best_before",
)
SKU_FIELDS = (
    "code",
    "label_ko",
    "label_zh_hans",
    "price_krw",
    "weight_g",
    "net_content",
    "net_unit",
    "pieces",
    "gtin",
    "is_active",
)
VALUE_FIELDS = ("attribute_id", "option_id", "number", "text_ko", "text_zh_hans")
# The same value must always be written the same way, or a diff would see changes that are none.
DECIMALS = {"net_content": 2, "number": 3}


def plain(value, field: str = ""):
    """A column's value as JSON can hold it: dates as ISO text, decimals as text of fixed places."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.{DECIMALS.get(field, 2)}f}"
    return "" if value is None and field.endswith(("_ko", "_zh_hans")) else value


def current(product: Product) -> dict:
    """The approved product in the shape of a proposal."""
    return {
        "fields": _row(product, PRODUCT_FIELDS),
        "values": [
            _row(value, VALUE_FIELDS) for value in product.values.order_by("attribute_id", "option_id")
        ],
        "skus": [
            {"id": sku.pk, **_row(sku, SKU_FIELDS), "opening": 0}
            for sku in product.skus.order_by("position", "id")
        ],
        "pictures": list(
            product.pictures.filter(is_current=True).order_by("position", "id").values_list("pk", flat=True)
        ),
    }


def open_revision(product: Product) -> Revision | None:
    """The one revision that waits with the seller or with KITA, if there is one."""
    return product.revisions.exclude(state=Revision.State.APPROVED).order_by("-id").first()


def proposed(product: Product) -> dict:
    """What the seller's editor shows: the open revision, or the approved product where none is open."""
    revision = open_revision(product)
    return revision.data if revision else current(product)


def digest(data: dict) -> str:
    """What a page carries along to say which proposal it showed: the same for the same contents."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _row(instance, fields) -> dict:
    return {field: plain(getattr(instance, field), field) for field in fields}
