"""What a cacheable page cannot hold: the cart's count, the visitor's name, the heart of a product."""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kmall.accounts.names import shown_name
from kmall.keys import key_of
from orders.views.visitor import cart_of


@require_safe
@never_cache
def bits(request):
    """`product` names the product that the page shows, if it shows one."""
    cart = cart_of(request)
    answer = {"cart": cart.lines.count() if cart else 0, "name": shown_name(request.user)}
    product = key_of(request.GET.get("product"))
    if product and request.user.is_authenticated:
        answer["favourite"] = request.user.favourites.filter(product_id=product).exists()
    return JsonResponse(answer)
