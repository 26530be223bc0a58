"""To the cashier and back, and the provider's notices."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from kmall.database import Busy
from orders.models import Payment
from orders.payments.alipay import is_returned
from orders.payments.notices import receive
from orders.payments.poll import ask
from orders.payments.start import NotPayable, start_payment


@require_GET
@never_cache
@login_required
def pay(request, number):
    """Send the browser to the cashier; to the order's page when there is nothing to pay."""
    order = get_object_or_404(request.user.orders, number=number)
    try:
        address = start_payment(
            order_id=order.pk,
            provider_name="alipay",
            is_phone="Mobile" in request.headers.get("User-Agent", ""),
            return_url=settings.SITE_URL + reverse("orders:paid", args=[number]),
            quit_url=settings.SITE_URL + reverse("orders:order", args=[number]),
        )
    except NotPayable:
        return redirect("orders:order", number)
    return redirect(address)


@require_GET
@never_cache
@login_required
def paid(request, number):
    """Where the cashier sends the browser back to: no proof of anything, but a good moment to ask."""
    order = get_object_or_404(request.user.orders, number=number)
    if is_returned(request.GET.dict()):
        for payment in order.payments.filter(state=Payment.State.PENDING):
            ask(payment)
    return redirect("orders:order", number)


@csrf_exempt
@require_POST
def alipay_notice(request):
    """Alipay's notice. Exactly `success` ends its repeats; anything else has it come again."""
    raw = request.body.decode(errors="replace").replace("\x00", "")
    try:
        is_done = receive(provider_name="alipay", form=request.POST.dict(), raw=raw)
    except Busy:
        is_done = False
    return HttpResponse("success" if is_done else "fail", content_type="text/plain")
