"""What waits in the catalogue: KITA's queue, the seller's returns, low stock."""

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import is_kita, is_seller, sellers_of
from catalog.diff import proposed_name
from catalog.models import Product, Revision, Seller, Stock
from kmall.desk import Link, Panel, add_link, add_name, add_panel

LOW = 5


def _staff(request):
    return is_kita(request.user)


def _seller(request):
    return is_seller(request.user) and not is_kita(request.user)


def _seller_or_staff(request):
    return is_kita(request.user) or is_seller(request.user)


def _anybody(request):
    return request.user.is_staff


def waiting_for_kita(request):
    """The approval queue, oldest first."""
    if not is_kita(request.user):
        return None
    waiting = Revision.objects.filter(state=Revision.State.SUBMITTED).order_by("submitted_at")
    queue = reverse("admin:catalog_revision_changelist") + "?state__exact=submitted"
    return {
        "title": _("Listings waiting for approval"),
        "figures": [
            (_("waiting"), waiting.count(), queue, "first"),
            (
                _("sellers to admit"),
                Seller.objects.filter(state=Seller.State.APPLIED).count(),
                _list("seller", "state__exact=applied"),
                "",
            ),
            (_("on sale"), Product.objects.on_sale().count(), _list("product", "state__exact=on_sale"), ""),
        ],
        "rows": [
            (
                proposed_name(revision),
                _("%(seller)s · %(time)s ago")
                % {"seller": revision.product.seller.name, "time": timesince(revision.submitted_at, depth=1)},
                reverse("admin:catalog_revision_change", args=[revision.pk]),
            )
            for revision in waiting.select_related("product__seller")[:6]
        ],
        "empty": _("Nothing is waiting for approval."),
        "more_url": queue,
    }


def my_listings(request):
    """A seller's counts, and the edits that came back with a reason."""
    if not _seller(request):
        return None
    mine = sellers_of(request.user).values("pk")
    counts = Product.objects.filter(seller__in=mine).aggregate(
        on_sale=Count("pk", filter=Q(state="on_sale")),
        out=Count("pk", filter=Q(state="on_sale", has_stock=False)),
    )
    edits = Revision.objects.filter(product__seller__in=mine).select_related("product")
    returned = edits.filter(state=Revision.State.RETURNED)
    return {
        "title": _("My listings"),
        "figures": [
            (_("on sale"), counts["on_sale"], _list("product", "state__exact=on_sale"), "first"),
            (
                _("returned by KITA"),
                returned.count(),
                _list("product", "edit=returned"),
                "bad" if returned else "",
            ),
            (
                _("waiting for KITA"),
                edits.filter(state="submitted").count(),
                _list("product", "edit=submitted"),
                "",
            ),
            (_("sold out"), counts["out"], _list("product", "has_stock__exact=0&state__exact=on_sale"), ""),
        ],
        "rows": [
            (
                proposed_name(revision),
                " / ".join(revision.reasons.values()),
                reverse("admin:catalog_product_change", args=[revision.product_id]),
            )
            for revision in returned[:6]
        ],
    }


def low_stock(request):
    """A seller's SKUs that run out soon."""
    if not _seller(request):
        return None
    rows = (
        Stock.objects.filter(
            sku__seller__in=sellers_of(request.user).values("pk"),
            sku__is_active=True,
            sku__product__state="on_sale",
            on_hand__lt=F("reserved") + LOW,
        )
        .select_related("sku__product")
        .order_by("on_hand", "pk")[:8]
    )
    return {
        "title": _("Running out"),
        "rows": [
            (
                _name(row.sku),
                _("%d left") % (row.on_hand - row.reserved),
                reverse("admin:catalog_product_change", args=[row.sku.product_id]),
            )
            for row in rows
        ],
        "empty": _("Every SKU has at least %d units.") % LOW,
    }


def _name(sku) -> str:
    """The product's, with the option where that does not say it."""
    name, label = sku.product.name, sku.label
    return name if (label or "") in name else f"{name} {label}"


def _list(model: str, query: str) -> str:
    return reverse(f"admin:catalog_{model}_changelist") + f"?{query}"


def whose_desk(request):
    """KITA's desk, or the name of the seller whose member looks at it."""
    if is_kita(request.user):
        return _("KITA desk")
    seller = sellers_of(request.user).first()
    return seller and seller.name


def _link(group, label, icon, model, shown, order, query=""):
    add_link(Link(group, label, icon, f"admin:catalog_{model}_changelist", shown, order, query))


add_link(Link("today", gettext_lazy("Today"), "home", "admin:index", _anybody, 1))
_link("today", gettext_lazy("Approvals"), "check", "revision", _staff, 2, "state__exact=submitted")
_link("selling", gettext_lazy("Products"), "grid", "product", _seller_or_staff, 10)
_link("selling", gettext_lazy("Sale prices"), "tag", "saleprice", _seller_or_staff, 11)
_link("selling", gettext_lazy("Stock movements"), "swap", "stockmovement", _seller_or_staff, 12)
_link("selling", gettext_lazy("Reviews"), "star", "review", _seller_or_staff, 40)
_link("running", gettext_lazy("Sellers"), "user", "seller", _staff, 60)
_link("running", gettext_lazy("My company"), "user", "seller", _seller, 60)
_link("running", gettext_lazy("Collections"), "cert", "collection", _staff, 61)
_link("rules", gettext_lazy("Categories"), "grid", "category", _staff, 70)
_link("rules", gettext_lazy("Attributes"), "filter", "attribute", _staff, 71)
_link("rules", gettext_lazy("HS codes"), "customs", "hscode", _staff, 80)
_link("rules", gettext_lazy("Tax rates"), "percent", "taxrate", _staff, 81)
_link("rules", gettext_lazy("Exchange rates"), "coin", "exchangerate", _staff, 82)
_link("rules", gettext_lazy("Price policy"), "tag", "pricepolicy", _staff, 83)
add_name(whose_desk)
add_panel(Panel("admin/parts/panel.html", waiting_for_kita, 10))
add_panel(Panel("admin/parts/panel.html", my_listings, 10))
add_panel(Panel("admin/parts/panel.html", low_stock, 30))
