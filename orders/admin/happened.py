"""What the program notes in codes, in the words of the desk: events of an order, reasons of a refund."""

from django.utils.translation import gettext_lazy as _

from orders.refund import REASONS

EVENTS = {
    "placed": _("order placed"),
    "paid": _("paid"),
    "shipped": _("parcel sent"),
    "received": _("parcel received"),
    "completed": _("order completed"),
    "expired": _("not paid in time"),
    "cancelled": _("called off"),
    "cannot_be_filled": _("paid, but could not be filled"),
    "cannot_be_sent": _("cannot be filled"),
    "refund_due": _("refund decided"),
    "nothing_due": _("called off or returned, nothing to refund"),
    "refund_stuck": _("refund needs a person"),
    "part_refunded": _("refunded in part"),
    "refunded": _("refunded in full"),
}
WHY = REASONS | {
    "out_of_stock": _("sold out"),
    "cannot_be_filled": _("paid, but could not be filled"),
    "cannot_be_delivered": _("cannot be delivered"),
    "paid_twice": _("paid twice"),
    "discontinued": _("no longer made"),
    "cancelled_at_partner": _("called off at the partner"),
    "cancelled_by_shopper": _("called off by the shopper"),
}


def event(kind: str) -> str:
    return str(EVENTS.get(kind, kind))


def why(reason: str) -> str:
    return str(WHY.get(reason, reason))
