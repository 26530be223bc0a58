"""A seller's parcels: what is to be sent, to whom, and the tracking number that says it was."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import DeskAdmin, is_kita, may_edit
from kmall.encryption import mask_name, mask_phone
from kmall.models import AuditEntry
from orders.admin.refund_part import is_refundable
from orders.dispatch import CARRIERS, report_obstacle, send
from orders.models import Consignment
from orders.templatetags.buying import line_name
from orders.transitions import WrongState

TONES = {
    "waiting": "",
    "to_ship": "wait",
    "shipped": "info",
    "received": "good",
    "cancelled": "bad",
    "refunded": "bad",
}


class ShipForm(forms.Form):
    carrier = forms.ChoiceField(label=gettext_lazy("carrier"), choices=list(CARRIERS.items()))
    tracking_number = forms.RegexField(
        label=gettext_lazy("tracking number"),
        regex=r"^[A-Za-z0-9-]{6,40}$",
        strip=True,
        error_messages={"invalid": gettext_lazy("Letters, digits and hyphens, at least six.")},
    )


class ObstacleForm(forms.Form):
    obstacle = forms.ChoiceField(label=gettext_lazy("reason"), choices=Consignment.Obstacle.choices)
    note = forms.CharField(label=gettext_lazy("note for KITA"), max_length=200, required=False)


class IsReported(admin.EmptyFieldListFilter):
    """In words of parcels what Django calls empty or not."""

    def choices(self, changelist):
        words = (None, _("nothing reported"), _("cannot be filled"))
        for choice, word in zip(super().choices(changelist), words, strict=True):
            yield choice | ({"display": word} if word else {})


@admin.register(Consignment)
class ConsignmentAdmin(DeskAdmin):
    seller_path = "seller"
    seller_may = frozenset({"view", "change"})
    kita_may = frozenset({"view", "change"})
    list_display = (
        "number",
        "seller",
        "goods",
        "order_paid",
        "state_word",
        "obstacle",
        "carrier_name",
        "tracking_number",
    )
    list_filter = ("state", ("obstacle", IsReported))
    search_fields = ("=number", "=order__number", "=tracking_number")
    search_help_text = gettext_lazy("The whole parcel, order or tracking number")
    list_select_related = ("seller", "order")

    def get_queryset(self, request):
        """Nothing that is not paid is shown to a seller, so that nothing unpaid is sent."""
        queryset = super().get_queryset(request).prefetch_related("lines")
        return queryset if is_kita(request.user) else queryset.exclude(state=Consignment.State.WAITING)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        consignment = self.row_or_404(request, object_id, "order", "seller")
        is_obstacle = "cannot_fill" in request.POST
        form = ShipForm(None if is_obstacle else request.POST or None)
        obstacle = ObstacleForm(request.POST if is_obstacle else None)
        if request.method == "POST":
            if not may_edit(request.user, consignment.seller):
                raise PermissionDenied
            if is_obstacle and obstacle.is_valid():
                return self._report(request, consignment, obstacle)
            if form.is_valid():
                return self._ship(request, consignment, form)
        context = self.admin_site.each_context(request) | self._shown(request, consignment)
        context |= {"opts": self.opts, "title": consignment.number, "form": form, "obstacle": obstacle}
        return render(request, "admin/orders/consignment/change.html", context)

    def _ship(self, request, consignment, form):
        try:
            send(consignment_id=consignment.pk, actor=request.user, **form.cleaned_data)
        except WrongState:
            messages.error(request, _("This parcel is not waiting to be sent any more."))
        else:
            messages.success(request, _("Sent. The shopper has been told."))
        return redirect("admin:orders_consignment_changelist")

    def _report(self, request, consignment, form):
        try:
            report_obstacle(consignment_id=consignment.pk, actor=request.user, **form.cleaned_data)
        except WrongState:
            messages.error(request, _("This parcel is not waiting to be sent any more."))
        else:
            messages.success(request, _("Reported. KITA decides what is refunded to the shopper."))
        return redirect("admin:orders_consignment_changelist")

    def _shown(self, request, consignment) -> dict:
        """The label needs the whole address; once sent it is masked again. Each look is recorded."""
        order, to_ship = consignment.order, consignment.state == Consignment.State.TO_SHIP
        if to_ship:
            AuditEntry.objects.create(
                actor=request.user, action="read_address", subject=f"orders.consignment:{consignment.pk}"
            )
        return {
            "consignment": consignment,
            "lines": consignment.lines.select_related("sku"),
            "to_ship": to_ship,
            "can_refund": is_kita(request.user) and is_refundable(consignment),
            "can_ship": to_ship and may_edit(request.user, consignment.seller),
            "name": order.receiver_name if to_ship else mask_name(order.receiver_name),
            "phone": order.receiver_phone if to_ship else mask_phone(order.receiver_phone),
            "carrier": CARRIERS.get(consignment.carrier, consignment.carrier),
            "place": f"{order.province}{order.city}{order.district}{order.street}",
            "detail": order.detail if to_ship else "***",
        }

    @admin.display(description=gettext_lazy("goods"))
    def goods(self, consignment):
        lines = [line for line in consignment.lines.all() if line.left_quantity]
        if not lines:
            return ""
        more = f" +{len(lines) - 1}" if len(lines) > 1 else ""
        return f"{line_name(lines[0])} × {lines[0].left_quantity}{more}"

    @admin.display(description=gettext_lazy("carrier"), ordering="carrier")
    def carrier_name(self, consignment):
        return CARRIERS.get(consignment.carrier, consignment.carrier)

    @admin.display(description=gettext_lazy("paid at"), ordering="order__paid_at")
    def order_paid(self, consignment):
        return consignment.order.paid_at

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, consignment):
        return format_html(
            '<span class="tag {}">{}</span>', TONES[consignment.state], consignment.get_state_display()
        )
