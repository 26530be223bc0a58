"""Admitting and suspending sellers. Either moves all of a seller's goods on or off sale at once."""

from django.db import transaction

from catalog.models import Seller
from catalog.signals import product_changed
from kmall.models import AuditEntry


def admit(*, seller: Seller, actor) -> None:
    """Let a seller's approved goods be on sale."""
    _set_state(seller, Seller.State.ADMITTED, actor)


def suspend(*, seller: Seller, actor) -> None:
    """Take everything of a seller off the shop and the partner malls."""
    _set_state(seller, Seller.State.SUSPENDED, actor)


@transaction.atomic
def _set_state(seller, state, actor):
    if not Seller.objects.filter(pk=seller.pk).exclude(state=state).update(state=state):
        return
    ids = list(seller.products.filter(state="on_sale").values_list("pk", flat=True))
    AuditEntry.objects.create(actor=actor, action=f"seller_{state}", subject=f"catalog.seller:{seller.pk}")
    product_changed.send(sender=_set_state, product_ids=ids, kinds={"state"})
