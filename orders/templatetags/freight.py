"""Freight as a product page tells it, before a province is known. `{% load freight %}`."""

from django import template
from django.utils import timezone

from orders.freight import NoFreightRule, freight_at

register = template.Library()


@register.simple_tag
def parcel_freight(weight_g: int, goods_fen: int) -> dict | None:
    """Freight in fen of a parcel to most provinces, and the goods value from which it is free."""
    try:
        table = freight_at(timezone.localdate())
        rule = table.rule_for("")
    except NoFreightRule:
        return None
    fen = table.parcel_fen(weight_g=weight_g, goods_fen=goods_fen)
    return {"fen": fen, "free_from_fen": rule.free_from_fen}
