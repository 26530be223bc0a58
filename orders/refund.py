"""Gives money back: first the debt is a row, then a worker pays it with one number until that is known."""

import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog import stock
from kmall.database import lock_timeout
from orders import locks, transitions
from orders.limits import give_back_to_year
from orders.models import Consignment, Order, Payment, Refund
from orders.payments.provider import Outcome, Report, provider
from orders.signals import order_refunded

# Seconds to the next try. After the last one a person has to look.
LADDER = [30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600]
BATCH = 20
SURPLUS = "paid_twice"  # money that was never part of the order's total


class NotStuck(Exception):
    """The refund is done, or is being tried anyway."""


@transaction.atomic
def refund_order(*, order_id: int, reason: str, actor=None) -> Order:
    """Call off what has not left and give the whole sum back; called again, it changes nothing.

    Units that have not left return to stock, and the value to the buyer's year if nothing has left.
    What a partner collected, the partner gives back: such an order is refunded at once.
    """
    with lock_timeout(locks.WAIT_SECONDS):
        order = locks.order(order_id)
        payment = (
            order.payments.filter(state=Payment.State.SUCCEEDED).exclude(refunds__reason=SURPLUS).first()
        )
    if order.state == Order.State.REFUNDED or (payment and payment.refunds.exists()):
        return order
    if order.state not in transitions.ORDER_CHANGES["refunded"][0]:
        raise transitions.WrongState(order, "refunded")
    _take_back(order)
    transitions.record(order, "refund_due", actor=actor, reason=reason)
    if payment:
        owe(payment, reason=reason)
    else:
        _count_refund(order, order.total_fen, actor=actor)
    return order


def owe(payment: Payment, *, reason: str) -> Refund:
    """Write down that a payment is to be given back, inside the transaction that decides so."""
    return Refund.objects.create(
        payment=payment,
        number=f"R{payment.number}",
        amount_fen=payment.amount_fen,
        reason=reason,
        next_try_at=timezone.now(),
    )


@transaction.atomic
def try_again(*, refund_id: int) -> Refund:
    """A person looked, and the refund may be tried anew. Raises `NotStuck`."""
    refund = locks.refund(refund_id)
    if refund.state != Refund.State.STUCK:
        raise NotStuck(refund)
    refund.state, refund.attempts, refund.next_try_at = Refund.State.DUE, 0, timezone.now()
    refund.save(update_fields=["state", "attempts", "next_try_at"])
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
        transitions.record(refund.payment.order, "refund_stuck", refund=refund.number)
    refund.save(update_fields=["state", "last_answer", "done_at", "next_try_at"])
    if refund.state == Refund.State.DONE and refund.reason != SURPLUS:
        _count_refund(refund.payment.order, refund.amount_fen, refund=refund.number)


def _count_refund(order: Order, amount_fen: int, *, actor=None, **data) -> None:
    Order.objects.filter(pk=order.pk).update(refunded_fen=F("refunded_fen") + amount_fen)
    order.refunded_fen += amount_fen
    if order.refunded_fen == order.total_fen:
        transitions.refund(order, actor=actor, **data)
    order_refunded.send(sender=Order, order=order)


def _take_back(order: Order) -> None:
    unsent = Consignment.State.TO_SHIP
    if not order.consignments.exclude(state=unsent).exists():
        give_back_to_year(
            buyer_index=order.buyer_index,
            on=timezone.localdate(order.placed_at),
            value_fen=order.goods_fen + order.freight_fen,
        )
    for line in order.lines.filter(consignment__state=unsent).order_by("product", "sku"):
        stock.restock(sku_id=line.sku_id, delta=line.quantity, reason="return", reference=order.number)
    transitions.call_off(order)
