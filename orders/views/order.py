"""A shopper's orders: the list, and the page of one with its parcels."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kmall import paging
from kmall.database import Busy
from orders.dispatch import confirm_receipt
from orders.expire import cancel_order
from orders.models import Consignment, Order, OrderLine, Refund
from orders.refund import SURPLUS
from orders.timeline import timeline
from orders.transitions import WrongState
from orders.views.visitor import cart_of

NEWEST_FIRST = paging.Order(fields=("id",), types=(int,))
PAGE_SIZE = 10
STATES = {"unpaid": ["unpaid"], "paid": ["paid"], "shipped": ["shipped"], "completed": ["completed"]}


@login_required
@require_safe
@never_cache
def orders(request):
    wanted = request.GET.get("state", "")
    mine = request.user.orders.prefetch_related(
        Prefetch("lines", OrderLine.objects.select_related("picture", "seller").order_by("id"))
    )
    if wanted in STATES:
        mine = mine.filter(state__in=STATES[wanted])
    page = paging.paginate(mine, order=NEWEST_FIRST, size=PAGE_SIZE, cursor=request.GET.get("cursor"))
    tabs = [("", None), *[(state, Order.State(state)) for state in STATES]]
    return render(
        request, "orders/orders.html", {"page": page, "tabs": tabs, "wanted": wanted, "tab": "orders"}
    )


@login_required
@require_safe
@never_cache
def order(request, number):
    """One order; `?parcel=` shows the way of another seller's parcel."""
    found = own_order(request.user, number)
    parcels = list(found.consignments.all())
    parcel = next((p for p in parcels if p.number == request.GET.get("parcel")), parcels[0])
    context = {"order": found, "parcels": parcels, "parcel": parcel, "tab": "orders"}
    cart = cart_of(request)
    context["waiting_in_cart"] = cart.lines.filter(is_chosen=True).count() if cart and found.paid_at else 0
    context["timeline"] = timeline(found, parcel)
    return render(request, "orders/order.html", context)


@login_required
@require_POST
def cancel(request, number):
    """Call off an unpaid order; what the provider is still booking is not called off."""
    found = own_order(request.user, number)
    if found.state == Order.State.UNPAID and not cancel_order(order_id=found.pk, actor=request.user):
        messages.error(request, _("The payment is being booked, so the order stands for now."))
    return redirect("orders:order", number)


@login_required
@require_POST
def received(request, number, parcel):
    """The shopper has a parcel."""
    found = get_object_or_404(own_order(request.user, number).consignments, number=parcel)
    try:
        confirm_receipt(consignment_id=found.pk, actor=request.user)
    except WrongState:
        messages.error(request, _("This parcel cannot be confirmed now."))
    except Busy:
        messages.error(request, _("Please try again in a moment."))
    return redirect(f"{reverse('orders:order', args=[number])}?parcel={parcel}")


def own_order(user, number: str) -> Order:
    """An order of this user with its parcels and lines. Raises Http404."""
    lines = OrderLine.objects.select_related("picture", "product").order_by("id")
    parcels = Consignment.objects.select_related("seller").prefetch_related(Prefetch("lines", lines))
    refunds = Refund.objects.exclude(reason=SURPLUS).order_by("id")
    mine = Order.objects.prefetch_related(
        Prefetch("consignments", parcels.order_by("id")), Prefetch("refunds", refunds)
    )
    return get_object_or_404(mine, user=user, number=number)
