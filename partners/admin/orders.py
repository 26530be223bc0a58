"""Orders from partners: what became of each, and what a person has to say where an item is unknown."""

from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import DeskAdmin, ScopedInline, is_kita
from partners.admin.item_map import MappingForm
from partners.admin.linked import linked
from partners.admin.refusal import RefusalForm
from partners.admin.scope import OpenToPartners
from partners.aside import (
    NotToRefuse,
    StillToDecide,
    is_to_decide,
    may_be_refused,
    refuse,
    set_aside,
    try_again,
)
from partners.decide import place_now, refused_at
from partners.mapping import map_items
from partners.models import PartnerOrder, PartnerRefund, PartnerRequest, SkuMap
from partners.verdict import order_reason

WAYS = {"notice": gettext_lazy("the partner's notice"), "pull": gettext_lazy("our asking")}
TONES = {"received": "info", "awaiting": "wait", "placed": "good", "refused": "bad"}


DEEDS = {
    "again": (try_again, gettext_lazy("It is tried again now.")),
    "aside": (set_aside, gettext_lazy("It is set aside; what the partner tells anew is taken as ever.")),
}


class IsUnreadable(admin.EmptyFieldListFilter):
    """In words of orders what Django calls empty or not."""

    def choices(self, changelist):
        words = (None, _("can be read"), _("cannot be read"))
        for choice, word in zip(super().choices(changelist), words, strict=True):
            yield choice | ({"display": word} if word else {})


class StuckFilter(admin.SimpleListFilter):
    title = gettext_lazy("need a look")
    parameter_name = "stuck"

    def lookups(self, request, model_admin):
        return [("1", gettext_lazy("need a look"))]

    def queryset(self, request, queryset):
        return queryset.stuck() if self.value() else queryset


class PartnerRefundInline(ScopedInline):
    model = PartnerRefund
    kita_may = frozenset({"view"})
    fields = readonly_fields = ("refund", "request", "told_at")


class PartnerRequestInline(ScopedInline):
    model = PartnerRequest
    kita_may = frozenset({"view"})
    fields = readonly_fields = ("asked_at", "its_page", "kind", "stands", "answer", "told_at")

    @admin.display(description=gettext_lazy("request number"))
    def its_page(self, asked):
        return linked(asked)


