"""Asks the provider about payments whose notice has not come."""

import contextlib
import datetime
import logging

from django.db import transaction
from django.utils import timezone

from kmall.database import Busy
from orders import locks
from orders.models import Payment
from orders.payments.provider import Outcome, provider
from orders.payments.settle import settle

logger = logging.getLogger(__name__)

# Seconds from one question to the next; the last one goes on until the payment ends.
LADDER = [30, 60, 120, 300, 600, 900]
BATCH = 50


def poll_due(now: datetime.datetime) -> int:
    """Ask about every payment whose time has come; how many. Workers pass over each other's."""
    payments = _claim(now)
    for payment in payments:
        with contextlib.suppress(Busy):  # it is asked again
            ask(payment)
    return len(payments)


def ask(payment: Payment) -> Outcome:
    """One question, and what follows from the answer. Unknown and waiting change nothing."""
    report = provider(payment.provider).query(payment)
    if report.outcome is Outcome.PAID:
        if settle(payment_id=payment.pk, report=report, source="query") == "wrong_amount":
            logger.error("payment %s was paid with another amount", payment.pk)
    elif report.outcome is Outcome.CLOSED:
        mark_closed(payment.pk)
    return report.outcome


@transaction.atomic
def mark_closed(payment_id: int) -> None:
    """The provider will not take money for it any more."""
    payment = locks.payment(payment_id)
    if payment.state == Payment.State.PENDING:
        payment.state, payment.next_poll_at = Payment.State.CLOSED, None
        payment.save(update_fields=["state", "next_poll_at"])


@transaction.atomic
def _claim(now: datetime.datetime) -> list[Payment]:
    """Take due payments and set their next question, so that a worker that dies loses nothing."""
    due = Payment.objects.filter(state=Payment.State.PENDING, next_poll_at__lte=now)
    payments = locks.due(due.order_by("next_poll_at"), BATCH)
    for payment in payments:
        wait = LADDER[min(payment.polls, len(LADDER) - 1)]
        payment.polls += 1
        payment.next_poll_at = timezone.now() + datetime.timedelta(seconds=wait)
        payment.save(update_fields=["polls", "next_poll_at"])
    return payments
