"""A shopper's own page: name, orders by state, addresses, identity, language."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kmall.accounts.names import shown_name
from orders.forms.me import NameForm
from orders.models import Order


@never_cache
def me(request):
    if not request.user.is_authenticated:
        return render(request, "orders/me_guest.html", {"tab": "me"})
    counts = dict(request.user.orders.values_list("state").annotate(Count("pk")).order_by())
    states = [
        (state, counts.get(state, 0)) for state in (Order.State.UNPAID, Order.State.PAID, Order.State.SHIPPED)
    ]
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("orders:me")
    context = {"states": states, "form": form, "shown_name": shown_name(request.user), "tab": "me"}
    return render(request, "orders/me.html", context | {"identities": request.user.identities.all()})


@login_required
@require_POST
def forget_identity(request, pk):
    """A buyer may have the stored name and number deleted; orders keep theirs as the law asks."""
    request.user.identities.filter(pk=pk).delete()
    messages.success(request, _("The stored name and ID number are deleted."))
    return redirect("orders:me")
