"""Sellers as a whole: admitted or suspended with all their goods, and their names beside these."""

from django.db import transaction

from catalog.models import Seller
from catalog.signals import product_changed
from kmall.models import AuditEntry

BESIDE_GOODS = {"name_ko", "name_zh_hans", "town_ko", "town_zh_hans"}


def admit(*, seller: Seller, actor) -> None:
    """Let a seller's approved goods be on sale."""
    _set_state(seller, Seller.State.ADMITTED, actor)


def suspend(*, seller: Seller, actor) -> None:
    """Take everything of a seller off the shop and the partner malls."""
    _set_state(seller, Seller.State.SUSPENDED, actor)


def renamed(seller: Seller) -> None:
    """What stands beside its goods, here and at partner malls, changed in this transaction."""
    product_changed.send(sender=renamed, product_ids=_on_sale(seller), kinds={"text"})


@transaction.atomic
def _set_state(seller, state, actor):
    if not Seller.objects.filter(pk=seller.pk).exclude(state=state).update(state=state):
        return
    AuditEntry.objects.create(actor=actor, action=f"seller_{state}", subject=f"catalog.seller:{seller.pk}")
    product_changed.send(sender=_set_state, product_ids=_on_sale(seller), kinds={"state"})


def _on_sale(seller: Seller) -> list[int]:
    return list(seller.products.filter(state="on_sale").values_list("pk", flat=True))
