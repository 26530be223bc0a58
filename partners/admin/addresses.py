"""Addresses that a partner was given, on the desk: to copy, to replace, to be led to."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from partners.admin.scope import mall_of
from partners.models import PartnerMall, SharedAddress
from partners.shared import address_of, revoke
from partners.trail import note

SHOWN = (
    '<a class="long-address" href="{}" target="_blank" rel="noopener">{}</a>'
    '<button class="button line" formaction="{}" formnovalidate>{}</button>'
)


def shown(partner: PartnerMall, purpose: str):
    """The address, and a button of the page's own form that replaces it."""
    if not partner.pk:
        return "–"
    address = address_of(partner, purpose)
    renewal = reverse("admin:partners_partnermall_address", args=[partner.pk, purpose])
    return format_html(SHOWN, address, address, renewal, _("Close it and make a new one"))


def renew(request, partner: PartnerMall, purpose: str):
    """Replace an address; who had the old one reads nothing any more."""
    if purpose not in SharedAddress.Purpose:
        raise PermissionDenied
    revoke(partner, purpose)
    note(partner, f"new_{purpose}_address", actor=request.user)
    messages.success(request, _("The old address is closed. Please give the mall the new one."))
    return redirect("admin:partners_partnermall_change", partner.pk)


def to_standing(request):
    """Leads a mall's own people from the desk to their page."""
    if (mall := mall_of(request.user)) is None:
        raise PermissionDenied
    return redirect(address_of(mall, SharedAddress.Purpose.STANDING))
