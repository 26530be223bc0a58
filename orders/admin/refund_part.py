"""KITA gives back a parcel or single units of it: the page shows line by line what goes back, then asks."""

import uuid

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kmall.database import Busy
from kmall.keys import key_of
from orders.elsewhere import given_elsewhere
from orders.give_back import KINDS, TooMany, shares_of
from orders.models import Consignment, Order
from orders.refund import REASONS, ChangedMeanwhile, NothingLeft, refund_consignment
from orders.templatetags.buying import line_name
from orders.transitions import ORDER_CHANGES, WrongState

SUMS = (*KINDS, "tax_fen", "amount_fen")


class PartForm(forms.Form):
    """Units of each line, why, and where the goods are."""

    reason = forms.ChoiceField(label=gettext_lazy("reason"), choices=list(REASONS.items()))
    is_back = forms.BooleanField(
        label=gettext_lazy("the goods are on the seller's shelf"),
        help_text=gettext_lazy("they are for sale again"),
        required=False,
    )
    is_customs_return = forms.BooleanField(
        label=gettext_lazy("customs accepted the return"),
        help_text=gettext_lazy("within 30 days of release: the buyer's yearly figure is given back"),
        required=False,
    )

    is_still_owed = forms.BooleanField(
        label=gettext_lazy("I have asked: the shopper is still owed this"),
        error_messages={"required": gettext_lazy("Ask the mall first, or the shopper is paid twice.")},
    )

    def __init__(self, data, *, consignment: Consignment, lines):
        super().__init__(data, initial=_usual(consignment))
        self.lines, self.given_elsewhere = lines, given_elsewhere(consignment.order)
        if not self.given_elsewhere:
            del self.fields["is_still_owed"]
        if consignment.shipped_at is None:
            del self.fields["is_customs_return"]
        for line in lines:
            self.fields[f"units-{line.pk}"] = forms.IntegerField(
                label=line_name(line), min_value=0, max_value=line.left_quantity, initial=line.left_quantity
            )

    def rows(self):
        """(line, its field), as the table shows them."""
        return [(line, self[f"units-{line.pk}"]) for line in self.lines]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(self.quantities().values()):
            raise forms.ValidationError(_("Choose at least one unit."))
        return cleaned

    def quantities(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"units-{line.pk}"] for line in self.lines}

    def decision(self) -> dict:
        """What `refund_consignment` is told."""
        return {
            "reason": self.cleaned_data["reason"],
            "is_back": self.cleaned_data["is_back"],
            "is_customs_return": self.cleaned_data.get("is_customs_return", False),
            "quantities": self.quantities(),
        }


def page(request, base: dict, consignment: Consignment):
    """First the form, then with it what it would give back, then the refund of exactly that."""
    lines = [line for line in consignment.lines.select_related("sku").order_by("pk") if line.left_quantity]
    form = PartForm(request.POST or None, consignment=consignment, lines=lines)
    if not is_refundable(consignment):
        messages.error(request, _("Nothing of this parcel is left to refund."))
        return _back(consignment)
    context = base | {"title": _("Refund a part"), "consignment": consignment, "form": form}
    context["key"] = request.POST.get("key") or uuid.uuid4().hex
    if request.method == "POST" and form.is_valid():
        if "confirmed" in request.POST and _refund(request, consignment, form, context["key"]):
            return _back(consignment)
        consignment.refresh_from_db()
        context |= _preview(consignment, form)
    return render(request, "admin/orders/refund_part.html", context)


def is_refundable(consignment: Consignment) -> bool:
    """Whether anything of the parcel may still be given back."""
    is_open = consignment.order.state in ORDER_CHANGES["refunded"][0]
    return is_open and any(line.left_quantity for line in consignment.lines.all())


def _preview(consignment, form) -> dict:
    for line in form.lines:
        line.refresh_from_db()
    try:
        shares = shares_of(form.lines, form.quantities())
    except TooMany:
        return {}
    sums = {name: sum(getattr(share, name) for share in shares) for name in SUMS}
    return {"shares": shares, "sums": sums, "seen": f"{consignment.state} {sums['amount_fen']}"}


def _refund(request, consignment, form, key) -> bool:
    """Whether it was refunded; if not, the person is told why and sees how it stands."""
    state, _space, amount = request.POST.get("seen", "").partition(" ")
    try:
        refund = refund_consignment(
            consignment_id=consignment.pk,
            key=key[:40],
            seen=(state, key_of(amount)),
            actor=request.user,
            **form.decision(),
        )
    except NothingLeft:
        messages.error(request, _("Somebody else has refunded it already. Nothing more was given back."))
        return True
    except (ChangedMeanwhile, TooMany):
        messages.error(request, _("The parcel or the choice has changed, nothing was refunded. Look again."))
    except (WrongState, Busy):
        messages.error(request, _("The order is being changed right now. Try again in a moment."))
    else:
        told = _("Refund %(number)s is on its way.") % {"number": refund.number} if refund else ""
        messages.success(request, told or _("These units cost nothing, so no money is refunded."))
        return True
    return False


def _usual(consignment: Consignment) -> dict:
    """What never left is on the shelf, unless the seller said that its goods are missing."""
    reason = consignment.obstacle if consignment.obstacle in REASONS else "sold_out"
    if consignment.shipped_at:
        reason = "returned"
    return {"is_back": consignment.shipped_at is None and not consignment.is_goods_missing, "reason": reason}


def _back(consignment: Consignment):
    return redirect("admin:orders_order_change", consignment.order_id)


def parcels_to_refund(order: Order) -> list[Consignment]:
    parcels = order.consignments.select_related("order", "seller").prefetch_related("lines")
    return [parcel for parcel in parcels.order_by("pk") if is_refundable(parcel)]
