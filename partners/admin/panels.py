"""What needs doing about partners: refused listings, paused malls, orders that wait for a mapping."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.admin.scope import is_kita, is_seller
from catalog.models import Product
from kmall.desk import Link, Panel, add_link, add_name, add_panel
from kmall.languages import listed
from partners.admin import grid
from partners.admin.scope import mall_of
from partners.causes import REFUSED, reason
from partners.grid import WAITING
from partners.held_up import HeldUp, held_up
from partners.models import Discrepancy, Listing, PartnerMall, PartnerOrder, PartnerRequest
from partners.standing import TO_MEND, Standing

MOST_REASONS = 6


def _staff(request):
    return is_kita(request.user)


def _seller_or_staff(request):
    return is_kita(request.user) or is_seller(request.user)


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
            (
                _("due"),
                listings.filter(Q(due_full=True) | Q(due_stock=True)).count(),
                f"{address}?due=1",
                "",
            ),
            (
                _("refused"),
                listings.filter(REFUSED).count(),
                f"{address}?to_mend=refused",
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
        ]
        + _returns_to_decide()
        + _requests_to_look_at()
        + _stuck_orders()
        + _unreadable_orders()
        + _open_differences(),
    }


def _returns_to_decide() -> list[tuple]:
    """A row that leads to them, if there are any."""
    waiting = PartnerRequest.objects.waiting()
    count, late = waiting.count(), waiting.late().count()
    said = _("%(n)s, %(late)s of them late") % {"n": count, "late": late} if late else str(count)
    url = f"{reverse('admin:partners_partnerrequest_changelist')}?waiting=1"
    return [(_("Returns that wait for a decision"), said, url)] if count else []


def _requests_to_look_at() -> list[tuple]:
    count = PartnerRequest.objects.to_look_at().count()
    url = f"{reverse('admin:partners_partnerrequest_changelist')}?waiting=look"
    return [(_("Shoppers' requests that need a look"), str(count), url)] if count else []


def _stuck_orders() -> list[tuple]:
    count = PartnerOrder.objects.stuck().count()
    url = f"{reverse('admin:partners_partnerorder_changelist')}?stuck=1"
    return [(_("Partner orders that need a look"), str(count), url)] if count else []


def _unreadable_orders() -> list[tuple]:
    count = PartnerOrder.objects.exclude(unread_field="").count()
    url = f"{reverse('admin:partners_partnerorder_changelist')}?unread_field__isempty=0"
    return [(_("Partner orders that cannot be read"), str(count), url)] if count else []


def _open_differences() -> list[tuple]:
    count = Discrepancy.objects.filter(settled_at=None).count()
    url = f"{reverse('admin:partners_discrepancy_changelist')}?open=1"
    return [(_("Open differences to partners' statements"), str(count), url)] if count else []


def refused(request):
    """A seller's goods that a partner refused or that lack something: how many, and for which reasons."""
    if is_kita(request.user) or not is_seller(request.user):
        return None
    found = held_up(list(grid.malls_of(request.user)), grid.goods_of(request.user))
    shown = found[:MOST_REASONS]
    alone = Product.objects.in_bulk([pk for one in shown if len(one.products) == 1 for pk in one.products])
    return {
        "title": _("Held up on the way to partner malls"),
        "figures": [_held_up_so(standing, found) for standing in TO_MEND] if found else [],
        "rows": [_reason_row(one, alone) for one in shown],
        "empty": _("Nothing is held up on the way to a partner mall."),
        "more_url": grid.url(standing=WAITING) if found else "",
    }


def _held_up_so(standing: Standing, found: list[HeldUp]) -> tuple:
    products = {pk for one in found if one.standing == standing for pk in one.products}
    return standing.label, len(products), grid.url(standing=standing), "bad" if products else ""


def _reason_row(one: HeldUp, alone: dict[int, Product]) -> tuple:
    """A reason with its goods: how many at which malls; one that is alone by its name, with the way to it."""
    n, [first, *more] = len(one.products), one.malls
    if n > 1:
        goods = ngettext("%(n)s product", "%(n)s products", n) % {"n": n}
        url = grid.url(standing=one.standing, cause=one.code, partner="" if more else first.code)
    else:
        (product,) = (alone[pk] for pk in one.products)
        goods, url = product.name, reverse("admin:partners_why", args=[product.pk, first.code])
    return one.words, f"{goods} · {listed(mall.name for mall in one.malls)}", url


