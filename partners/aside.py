"""What a person does about a partner's order that is stuck: try it anew, refuse it, set it aside (writes)."""

from django.db import transaction
from django.utils import timezone

from partners import locks, unread
from partners.models import PartnerOrder
from partners.models.inbound import DIFFERS, SET_ASIDE
from partners.reply import tell_again
from partners.trail import note

State = PartnerOrder.State


class StillToDecide(Exception):
    """The partner's shopper waits for an answer to it: it is placed or refused, not set aside."""


class NotToRefuse(Exception):
    """It is placed, or the partner has its answer, or the order has no number to tell one of."""


def is_to_decide(row: PartnerOrder) -> bool:
    return bool(row.raw) and row.state in (State.RECEIVED, State.AWAITING_MAPPING)


def may_be_refused(row: PartnerOrder) -> bool:
    """Whether the partner waits for an answer to it, be it that nobody can read the order."""
    is_open = row.state in (State.RECEIVED, State.AWAITING_MAPPING) and row.told_at is None
    return is_open and (bool(row.raw) or not unread.is_nameless(row))


@transaction.atomic
def try_again(order_id: int, *, actor) -> None:
    """Read, place or tell it now, whatever wait earlier failures put on it."""
    row = locks.partner_order(order_id)
    tell_again(row)
    note(row.partner, "order_tried_again", actor=actor, order=row.remote_id)


@transaction.atomic
def refuse(order_id: int, *, reason: str, text: str, actor) -> None:
    """Tell the partner that it is not filled, as of any other that cannot be: it gives the money back.

    `reason` as partners know it, `text` in Chinese, for them and their shopper. Raises `NotToRefuse`.
    """
    row = locks.partner_order(order_id)
    if not may_be_refused(row):
        raise NotToRefuse
    tell_again(row, state=State.REFUSED, reason=f"{reason}: {text}"[:300], unread_field="")
    note(row.partner, "order_refused", actor=actor, order=row.remote_id, reason=reason)


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
        row.reason = SET_ASIDE
    row.save(update_fields=["next_try_at", "attempts", "unread_field", "state", "told_at", "reason"])
    note(row.partner, "order_set_aside", actor=actor, order=row.remote_id)
