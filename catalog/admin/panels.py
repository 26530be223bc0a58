"""What waits in the catalogue: KITA's queue, the seller's returns, low stock."""

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import is_kita, sellers_of
from catalog.models import Product, Revision, Seller, Stock
from kmall.desk import Link, Panel, add_link, add_panel

LOW = 5


def _staff(request):
    return is_kita(request.user)


def _anybody(request):
    return request.user.is_authenticated and request.user.is_staff


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
                revision.data["fields"]["name_ko"],
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
    if is_kita(request.user):
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
                revision.data["fields"]["name_ko"],
                "; ".join(revision.reasons.values()),
                reverse("admin:catalog_product_change", args=[revision.product_id]),
            )
            for revision in returned[:6]
        ],
    }


def low_stock(request):
    """A seller's SKUs that run out soon."""
    if is_kita(request.user):
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
                f"{row.sku.product.name} {row.sku.label}",
                _("%d left") % (row.on_hand - row.reserved),
                reverse("admin:catalog_product_change", args=[row.sku.product_id]),
            )
            for row in rows
        ],
        "empty": _("Every SKU has at least %d units.") % LOW,
    }


def _list(model: str, query: str) -> str:
    return reverse(f"admin:catalog_{model}_changelist") + f"?{query}"


add_link(Link("today", gettext_lazy("Today"), "home", "admin:index", _anybody, 1))
add_link(Link("today", gettext_lazy("Approvals"), "check", "admin:catalog_revision_changelist", _staff, 2))
add_link(Link("selling", gettext_lazy("Products"), "grid", "admin:catalog_product_changelist", _anybody, 10))
add_link(Link("selling", gettext_lazy("Reviews"), "star", "admin:catalog_review_changelist", _anybody, 40))
add_link(Link("running", gettext_lazy("Sellers"), "user", "admin:catalog_seller_changelist", _anybody, 60))
add_link(
    Link("running", gettext_lazy("Collections"), "cert", "admin:catalog_collection_changelist", _staff, 61)
)
add_link(Link("running", gettext_lazy("Categories"), "grid", "admin:catalog_category_changelist", _staff, 62))
add_link(Link("rules", gettext_lazy("HS codes"), "customs", "admin:catalog_hscode_changelist", _staff, 80))
add_link(Link("rules", gettext_lazy("Tax rates"), "tax", "admin:catalog_taxrate_changelist", _staff, 81))
add_link(
    Link(
        "rules", gettext_lazy("Exchange rates"), "globe", "admin:catalog_exchangerate_changelist", _staff, 82
    )
)
add_link(
    Link(
        "rules",
        gettext_lazy("Stock movements"),
        "box",
        "admin:catalog_stockmovement_changelist",
        _anybody,
        45,
    )
)
add_panel(Panel("admin/parts/panel.html", waiting_for_kita, 10))
add_panel(Panel("admin/parts/panel.html", my_listings, 10))
add_panel(Panel("admin/parts/panel.html", low_stock, 30))