def my_mall(request):
    """A partner mall's own start page: what it may see, its listings and its orders."""
    mall = mall_of(request.user)
    if mall is None:
        return None
    listings, orders = Listing.objects.filter(partner=mall), PartnerOrder.objects.filter(partner=mall)
    ours, theirs = (reverse(f"admin:partners_{name}_changelist") for name in ("listing", "partnerorder"))
    refusals = listings.filter(REFUSED)
    return {
        "title": mall.name,
        "note": _(
            "Here you see the goods offered to your mall with their state, and your orders. Read only."
        ),
        "figures": [
            (
                _("on sale there"),
                listings.filter(is_shown=True).count(),
                f"{ours}?is_shown__exact=1",
                "first",
            ),
            (
                _("meant for your mall"),
                listings.filter(is_wanted=True).count(),
                f"{ours}?is_wanted__exact=1",
                "",
            ),
            (_("refused"), refusals.count(), f"{ours}?to_mend=refused", ""),
            (_("orders"), orders.count(), theirs, ""),
        ],
        "rows": [
            (row.product.name, reason(row), f"{ours}?to_mend=refused")
            for row in refusals.select_related("product", "partner")[:6]
        ],
        "empty": _("Your mall has refused nothing."),
    }


def whose_desk(request):
    mall = mall_of(request.user)
    return mall and mall.name


def _partner_or_staff(request):
    return is_kita(request.user) or mall_of(request.user) is not None


def _partner(request):
    return mall_of(request.user) is not None


def _link(label, icon, model, shown, order, group="channels"):
    add_link(Link(group, label, icon, f"admin:partners_{model}_changelist", shown, order))


add_link(
    Link(
        "channels",
        gettext_lazy("Goods at partner malls"),
        "globe",
        "admin:partners_grid",
        _seller_or_staff,
        51,
    )
)


_link(gettext_lazy("Partner malls"), "shop", "partnermall", _staff, 50)
_link(gettext_lazy("Listings at partners"), "cart", "listing", _partner, 51)
_link(gettext_lazy("Partner orders"), "box", "partnerorder", _partner_or_staff, 52)
_link(gettext_lazy("Cancels and returns"), "chat", "partnerrequest", _staff, 52)
add_link(Link("channels", gettext_lazy("Statements"), "tax", "admin:partners_statement_month", _staff, 53))
_link(gettext_lazy("Differences"), "compare", "discrepancy", _staff, 53)
_link(gettext_lazy("Drift report"), "search", "drift", _staff, 53)
add_link(Link("today", gettext_lazy("My Korea hall"), "shop", "admin:partners_standing", _partner, 5))
add_link(Link("channels", gettext_lazy("Partner report"), "chart", "admin:partners_report", _staff, 54))
_link(gettext_lazy("Files with faults"), "file", "faultyfile", _staff, 54)
_link(gettext_lazy("Offline displays"), "display", "display", _staff, 55)
_link(gettext_lazy("Markets"), "pin", "market", _staff, 56)
_link(gettext_lazy("Labels"), "tag", "label", _staff, 57)
add_link(
    Link("channels", gettext_lazy("Display report"), "chart", "admin:partners_display_report", _staff, 56)
)
add_link(
    Link("channels", gettext_lazy("Labels out of date"), "clock", "admin:partners_label_outdated", _staff, 57)
)
_link(gettext_lazy("Visits and scans"), "scan", "visit", _staff, 58)
_link(gettext_lazy("Products looked at"), "eye", "productview", _staff, 92, "rules")
_link(gettext_lazy("Category maps"), "link", "categorymap", _staff, 72, "rules")
_link(gettext_lazy("Item maps"), "link", "skumap", _staff, 73, "rules")
_link(gettext_lazy("Commission rules"), "split", "commissionrule", _staff, 73, "rules")
_link(gettext_lazy("Partner calls"), "swap", "call", _staff, 91, "rules")
_link(gettext_lazy("Refused links"), "close", "refusedlink", _staff, 92, "rules")
add_name(whose_desk)
add_panel(Panel("admin/parts/panel.html", my_mall, 10))
add_panel(Panel("admin/parts/panel.html", malls, 15))
add_panel(Panel("admin/parts/panel.html", refused, 35))
