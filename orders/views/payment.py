"""To the cashier and back. The way back proves nothing: the page waits for the notice, or asks."""

import re

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kmall.database import Busy
from orders.models import Order, Payment
from orders.payments.poll import ask
from orders.payments.start import NotPayable, start_payment

PHONE = re.compile(r"Mobile|Android|iPhone|MicroMessenger", re.IGNORECASE)
ASK_EVERY_SECONDS = 4


@login_required
@require_safe
@never_cache
def pay(request, number):
    """A page that leads on to the cashier: a form may not be answered by a redirect to another host."""
    order = get_object_or_404(Order, user=request.user, number=number)
    try:
        address = start_payment(
            order_id=order.pk,
            provider_name="alipay",
            is_phone=bool(PHONE.search(request.headers.get("User-Agent", ""))),
            return_url=settings.SITE_URL + reverse("orders:paid", args=[number]),
            quit_url=settings.SITE_URL + reverse("orders:order", args=[number]),
        )
    except NotPayable:
        return redirect("orders:order", number)
    except Busy:
        messages.error(request, _("Please try again in a moment."))
        return redirect("orders:order", number)
    return render(request, "orders/pay.html", {"order": order, "cashier": address})


@login_required
@require_safe
@never_cache
def paid(request, number):
    """Waits until the order is paid; asked again by the page itself every few seconds."""
    order = get_object_or_404(Order, user=request.user, number=number)
    if order.state == Order.State.UNPAID:
        _ask_provider(order)
        order.refresh_from_db()
    if order.state == Order.State.UNPAID:
        template = "orders/parts/waiting.html" if request.htmx else "orders/returned.html"
        return render(request, template, {"order": order})
    if order.paid_at:
        messages.success(request, _("Thank you, the payment has arrived."))
    url = reverse("orders:order", args=[number])
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _ask_provider(order: Order) -> None:
    """Ask about a payment whose notice has not come, once in some seconds however many pages wait."""
    payment = order.payments.filter(state=Payment.State.PENDING).select_related("order").first()
    if payment and cache.add(f"payment-asked:{payment.pk}", 1, ASK_EVERY_SECONDS):
        try:
            ask(payment)
        except Busy:
            return
