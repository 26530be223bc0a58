"""From a cart to an order: what is new is kept, the order placed, its pieces taken out of the cart."""

import uuid

from django.db import transaction

from orders import locks
from orders.cart import take_out
from orders.models import Cart, Order
from orders.place import place_order, placed_before
from orders.quote import Quote


@transaction.atomic
def buy(*, cart: Cart, quote: Quote, keep, user, language: str, visit: uuid.UUID | None, key: str) -> Order:
    """Place what was quoted from this cart. `keep()` saves and returns address and identity of the buyer.

    Raises what `place_order` raises; then neither address nor identity was kept and the cart is as it was.
    """
    locks.address_book(user)
    if order := placed_before(user=user, key=key):  # by the first of two taps, while this one waited
        return order
    address, buyer = keep()
    order = place_order(
        cart_quote=quote,
        user=user,
        address=address,
        buyer=buyer,
        language=language,
        visit=visit,
        key=key,
    )
    take_out(cart=cart, ordered=[(line.sku.pk, line.quantity) for line in quote.lines])
    return order
