"""What a proposal still lacks before KITA may see it: messages by field, in the reader's language."""

from decimal import Decimal

from django.utils.translation import gettext as _
from stdnum import ean
from stdnum.exceptions import ValidationError as BadNumber

from catalog.models import CategoryAttribute, Product, Sku
from catalog.wording import hits, traditional

CHINESE_TEXTS = ("name_zh_hans", "brand_zh_hans", "description_zh_hans")


def lacking(product: Product, data: dict) -> dict[str, list[str]]:
    """Field → what is wrong with it in a proposal for the product. Empty: it may be submitted."""
    found: dict[str, list[str]] = {}
    _required(data["fields"], found)
    _chinese(data["fields"], found)
    _attributes(data, found)
    _skus(data["skus"], found)
    for code, text in codes_taken(product, data["skus"]).items():
        found.setdefault(f"sku:{code}:code", []).append(text)
    if not data["pictures"]:
        found.setdefault("pictures", []).append(_("At least one picture is needed."))
    return found


def codes_taken(product: Product, rows: list[dict]) -> dict[str, str]:
    """SKU code → which other SKU's product has it, of those in `rows` ("id", "code") of the product."""
    taken = Sku.objects.filter(seller=product.seller_id, code__in=[row["code"] for row in rows])
    others = taken.exclude(pk__in=[row["id"] for row in rows if row["id"]]).select_related("product")
    return {
        sku.code: _("“%(product)s” has the SKU code %(code)s already.")
        % {"product": sku.product, "code": sku.code}
        for sku in others
    }


def content_fault(unit: str, content: Decimal) -> str:
    """What is wrong with a SKU's net content, if anything: customs reckon by the ml or g."""
    if unit == Sku.NetUnit.PIECE or content:
        return ""
    return _("In ml or g, the net content must be more than 0.")


def _required(fields, found):
    for field in ("category_id", "hs_id", "name_ko", "name_zh_hans", "description_zh_hans"):
        if not fields.get(field):
            found.setdefault(field, []).append(_("This is needed before KITA can approve."))


def _chinese(fields, found):
    for field in CHINESE_TEXTS:
        text = fields.get(field) or ""
        for hit in hits(text):
            found.setdefault(field, []).append(
                _("“%(word)s” may not be said: %(reason)s.") % {"word": hit.word, "reason": hit.reason}
            )
        if odd := traditional(text):
            found.setdefault(field, []).append(_("Traditional characters: %(odd)s") % {"odd": odd})


def _attributes(data, found):
    needed = CategoryAttribute.objects.filter(category=data["fields"].get("category_id"), is_required=True)
    given = {row["attribute_id"] for row in data["values"]}
    for row in needed.select_related("attribute"):
        if row.attribute_id not in given:
            found.setdefault(f"value:{row.attribute_id}", []).append(
                _("%(name)s is needed in this category.") % {"name": row.attribute.name}
            )


def _skus(rows, found):
    active = [row for row in rows if row["is_active"]]
    if not active:
        found.setdefault("skus", []).append(_("At least one SKU must be on offer."))
    for row in rows:
        if fault := content_fault(row["net_unit"], Decimal(row["net_content"])):
            found.setdefault(f"sku:{row['code']}:net_content", []).append(fault)
    for row in active:
        key = f"sku:{row['code']}"
        if not row["price_krw"]:
            found.setdefault(f"{key}:price_krw", []).append(_("A price is needed."))
        if len(active) > 1 and not row["label_zh_hans"]:
            found.setdefault(f"{key}:label_zh_hans", []).append(
                _("Several SKUs need an option name each, in Chinese too.")
            )
        if row["gtin"] and not _is_gtin(row["gtin"]):
            found.setdefault(f"{key}:gtin", []).append(_("The check digit of this GTIN is wrong."))


def _is_gtin(text: str) -> bool:
    try:
        return bool(ean.validate(text))
    except BadNumber:
        return False
