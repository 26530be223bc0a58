"""Ends orders that were not paid. First the provider must have closed the payment, or nobody knows."""

import contextlib
import datetime

from django.db import transaction
from django.utils import timezone

from catalog import stock
from kmall.database import Busy, lock_timeout
from orders import locks, transitions
from orders.limits import give_back_to_year
from orders.models import Order, Payment
from orders.payments.poll import mark_closed
from orders.payments.provider import Outcome, provider
from orders.payments.settle import settle

BATCH = 100


def expire_due(now: datetime.datetime) -> int:
    """End every unpaid order whose time is over; how many ended. What is unknown waits for the next run."""
    due = Order.objects.filter(state=Order.State.UNPAID, expires_at__lte=now).order_by("expires_at")
    ended = 0
    for pk in due.values_list("pk", flat=True)[:BATCH]:
        with contextlib.suppress(Busy):
            ended += expire_order(order_id=pk)
    return ended


def expire_order(*, order_id: int) -> bool:
    """End one unpaid order; False when it was paid after all, or nobody can say."""
    return _close_payments(order_id) and _end(order_id, transitions.expire)


def cancel_order(*, order_id: int, actor) -> bool:
    """The shopper calls off an unpaid order; False when it was paid after all, or nobody can say."""
    return _close_payments(order_id) and _end(order_id, lambda order: transitions.cancel(order, actor=actor))


def _close_payments(order_id: int) -> bool:
    """Have the provider close what is pending: whether none of it can be paid any more."""
    for payment in Payment.objects.filter(order=order_id, state=Payment.State.PENDING).select_related(
        "order"
    ):
        report = provider(payment.provider).close(payment)
        if report.outcome is Outcome.PAID:
            settle(payment_id=payment.pk, report=report, source="query")
            return False
        if report.outcome not in (Outcome.CLOSED, Outcome.NOT_THERE):
            return False
        mark_closed(payment.pk)
    return True


@transaction.atomic
def _end(order_id: int, change) -> bool:
    with lock_timeout(locks.WAIT_SECONDS):
        order = locks.order(order_id)
    pending = order.payments.filter(state=Payment.State.PENDING).exists()
    if order.state != Order.State.UNPAID or pending:  # paid, or being paid anew, while we asked
        return False
    change(order)
    give_back_to_year(
        buyer_index=order.buyer_index,
        on=timezone.localdate(order.placed_at),
        value_fen=order.goods_fen + order.freight_fen,
    )
    stock.release(reference=order.number)
    return True
