"""Why is it not on sale there? Each listing with what is wanted, what is shown, and what to do."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from catalog.admin.scope import DeskAdmin, is_kita, is_seller
from partners.admin import call, grid, why
from partners.admin.scope import OpenToPartners
from partners.causes import LACKING, REFUSED, is_refused_there, reason
from partners.mark import send_again
from partners.models import Listing
from partners.standing import Standing

TONES = {
    "none": "wait",
    "accepted": "wait",
    "ok": "good",
    "refused": "bad",
    "failed": "wait",
    "unknown": "wait",
}
TO_MEND = {Standing.REFUSED: REFUSED, Standing.LACKING: LACKING}


class DueFilter(admin.SimpleListFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("1", _("waiting to be sent"))]

    def queryset(self, request, queryset):
        return queryset.filter(Q(due_full=True) | Q(due_stock=True)) if self.value() else queryset


class ToMendFilter(admin.SimpleListFilter):
    title = _("waits for a person")
    parameter_name = "to_mend"

    def lookups(self, request, model_admin):
        return [(standing.value, standing.label) for standing in TO_MEND]

    def queryset(self, request, queryset):
        return queryset.filter(TO_MEND[self.value()]) if self.value() in TO_MEND else queryset


@admin.register(Listing)
class ListingAdmin(OpenToPartners, DeskAdmin):
    partner_columns = ("product", "remote_id", "is_wanted", "is_shown", "outcome_word", "reason", "known")
    seller_path = "product__seller"
    kita_may = frozenset({"view", "change"})
    list_display = (
        "product",
        "partner",
        "is_wanted",
        "is_shown",
        "outcome_word",
        "reason",
        "known",
        "waiting",
        "version",
    )
    list_filter = ("partner", "outcome", "is_wanted", "is_shown", DueFilter, ToMendFilter)
    search_fields = ("product__name_ko", "product__name_zh_hans", "=remote_id")
    search_help_text = _("Name, or the partner's number")
    list_select_related = ("product", "partner")
    actions = ("send_again",)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("grid/", view(self.grid_view), name="partners_grid"),
            # A word in front, or a listing's own pages (…/3/change/) would be taken for a mall of that name.
            path("of/<int:product_id>/<slug:code>/", view(self.why_view), name="partners_why"),
            path(
                "of/<int:product_id>/<slug:code>/<int:call_id>/", view(self.said_view), name="partners_said"
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """There is nothing to change in one: the page that says in words how it stands, and what to do."""
        if request.method == "POST":
            raise PermissionDenied
        listing = self.get_object(request, unquote(object_id))
        if listing is None or not self.has_view_permission(request, listing):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:partners_why", listing.product_id, listing.partner.code)

    def grid_view(self, request):
        _refuse_partners(request)
        return grid.page(request, self.admin_site.each_context(request))

    def why_view(self, request, product_id, code):
        _refuse_partners(request)
        return why.page(request, self.admin_site.each_context(request), product_id, code)

    def said_view(self, request, product_id, code, call_id):
        _refuse_partners(request)
        product, partner = why.both(request.user, product_id, code)
        return call.page(request, self.admin_site.each_context(request), partner, product, call_id)

    def get_actions(self, request):
        return super().get_actions(request) if is_kita(request.user) else {}

    @admin.action(description=_("Send again now"))
    def send_again(self, request, queryset):
        send_again(queryset, actor=request.user)
        messages.success(request, _("They are due now."))

    @admin.display(description=_("outcome"), ordering="outcome")
    def outcome_word(self, listing):
        is_lacking = listing.outcome == Listing.Outcome.REFUSED and not is_refused_there(listing)
        word = Standing.LACKING.label if is_lacking else listing.get_outcome_display()
        return format_html('<span class="tag {}">{}</span>', TONES[listing.outcome], word)

    @admin.display(description=_("reason"))
    def reason(self, listing):
        return reason(listing) or "–"

    @admin.display(description=_("seen there"), ordering="seen_at")
    def known(self, listing):
        return _("%s ago") % timesince(listing.seen_at, depth=1) if listing.seen_at else "–"

    @admin.display(description=_("waiting to be sent"), ordering="due_since")
    def waiting(self, listing):
        return timesince(listing.due_since, depth=1) if listing.is_due and listing.due_since else "–"


def _refuse_partners(request):
    """A mall's people have their list; these pages are for the goods' side."""
    if not (is_kita(request.user) or is_seller(request.user)):
        raise PermissionDenied
