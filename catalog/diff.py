"""What a revision changes, field by field, in words that a person can judge."""

from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from catalog.models import Attribute, AttributeOption, Category, HsCode, Product, Sku
from catalog.proposal import PRODUCT_FIELDS, SKU_FIELDS, current

LABELS = {
    "category_id": gettext_lazy("category"),
    "name_ko": gettext_lazy("name in Korean"),
    "name_zh_hans": gettext_lazy("name in Chinese"),
    "brand_ko": gettext_lazy("brand in Korean"),
    "brand_zh_hans": gettext_lazy("brand in Chinese"),
    "description_ko": gettext_lazy("description in Korean"),
    "description_zh_hans": gettext_lazy("description in Chinese"),
    "hs_id": gettext_lazy("HS code"),
    "origin": gettext_lazy("country of origin"),
    "origin_certificate": gettext_lazy("certificate of origin"),
    "delivery": gettext_lazy("delivery"),
    "shelf_life_months": gettext_lazy("shelf life, months"),
    "best_before": gettext_lazy("best before"),
    "code": gettext_lazy("SKU code"),
    "label_ko": gettext_lazy("option in Korean"),
    "label_zh_hans": gettext_lazy("option in Chinese"),
    "price_krw": gettext_lazy("price, KRW"),
    "weight_g": gettext_lazy("gross weight, g"),
    "net_content": gettext_lazy("net content of one piece"),
    "net_unit": gettext_lazy("unit of net content"),
    "pieces": gettext_lazy("pieces in the pack"),
    "gtin": "GTIN",
    "is_active": gettext_lazy("on offer"),
    "opening": gettext_lazy("opening stock"),
}
KINDS = {"price_krw": "price", "pictures": "picture"}


@dataclass(frozen=True)
class Change:
    """One difference. `key` is what a reason is given for; `kind` is one of `product_changed`'s kinds."""

    key: str
    label: str
    before: object
    after: object
    kind: str = "text"


def changes(product: Product, data: dict) -> list[Change]:
    """Field-by-field differences between the approved product and a proposal, in page order."""
    return differences(current(product), data)


def differences(base: dict, data: dict) -> list[Change]:
    """As `changes`, between two proposals."""
    return [
        *_field_changes(base["fields"], data["fields"]),
        *_value_changes(base["values"], data["values"]),
        *_sku_changes(base["skus"], data["skus"]),
        *_picture_changes(base["pictures"], data["pictures"]),
    ]


def contents(data: dict) -> list[Change]:
    """All that a proposal of a new product holds, as differences from nothing; what is empty is left out."""
    found = [
        *_field_changes({}, data["fields"]),
        *_value_changes([], data["values"]),
        *_sku_changes([], data["skus"]),
    ]
    return [change for change in found if change.after not in (None, "")]


def proposed_name(revision) -> str:
    """The product's name as the revision would have it, in the reader's language where there is one."""
    fields = revision.data.get("fields", {})
    name = fields.get("name_zh_hans") if get_language() == "zh-hans" else ""
    return name or fields.get("name_ko") or revision.product.name


def kinds(found: list[Change]) -> set[str]:
    """The kinds of a `product_changed` signal for these differences."""
    return {change.kind for change in found}


def label_of(key: str) -> str:
    """In words what a `Change.key` stands for; empty for the whole."""
    kind, _colon, rest = key.partition(":")
    if kind == "sku":
        code, _colon, field = rest.rpartition(":")
        return f"{code} · {LABELS[field]}" if field in LABELS else code
    if kind == "value":
        return Attribute.objects.filter(pk=rest).values_list("name", flat=True).first() or ""
    return str(_("pictures") if key == "pictures" else LABELS.get(key, ""))


def _field_changes(base, data):
    for field in PRODUCT_FIELDS:
        before, after = base.get(field), data.get(field)
        if before != after:
            yield Change(field, str(LABELS[field]), _shown(field, before), _shown(field, after))


def _value_changes(base, data):
    names = dict(Attribute.objects.values_list("pk", "name"))
    before, after = _by_attribute(base), _by_attribute(data)
    for attribute in sorted(before.keys() | after.keys()):
        if before.get(attribute) != after.get(attribute):
            yield Change(
                f"value:{attribute}",
                names.get(attribute, "?"),
                _value_text(before.get(attribute, [])),
                _value_text(after.get(attribute, [])),
            )


def _sku_changes(base, data):
    known = {_sku_key(row): row for row in base}
    kept = {_sku_key(row) for row in data}
    for row in data:
        old = known.get(_sku_key(row))
        for field in (*SKU_FIELDS, *(() if old else ("opening",))):
            before, after = (old or {}).get(field), row.get(field)
            if before != after:
                label = f"{row['code']} · {LABELS[field]}"
                shown = (_sku_shown(field, before), _sku_shown(field, after))
                yield Change(f"sku:{row['code']}:{field}", label, *shown, KINDS.get(field, "text"))
    for row in base:
        if _sku_key(row) not in kept and row["is_active"]:
            yield Change(f"sku:{row['code']}:removed", row["code"], _("on offer"), _("taken off"), "state")


def _sku_key(row):
    return row["id"] or row["code"]


def _picture_changes(base, data):
    if base != data:
        yield Change("pictures", _("pictures"), base, data, "picture")


def _by_attribute(rows):
    grouped: dict[int, list[dict]] = {}
    for row in rows:
        grouped.setdefault(row["attribute_id"], []).append(row)
    return grouped


def _value_text(rows) -> str:
    labels = dict(
        AttributeOption.objects.filter(pk__in=[row["option_id"] for row in rows]).values_list("pk", "label")
    )
    return ", ".join(
        str(labels.get(row["option_id"]) or row["number"] or row["text_ko"] or row["text_zh_hans"])
        for row in rows
    )


def _shown(field: str, value):
    model = {"category_id": Category, "hs_id": HsCode}.get(field)
    if model and value:
        return str(model.objects.filter(pk=value).first() or value)
    if field == "delivery" and value:
        return str(Product.Delivery(value).label)
    return value


def _sku_shown(field: str, value):
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return f"{value:,}"
    if field == "net_unit" and value:
        return str(Sku.NetUnit(value).label)
    return value
