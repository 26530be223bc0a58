"""What a person does about a partner's order that is stuck: have it tried anew, or set it aside (writes)."""

from django.db import transaction
from django.utils import timezone

from partners import locks
from partners.models import PartnerOrder
from partners.models.inbound import DIFFERS
from partners.reply import tell_again
from partners.trail import note

State = PartnerOrder.State


class StillToDecide(Exception):
    """The partner's shopper waits for an answer to it: it is placed or refused, not set aside."""


def is_to_decide(row: PartnerOrder) -> bool:
    return bool(row.raw) and row.state in (State.RECEIVED, State.AWAITING_MAPPING)


@transaction.atomic
def try_again(order_id: int, *, actor) -> None:
    """Read, place or tell it now, whatever wait earlier failures put on it."""
    row = locks.partner_order(order_id)
    tell_again(row)
    note(row.partner, "order_tried_again", actor=actor, order=row.remote_id)


@transaction.atomic
def set_aside(order_id: int, *, actor) -> None:
    """No more is tried until something new comes up; what the partner tells of it anew is taken as ever.

    Raises `StillToDecide`.
    """
    row = locks.partner_order(order_id)
    if is_to_decide(row):
        raise StillToDecide
    row.next_try_at, row.attempts, row.unread_field = None, 0, ""
    if not row.raw:
        row.state, row.told_at = State.REFUSED, timezone.now()
    if not row.raw or row.reason.startswith(DIFFERS):
        row.reason = "set_aside"
    row.save(update_fields=["next_try_at", "attempts", "unread_field", "state", "told_at", "reason"])
    note(row.partner, "order_set_aside", actor=actor, order=row.remote_id)
