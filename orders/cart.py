"""A shopper's basket and how it changes. It is no promise: prices and stock are read anew each time."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least

from catalog.models import Product, Sku
from orders.models import Cart, CartLine
from orders.signals import added_to_cart

SESSION_KEY = "cart"  # where a session keeps the token of an anonymous cart
MOST_PIECES = 99
MOST_LINES = 100


class NotOnSale(Exception):
    """The SKU is not on offer, or its product is not on sale."""


class CartFull(Exception):
    """The cart has `MOST_LINES` lines already."""


@dataclass(frozen=True)
class Change:
    """What a form wants of one line: its new quantity, 0 to take it out."""

    sku_id: int
    quantity: int


@transaction.atomic
def add(
    *, cart: Cart, sku_id: int, quantity: int, unit_fen: int | None = None, visit: uuid.UUID | None = None
) -> CartLine:
    """Put pieces into the cart, up to 99 of a SKU, and choose the line. `unit_fen`: the price as shown;
    `visit`: the one that the shopper came by.

    Raises `NotOnSale` or `CartFull`.
    """
    sku = Sku.objects.filter(pk=sku_id, is_active=True, product__in=Product.objects.on_sale()).first()
    if sku is None:
        raise NotOnSale
    if cart.lines.exclude(sku=sku).count() >= MOST_LINES:
        raise CartFull
    quantity = min(max(quantity, 1), MOST_PIECES)
    line, created = CartLine.objects.get_or_create(
        cart=cart, sku=sku, defaults={"quantity": quantity, "added_unit_fen": unit_fen}
    )
    if not created:
        more = Least(F("quantity") + quantity, MOST_PIECES)
        CartLine.objects.filter(pk=line.pk).update(quantity=more, is_chosen=True)
        line.refresh_from_db()
    cart.save(update_fields=["updated_at"])
    added_to_cart.send(sender=CartLine, visit=visit)
    return line


@transaction.atomic
def change(*, cart: Cart, changes: list[Change]) -> None:
    """Set quantities; 0 takes a line out, and more than 99 becomes 99. Unknown SKUs are passed over."""
    for wanted in changes:
        line = cart.lines.filter(sku_id=wanted.sku_id)
        if wanted.quantity <= 0:
            line.delete()
        else:
            line.update(quantity=min(wanted.quantity, MOST_PIECES))
    cart.save(update_fields=["updated_at"])


@transaction.atomic
def choose(*, cart: Cart, sku_ids, among=None) -> None:
    """Choose exactly these SKUs for the next order; lines outside `among` (default: all) stay as they are."""
    lines = cart.lines.all() if among is None else cart.lines.filter(sku_id__in=among)
    lines.filter(sku_id__in=sku_ids).update(is_chosen=True)
    lines.exclude(sku_id__in=sku_ids).update(is_chosen=False)


@transaction.atomic
def merge(*, token: str, user) -> None:
    """Move an anonymous cart into the user's own at login: quantities add up to 99, and the token dies."""
    guest = Cart.objects.filter(token=token).first()
    if guest is None:
        return
    cart, _created = Cart.objects.get_or_create(user=user)
    for line in guest.lines.all():
        own, created = CartLine.objects.get_or_create(
            cart=cart,
            sku_id=line.sku_id,
            defaults={"quantity": line.quantity, "added_unit_fen": line.added_unit_fen},
        )
        if not created:
            more = Least(F("quantity") + line.quantity, MOST_PIECES)
            CartLine.objects.filter(pk=own.pk).update(quantity=more, is_chosen=True)
    guest.delete()


@transaction.atomic
def take_out(*, cart: Cart, ordered: list[tuple[int, int]]) -> None:
    """Take (sku, quantity) pairs out after they have been ordered; what exceeds them stays."""
    for sku_id, quantity in ordered:
        lines = cart.lines.filter(sku_id=sku_id)
        lines.filter(quantity__lte=quantity).delete()
        lines.update(quantity=F("quantity") - quantity)