@admin.register(PartnerOrder)
class PartnerOrderAdmin(OpenToPartners, DeskAdmin):
    change_form_template = "admin/partners/order.html"
    partner_columns = ("received_at", "remote_id", "order", "state", "order_state", "reason_word")
    kita_may = frozenset({"view"})
    list_display = (
        "received_at",
        "partner",
        "remote_id",
        "state_word",
        "our_order",
        "asked_word",
        "reason_word",
    )
    list_filter = ("partner", "state", StuckFilter, ("unread_field", IsUnreadable))
    search_fields = ("=remote_id", "=order__number")
    search_help_text = gettext_lazy("Number of the order there or here")
    list_select_related = ("partner", "order")
    fields = readonly_fields = (
        "partner",
        "remote_id",
        "order",
        "state_word",
        "reason_word",
        "came_word",
        "received_at",
        "told_at",
        "shipment_told_at",
        "attempts",
        "next_try_at",
        "erased_at",
    )
    inlines = (PartnerRequestInline, PartnerRefundInline)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(n_asked=Count("requests"))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        if row is None or not is_kita(request.user):
            return super().change_view(request, object_id, form_url, extra_context)
        said = request.POST.get("do") if request.method == "POST" else None
        if said in DEEDS:
            return self._do(request, row, *DEEDS[said])
        refusal = RefusalForm(request.POST if said == "refuse" else None)
        if refusal.is_valid():
            return self._refuse(request, row, refusal.cleaned_data)
        waits = row.state == PartnerOrder.State.AWAITING_MAPPING
        if request.method == "POST" and not waits and said != "refuse":
            messages.info(request, _("The order waits for no item any more. Nothing was changed."))
            return HttpResponseRedirect(request.path)
        context = _choices(row, refusal) | (extra_context or {})
        if waits:
            data = request.POST if request.method == "POST" and said is None else None
            form = MappingForm(data, row=row)
            if form.is_valid() and form.is_sure():
                self._map(request, row, form)
                return HttpResponseRedirect(request.path)
            context |= {"mapping": form, "refused_at": refused_at(row)}
        request.method = "GET"  # what Django's own form would save of this page is nothing
        return super().change_view(request, object_id, form_url, context)

    def _refuse(self, request, row, why):
        try:
            refuse(row.pk, **why, actor=request.user)
            messages.success(request, _("It is refused. The mall is told at once and gives the money back."))
        except NotToRefuse:
            messages.error(request, _("It is placed or answered already, and was not refused."))
        return HttpResponseRedirect(request.path)

    def _do(self, request, row, deed, done):
        try:
            deed(row.pk, actor=request.user)
            messages.success(request, done)
        except StillToDecide:
            messages.error(request, _("The partner's shopper still waits for our answer to it."))
        return HttpResponseRedirect(request.path)

    def _map(self, request, row, form):
        """Keep the mapping, place the order, and say what became of it."""
        for theirs in map_items(row.partner, form.chosen(), actor=request.user):
            said = _("Meanwhile a colleague mapped %(item)s to %(sku)s, and so it stays.")
            messages.warning(
                request, said % {"item": theirs.remote_sku, "sku": f"S{theirs.sku_id} {theirs.sku}"}
            )
        row = place_now(row)
        if row.state == PartnerOrder.State.PLACED:
            messages.success(request, _("Mapped, and placed as %(order)s.") % {"order": row.order})
        elif row.state == PartnerOrder.State.REFUSED:
            messages.warning(request, _("Mapped, but refused: %(reason)s") % {"reason": order_reason(row)})
        else:
            messages.info(request, _("Mapped. The order is tried again in a moment."))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, order):
        """What became of it, and that its last telling cannot be read."""
        tags = [(TONES[order.state], order.get_state_display())]
        if order.unread_field:
            tags = [tag for tag in tags if order.raw] + [("bad", _("cannot be read"))]
        return format_html_join(" ", '<span class="tag {}">{}</span>', tags)

    @admin.display(description=gettext_lazy("order"), ordering="order")
    def our_order(self, order):
        return linked(order.order)

    @admin.display(description=gettext_lazy("requests"), ordering="n_asked")
    def asked_word(self, order):
        """How many of its shopper's requests there are, and the way to them."""
        if not order.n_asked:
            return "–"
        address = reverse("admin:partners_partnerrequest_changelist", query={"q": order.remote_id})
        return format_html('<a href="{}">{}</a>', address, order.n_asked)

    @admin.display(description=gettext_lazy("came by"))
    def came_word(self, order):
        return str(WAYS.get(order.came_by, order.came_by))

    @admin.display(description=gettext_lazy("order state"))
    def order_state(self, order):
        return order.order.get_state_display() if order.order else "–"

    @admin.display(description=gettext_lazy("reason"))
    def reason_word(self, order):
        return order_reason(order) or "–"


def _choices(row: PartnerOrder, refusal: RefusalForm) -> dict:
    """What KITA may do about an order that does not go on: of one that was not tried yet, nothing."""
    needs_look = bool(row.unread_field) or PartnerOrder.objects.stuck().filter(pk=row.pk).exists()
    may_refuse = bool(row.unread_field or row.reason) and may_be_refused(row)
    return {
        "can_try": needs_look,
        "can_set_aside": needs_look and not is_to_decide(row),
        "refusal": refusal if may_refuse else None,
    }


@admin.register(SkuMap)
class SkuMapAdmin(DeskAdmin):
    kita_may = frozenset({"view", "delete"})
    list_display = ("remote_sku", "partner", "product", "sku", "mapped_by", "mapped_at")
    list_filter = ("partner",)
    search_fields = ("=remote_sku", "=sku__code", "sku__product__name_ko", "sku__product__name_zh_hans")
    search_help_text = gettext_lazy("Number there, SKU code here, or name")
    list_select_related = ("partner", "sku__product", "mapped_by")

    @admin.display(description=gettext_lazy("product"))
    def product(self, mapped):
        return mapped.sku.product
