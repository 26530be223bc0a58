"""Applies a payment to its order: once, whoever brings the news (notice or poller), however often."""

from django.db import transaction
from django.utils import timezone

from catalog import stock
from kmall.database import lock_timeout
from orders import locks, transitions
from orders.limits import OverYearLimit, count_to_year, give_back_to_year
from orders.models import Order, Payment
from orders.payments.provider import Report
from orders.refund import owe_all, owe_surplus
from orders.signals import order_paid

REFILL_SECONDS = 60


@transaction.atomic
def settle(*, payment_id: int, report: Report, source: str) -> str:
    """Book what the provider reported as paid: "applied", "repeated" or "wrong_amount". Raises `Busy`.

    A paid order gets its units, taken anew if they were given up; if that fails, its money goes back.
    """
    with lock_timeout(locks.WAIT_SECONDS):
        payment = locks.payment(payment_id)
    if payment.state == Payment.State.SUCCEEDED:
        return "repeated"
    if report.amount_fen != payment.amount_fen:
        return "wrong_amount"
    _book(payment, report)
    order = payment.order
    if order.paid_at:  # by another payment
        owe_surplus(payment)
        return "applied"
    was_open = order.state == Order.State.UNPAID
    transitions.pay(order, at=payment.paid_at, payment=payment.number, source=source)
    try:
        with transaction.atomic():
            _fill(order, was_open)
    except (stock.OutOfStock, OverYearLimit) as problem:
        _cannot_fill(payment, order, was_open, type(problem).__name__)
    return "applied"


def _book(payment: Payment, report: Report) -> None:
    payment.state = Payment.State.SUCCEEDED
    payment.provider_number = report.provider_number
    payment.paid_at = report.paid_at or timezone.now()
    payment.response_raw = report.raw
    payment.next_poll_at = None
    payment.save(update_fields=["state", "provider_number", "paid_at", "response_raw", "next_poll_at"])


def _fill(order: Order, was_open: bool) -> None:
    if not was_open:
        value = order.goods_fen + order.freight_fen
        count_to_year(buyer_index=order.buyer_index, on=timezone.localdate(order.placed_at), value_fen=value)
    try:
        stock.take(reference=order.number)
    except stock.NoHold:
        lines = order.lines.values_list("sku_id", "quantity")
        stock.reserve(lines=lines, reference=order.number, seconds=REFILL_SECONDS)
        stock.take(reference=order.number)
    transitions.open_for_shipping(order)
    order_paid.send(sender=Order, order=order)


def _cannot_fill(payment: Payment, order: Order, was_open: bool, reason: str) -> None:
    if was_open:
        value = order.goods_fen + order.freight_fen
        give_back_to_year(
            buyer_index=order.buyer_index, on=timezone.localdate(order.placed_at), value_fen=value
        )
    transitions.record(order, "cannot_be_filled", reason=reason)
    transitions.call_off(order)
    owe_all(payment, reason="cannot_be_filled")
