"""Pays back what is owed: with the refund's one number, until the provider's answer is known."""

import datetime

from django.db import transaction
from django.utils import timezone

from kmall.models import AuditEntry
from orders import locks, transitions
from orders.models import Refund
from orders.payments.provider import Outcome, Report, provider
from orders.refund import SURPLUS, book

# Seconds to the next try. After the last one a person has to look.
LADDER = [30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600]
BATCH = 20


class NotStuck(Exception):
    """The refund is done, or is being tried anyway."""


@transaction.atomic
def try_again(*, refund_id: int, actor) -> Refund:
    """A person looked, and the refund may be tried anew. Raises `NotStuck`."""
    refund = locks.refund(refund_id)
    if refund.state != Refund.State.STUCK:
        raise NotStuck(refund)
    refund.state, refund.attempts, refund.next_try_at = Refund.State.DUE, 0, timezone.now()
    refund.save(update_fields=["state", "attempts", "next_try_at"])
    AuditEntry.objects.create(actor=actor, action="refund_tried_again", subject=f"orders.refund:{refund.pk}")
    return refund


def refund_due(now: datetime.datetime) -> int:
    """Pay back what is due; how many were tried. Workers pass over each other's."""
    refunds = _claim(now)
    for refund in refunds:
        _record(refund.pk, provider(refund.payment.provider).refund(refund))
    return len(refunds)


@transaction.atomic
def _claim(now: datetime.datetime) -> list[Refund]:
    """Take due refunds and set their next try first: the number makes a second call harmless."""
    due = Refund.objects.filter(state=Refund.State.DUE, next_try_at__lte=now).select_related("payment")
    refunds = locks.due(due.order_by("next_try_at"), BATCH)
    for refund in refunds:
        wait = LADDER[min(refund.attempts, len(LADDER) - 1)]
        refund.attempts += 1
        refund.next_try_at = timezone.now() + datetime.timedelta(seconds=wait)
        refund.save(update_fields=["attempts", "next_try_at"])
    return refunds


@transaction.atomic
def _record(refund_id: int, report: Report) -> None:
    refund = locks.refund(refund_id)
    if refund.state == Refund.State.DONE:
        return
    refund.last_answer = report.raw
    if report.outcome is Outcome.REFUNDED:
        refund.state, refund.done_at, refund.next_try_at = Refund.State.DONE, timezone.now(), None
    elif report.outcome is Outcome.REFUSED or refund.attempts > len(LADDER):
        refund.state, refund.next_try_at = Refund.State.STUCK, None
        transitions.record(refund.order, "refund_stuck", refund=refund.number)
    refund.save(update_fields=["state", "last_answer", "done_at", "next_try_at"])
    if refund.state == Refund.State.DONE and refund.reason != SURPLUS:
        book(refund)
