"""Tags of the pages of buying. `{% load buying %}`."""

import re
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kmall.encryption import mask_name, mask_number, mask_phone
from kmall.money import half_up
from orders.addresses import region_text
from orders.dispatch import CARRIERS

register = template.Library()
BAR_WIDTH = 1000
STATES = {
    "unpaid": lambda: _("Waiting for payment"),
    "paid": lambda: _("To be sent"),
    "shipped": lambda: _("On its way"),
    "completed": lambda: _("Completed"),
    "expired": lambda: _("Expired"),
    "cancelled": lambda: _("Cancelled"),
    "refunded": lambda: _("Refunded"),
}


@register.simple_tag
def limit_bar(value_fen: int, limit_fen: int) -> SafeString:
    """A bar of an order against its limit: the part above it striped. Said in words beside it."""
    whole = max(value_fen, limit_fen, 1)
    used = BAR_WIDTH * min(value_fen, limit_fen) // whole
    over = mark_safe("")
    if value_fen > limit_fen:
        over = format_html(
            '<rect class="rest" x="{0}" width="{1}" height="10"/><path class="stripes" d="{2}"/>',
            used,
            BAR_WIDTH - used,
            "".join(f"M{x} 10l10-10" for x in range(used, BAR_WIDTH, 14)),
        )
    return format_html(
        '<svg class="limit-bar" viewBox="0 0 {} 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="used" width="{}" height="10"/>{}</svg>',
        BAR_WIDTH,
        used,
        over,
    )


@register.filter
def region(place) -> str:
    """Province to street of an address or an order, as on an envelope."""
    return region_text(place)


@register.filter
def masked_name(name: str) -> str:
    return mask_name(name)


@register.filter
def masked_number(number: str) -> str:
    return mask_number(number)


@register.filter
def masked_phone(phone: str) -> str:
    return mask_phone(phone)


@register.filter
def masked_detail(detail: str) -> str:
    """Street stays, house and room do not: 民权路28号 → 民权路****."""
    return re.split(r"\d", detail, maxsplit=1)[0].rstrip() + "****"


@register.filter
def order_state(state: str) -> str:
    """The state as a shopper reads it."""
    return STATES[state]()


@register.filter
def line_name(line) -> str:
    """Name of a line as agreed, in the reader's language; the desk in English reads Korean."""
    return line.name_zh_hans if get_language() == "zh-hans" else line.name_ko


@register.filter
def line_label(line) -> str:
    return line.label_zh_hans if get_language() == "zh-hans" else line.label_ko


@register.filter
def place_in(one, many) -> int:
    """The place of an item in a list, from 1."""
    return list(many).index(one) + 1


@register.filter
def carrier(code: str) -> str:
    """The carrier's name in the reader's language; a name that is not of the list stays as it is."""
    return str(CARRIERS.get(code, code))


@register.simple_tag
def wrong(forms, form) -> list[dict]:
    """Everything that is wrong in some forms (or in one), in their order: id, label and sentence."""
    return [
        {"id": field.id_for_label, "label": field.label, "text": error}
        for one in (forms or [form])
        for field in one
        for error in field.errors
    ]


@register.filter
def one_vat(quote) -> str:
    """The VAT rate of a quote as text, 13%, where all its goods share one; else empty."""
    rates = {quote.basis.table[line.sku.product.hs.vat] for line in quote.lines}
    return f"{Decimal(half_up(rates.pop() * 10000)).scaleb(-2).normalize():f}%" if len(rates) == 1 else ""
