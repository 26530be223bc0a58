"""What needs doing about partners: refused listings, paused malls, orders that wait for a mapping."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import is_kita, sellers_of
from kmall.desk import Link, Panel, add_link, add_panel
from partners.models import Listing, PartnerMall, PartnerOrder


def _staff(request):
    return is_kita(request.user)


def _anybody(request):
    return request.user.is_authenticated and request.user.is_staff


def malls(request):
    """Every partner mall's listings, and what is stuck."""
    if not is_kita(request.user):
        return None
    listings = Listing.objects.all()
    awaiting = PartnerOrder.objects.filter(state=PartnerOrder.State.AWAITING_MAPPING).count()
    address = reverse("admin:partners_listing_changelist")
    stopped = PartnerMall.objects.exclude(state=PartnerMall.State.ACTIVE)
    return {
        "title": _("Partner malls"),
        "figures": [
            (_("shown"), listings.filter(is_shown=True).count(), f"{address}?is_shown__exact=1", "first"),
            (_("due"), listings.filter(Q(due_full=True) | Q(due_stock=True)).count(), "", ""),
            (
                _("refused"),
                listings.filter(outcome="refused").count(),
                f"{address}?outcome__exact=refused",
                "",
            ),
            (
                _("orders awaiting mapping"),
                awaiting,
                reverse("admin:partners_partnerorder_changelist") + "?state__exact=awaiting",
                "bad" if awaiting else "",
            ),
        ],
        "rows": [
            (
                mall.name,
                f"{mall.get_state_display()} {mall.state_note}",
                reverse("admin:partners_partnermall_change", args=[mall.pk]),
            )
            for mall in stopped
        ],
    }


def refused(request):
    """A seller's goods that a partner refused, with the reason at hand."""
    if is_kita(request.user):
        return None
    rows = Listing.objects.filter(
        product__seller__in=sellers_of(request.user).values("pk"), outcome="refused"
    )
    return {
        "title": _("Refused by partner malls"),
        "rows": [
            (
                row.product.name,
                f"{row.partner.name}: {row.error_text}",
                reverse("admin:catalog_product_change", args=[row.product_id]),
            )
            for row in rows.select_related("product", "partner")[:6]
        ],
        "empty": _("No partner mall has refused anything."),
    }


add_link(
    Link(
        "channels", gettext_lazy("Partner malls"), "shop", "admin:partners_partnermall_changelist", _staff, 50
    )
)
add_link(
    Link(
        "channels",
        gettext_lazy("Listings at partners"),
        "grid",
        "admin:partners_listing_changelist",
        _anybody,
        51,
    )
)
add_link(
    Link(
        "channels",
        gettext_lazy("Partner orders"),
        "box",
        "admin:partners_partnerorder_changelist",
        _staff,
        52,
    )
)
add_link(
    Link(
        "channels",
        gettext_lazy("Category maps"),
        "split",
        "admin:partners_categorymap_changelist",
        _staff,
        53,
    )
)
add_link(
    Link("channels", gettext_lazy("Partner calls"), "clock", "admin:partners_call_changelist", _staff, 54)
)

add_link(
    Link("channels", gettext_lazy("Offline displays"), "pin", "admin:partners_display_changelist", _staff, 55)
)
add_link(Link("channels", gettext_lazy("Markets"), "shop", "admin:partners_market_changelist", _staff, 56))
add_link(Link("channels", gettext_lazy("Labels"), "tax", "admin:partners_label_changelist", _staff, 57))
add_panel(Panel("admin/parts/panel.html", malls, 15))
add_panel(Panel("admin/parts/panel.html", refused, 35))
