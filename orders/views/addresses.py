"""The address book, and the fragments of its form."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from orders.address_book import drop_address, keep_address
from orders.forms.address import REFRESH, AddressForm
from orders.models import Address


@login_required
@never_cache
def addresses(request):
    return render(request, "orders/addresses.html", {"addresses": request.user.addresses.all(), "tab": "me"})


@login_required
@never_cache
def address(request, pk=None):
    """A new address, or one of the book."""
    known = get_object_or_404(Address, pk=pk, user=request.user) if pk else None
    if request.method == "POST" and not any(name in request.POST for name in REFRESH):
        form = AddressForm(request.POST)
        if form.is_valid():
            keep_address(user=request.user, fields=form.fields_of_address(), address=known)
            messages.success(request, _("The address is saved."))
            return redirect("orders:addresses")
    elif request.method == "POST":
        form = AddressForm.refreshed(request.POST)
    else:
        form = AddressForm.of(known) if known else AddressForm()
    return render(request, "orders/address.html", {"form": form.mark_wrong(), "known": known, "tab": "me"})


@login_required
@require_POST
def drop(request, pk):
    drop_address(address=get_object_or_404(Address, pk=pk, user=request.user))
    messages.success(request, _("The address is deleted."))
    return redirect("orders:addresses")


@require_safe
@cache_control(public=True, max_age=86400)
def regions(request):
    """The four selects for the codes chosen so far; the same for everybody."""
    return render(request, "orders/parts/regions.html", {"form": AddressForm.refreshed(request.GET)})


@require_POST
@never_cache
def fill(request):
    """The fields of the form, filled from what was pasted."""
    data = request.POST.copy()
    data["fill"] = "1"
    form = AddressForm.refreshed(data)
    return render(request, "orders/parts/address_fields.html", {"form": form})
