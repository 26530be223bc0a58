"""What a cacheable page cannot hold: the cart's count and the visitor's name."""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kmall.accounts.names import shown_name
from orders.views.visitor import cart_of


@require_safe
@never_cache
def bits(request):
    cart = cart_of(request)
    return JsonResponse(
        {
            "cart": cart.lines.count() if cart else 0,
            "name": shown_name(request.user),
        }
    )
