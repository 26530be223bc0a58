"""What waits in orders: parcels to send, refunds that need a person, today's sales."""

from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.amounts import yuan
from catalog.admin.scope import is_kita, is_seller, sellers_of
from kmall.desk import Link, Panel, add_link, add_panel
from orders.models import Consignment, Refund
from orders.reports import sales


def _staff(request):
    return is_kita(request.user)


def _seller_or_staff(request):
    return is_kita(request.user) or is_seller(request.user)


def parcels(request):
    """Paid parcels that wait to be sent, the longest waiting first."""
    if not _seller_or_staff(request):
        return None
    waiting = Consignment.objects.filter(
        state=Consignment.State.TO_SHIP, seller__in=sellers_of(request.user).values("pk")
    )
    address = reverse("admin:orders_consignment_changelist") + "?state__exact=to_ship"
    stuck = waiting.exclude(obstacle="").count()
    rows = waiting.select_related("order", "seller").order_by("order__paid_at")[:6]
    return {
        "title": _("Parcels to send"),
        "figures": [
            (_("to be shipped"), waiting.count(), address, "first"),
            (_("cannot be filled"), stuck, f"{address}&obstacle__isempty=0", "bad" if stuck else ""),
        ],
        "rows": [
            (
                f"{row.number} {row.seller.name if is_kita(request.user) else ''}",
                _("paid %s ago") % timesince(row.order.paid_at, depth=1),
                reverse("admin:orders_consignment_change", args=[row.pk]),
            )
            for row in rows
        ],
        "empty": _("No parcel is waiting."),
        "more_url": address,
    }


def today(request):
    """Today's and this month's sales, and refunds that no machine could finish."""
    if not is_kita(request.user):
        return None
    day = timezone.localdate()
    now = sales.totals(sales.Filter(day, day))
    month = sales.totals(sales.Filter(day.replace(day=1), day))
    stuck = Refund.objects.filter(state=Refund.State.STUCK).count()
    return {
        "title": _("Sales"),
        "figures": [
            (_("orders today"), now.orders, reverse("admin:orders_sales"), "first"),
            (_("net today"), yuan(now.net_fen), "", ""),
            (_("net this month"), yuan(month.net_fen), "", ""),
            (
                _("refunds that need a person"),
                stuck,
                reverse("admin:orders_refund_changelist") + "?state__exact=stuck",
                "bad" if stuck else "",
            ),
        ],
    }


def _link(group, label, icon, view, shown, order):
    add_link(Link(group, label, icon, f"admin:orders_{view}", shown, order))


_link("selling", gettext_lazy("Orders"), "box", "order_changelist", _seller_or_staff, 20)
_link("selling", gettext_lazy("Parcels"), "truck", "consignment_changelist", _seller_or_staff, 21)
_link("selling", gettext_lazy("Sales report"), "chart", "sales", _seller_or_staff, 30)
_link("selling", gettext_lazy("Payments"), "card", "payment_changelist", _staff, 31)
_link("selling", gettext_lazy("Refunds"), "undo", "refund_changelist", _staff, 32)
_link("channels", gettext_lazy("Channels"), "split", "channel_changelist", _staff, 59)
_link("rules", gettext_lazy("Import limits"), "shield", "importlimit_changelist", _staff, 84)
_link("rules", gettext_lazy("Freight rules"), "plane", "freightrule_changelist", _staff, 85)
_link("rules", gettext_lazy("Payment notices"), "bell", "paymentnotice_changelist", _staff, 90)
add_panel(Panel("admin/parts/panel.html", today, 5))
add_panel(Panel("admin/parts/panel.html", parcels, 20))
