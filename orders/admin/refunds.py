"""KITA gives money back: an order that cannot be delivered, a refund that got stuck."""

from django.contrib import admin, messages
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.admin.amounts import amount
from catalog.admin.scope import ScopedInline
from kmall.database import Busy
from orders.admin.happened import why
from orders.elsewhere import given_elsewhere
from orders.models import Refund
from orders.refund import refund_order
from orders.repay import NotStuck, try_again
from orders.transitions import WrongState


class RefundInline(ScopedInline):
    model = Refund
    kita_may = frozenset({"view"})
    fields = (
        "number",
        "consignment",
        amount("amount_fen", gettext_lazy("amount")),
        "why",
        "state",
        "created_at",
        "done_at",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("reason"))
    def why(self, refund):
        return why(refund.reason)


@admin.action(description=gettext_lazy("Cannot be delivered: refund the chosen orders"))
def refund_chosen(modeladmin, request, queryset):
    """Asks first, and for each that may have been given back elsewhere; the history keeps the reason."""
    if "confirmed" not in request.POST:
        context = modeladmin.admin_site.each_context(request)
        chosen = [(order, given_elsewhere(order)) for order in queryset]
        context |= {"opts": modeladmin.opts, "title": _("Refund"), "chosen": chosen}
        return render(request, "admin/orders/refund.html", context)
    done = 0
    for order in queryset:
        if given_elsewhere(order) and str(order.pk) not in request.POST.getlist("still_owed"):
            messages.error(request, _("%s was left: the shopper may have its money already.") % order)
            continue
        try:
            refund_order(order_id=order.pk, reason="cannot_be_delivered", actor=request.user)
            done += 1
        except (WrongState, Busy):
            messages.error(request, _("%s was left: nothing is paid, or it is being changed.") % order)
    text = ngettext("%d order is being refunded.", "%d orders are being refunded.", done) % done
    messages.success(request, text)


@admin.action(description=gettext_lazy("Try the chosen refunds again"))
def try_chosen_again(modeladmin, request, queryset):
    for refund in queryset:
        try:
            try_again(refund_id=refund.pk, actor=request.user)
        except NotStuck:
            messages.error(request, _("%s needs no person.") % refund)
        else:
            messages.success(request, _("%s is tried again at once.") % refund)
