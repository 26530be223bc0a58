"""Which cart this visitor has: of the user, or of the session by a random token."""

import secrets

from orders.cart import SESSION_KEY
from orders.models import Cart


def cart_of(request) -> Cart | None:
    """The visitor's cart, None where there is none yet. Makes nothing."""
    if request.user.is_authenticated:
        return Cart.objects.filter(user=request.user).first()
    token = request.session.get(SESSION_KEY)
    return Cart.objects.filter(token=token).first() if token else None


def own_cart(request) -> Cart:
    """The visitor's cart, made where there is none yet."""
    if request.user.is_authenticated:
        return Cart.objects.get_or_create(user=request.user)[0]
    if cart := cart_of(request):
        return cart
    token = secrets.token_urlsafe(32)
    request.session[SESSION_KEY] = token
    return Cart.objects.create(token=token)


def buyer_of(user) -> dict[str, str]:
    """What is known of a buyer before the checkout: province of an address, index of the ID number."""
    if not user.is_authenticated:
        return {}
    address = user.addresses.order_by("-is_default", "-id").first()
    identity = user.identities.order_by("-id").first()
    return {
        "province_code": address.province_code if address else "",
        "buyer_index": identity.index if identity else "",
    }
