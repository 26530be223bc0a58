"""Decides that money goes back: an order's, a parcel's or some units' of it. `orders.repay` pays it.

The debt is a row in the transaction that decides; what stands behind its sums is in docs/money.md, Refunds.
Units that cost nothing are called off or taken back all the same, and are no debt.
"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import stock
from kmall.database import lock_timeout, on_violation
from kmall.models import AuditEntry
from orders import locks, transitions
from orders.dispatch import clear_obstacle
from orders.give_back import Share, TooMany, shares_of
from orders.limits import give_back_to_year
from orders.models import Consignment, Order, OrderLine, Payment, Refund, RefundLine
from orders.signals import order_refunded

SURPLUS = "paid_twice"  # money that was never part of the order's total
# Why a person gives money back. Other reasons are the program's own.
REASONS = {
    "sold_out": _("sold out"),
    "damaged": _("goods damaged"),
    "lost": _("lost on the way"),
    "returned": _("returned by the shopper"),
    "other": _("another reason"),
}


class NothingLeft(Exception):
    """All of it is refunded, or is about to be."""


class ChangedMeanwhile(Exception):
    """The parcel stands otherwise than the person saw who decided: it was sent, or part of it refunded."""

    def __init__(self, consignment: Consignment):
        super().__init__(f"{consignment} is {consignment.state}")
        self.consignment = consignment


@transaction.atomic
def refund_order(*, order_id: int, reason: str, actor=None) -> Order:
    """Call off what has not left and give back all that is left of the order; again, it changes nothing.

    Units that have not left return to the buyer's year, and to stock unless their seller reported them as
    missing. What a partner collected, the partner gives back: such an order is refunded at once. Raises
    `WrongState` or `Busy`.
    """
    with lock_timeout(locks.WAIT_SECONDS):
        order = locks.order(order_id)
    shares = shares_of(_lines(order))
    if not shares:
        return order
    _require_refundable(order, shares)
    _call_off(order, shares, reason=reason, actor=actor)
    return order


@transaction.atomic
def call_off_unsent(*, order_id: int, reason: str, actor=None) -> Refund | None:
    """Give back what has not left of an order; its other parcels go on. None if it cost nothing.

    Raises `NothingLeft` where all has left or is given back, `WrongState` or `Busy`.
    """
    with lock_timeout(locks.WAIT_SECONDS):
        order = locks.order(order_id)
    shares = [share for share in shares_of(_lines(order)) if not_sent(share)]
    if not shares:
        raise NothingLeft(order)
    _require_refundable(order, shares)
    return _call_off(order, shares, reason=reason, actor=actor)


@transaction.atomic
def refund_consignment(
    *,
    consignment_id: int,
    reason: str,
    is_back: bool,
    is_customs_return: bool = False,
    quantities: Mapping[int, int] | None = None,
    key: str = "",
    seen: tuple[str, int | None] | None = None,
    actor=None,
) -> Refund | None:
    """Give back a parcel, or units of its lines ({line key: units}); the same `key` is the same refund. None
    if they cost nothing.

    `is_back`: the goods are on the seller's shelf, so they are for sale again. What was never sent leaves the
    buyer's year, and what was sent only if customs accepted its return (财关税〔2016〕18号 §5).
    `seen`: state and amount in fen that the person decided upon. Raises `NothingLeft`, `TooMany`,
    `ChangedMeanwhile`, `WrongState` or `Busy`.
    """
    with lock_timeout(locks.WAIT_SECONDS):
        consignment = locks.consignment(consignment_id)
    order = consignment.order
    if key and (again := order.refunds.filter(key=key).first()):
        return again
    shares = _shares_left(order, consignment, quantities)
    _require_refundable(order, shares)
    if seen and seen != (consignment.state, sum(share.amount_fen for share in shares)):
        raise ChangedMeanwhile(consignment)
    return _decide(
        order,
        shares,
        reason=reason,
        restock=lambda share: is_back,
        uncount=lambda share: not_sent(share) or is_customs_return,
        actor=actor,
        consignment=consignment,
        key=key,
    )


def owe_all(payment: Payment, *, reason: str) -> Refund:
    """A paid order gives all back whose units were never taken; inside the transaction that finds so."""
    shares = shares_of(_lines(payment.order))
    return _promise(
        payment.order, shares, reason=reason, restock=lambda share: False, uncount=lambda share: True
    )


def owe_surplus(payment: Payment) -> Refund:
    """The order was paid by another payment: this one goes back, and is none of the order's money."""
    return _owe(payment.order, payment, amount_fen=payment.amount_fen, reason=SURPLUS)


def book(refund: Refund, *, actor=None) -> None:
    """The money has gone back: count it, and end the order with the last of it. The rows are locked."""
    order = refund.order
    Order.objects.filter(pk=order.pk).update(refunded_fen=F("refunded_fen") + refund.amount_fen)
    order.refunded_fen += refund.amount_fen
    facts = {"refund": refund.number, "amount_fen": refund.amount_fen}
    if order.refunded_fen == order.total_fen:
        transitions.refund(order, actor=actor, **facts)
    else:
        transitions.record(order, "part_refunded", consignment=refund.consignment, actor=actor, **facts)
    order_refunded.send(sender=Order, order=order, refund=refund)


def not_sent(share: Share) -> bool:
    return share.line.consignment.shipped_at is None


def _is_on_shelf(share: Share) -> bool:
    return not_sent(share) and not share.line.consignment.is_goods_missing


def _call_off(order: Order, shares: list[Share], *, reason: str, actor) -> Refund | None:
    return _decide(order, shares, reason=reason, restock=_is_on_shelf, uncount=not_sent, actor=actor)


def _decide(
    order: Order, shares: list[Share], *, reason: str, restock, uncount, actor, **of_parcel
) -> Refund | None:
    refund = _promise(order, shares, reason=reason, restock=restock, uncount=uncount, **of_parcel)
    facts = {"refund": refund.number, "amount_fen": refund.amount_fen} if refund else {}
    kind, parcel = "refund_due" if refund else "nothing_due", of_parcel.get("consignment")
    transitions.record(order, kind, consignment=parcel, actor=actor, reason=reason, **facts)
    if actor:
        data = {"reason": reason} | facts
        AuditEntry.objects.create(actor=actor, action="refund", subject=f"orders.order:{order.pk}", data=data)
    _follow_up(order, shares, restock=restock, uncount=uncount)
    for consignment in {share.line.consignment for share in shares}:
        clear_obstacle(consignment)
    if refund and refund.payment is None:
        refund.state, refund.done_at = Refund.State.DONE, timezone.now()
        refund.save(update_fields=["state", "done_at"])
        book(refund, actor=actor)
    return refund


def _require_refundable(order: Order, shares: list[Share]) -> None:
    """Also of an order whose money is all given back, what cost nothing can be."""
    allowed = transitions.ORDER_CHANGES["refunded"][0]
    if not any(share.amount_fen for share in shares):
        allowed = allowed | {Order.State.REFUNDED}
    if order.state not in allowed:
        raise transitions.WrongState(order, "refunded")


def _lines(order: Order, **of) -> list[OrderLine]:
    return list(order.lines.filter(**of).select_related("consignment").order_by("product", "sku"))


def _shares_left(order: Order, consignment: Consignment, quantities) -> list[Share]:
    lines = _lines(order, consignment=consignment)
    if not any(line.left_quantity for line in lines):
        raise NothingLeft(consignment)
    if quantities is not None and (strange := quantities.keys() - {line.pk for line in lines}):
        raise ValueError(f"lines of another parcel: {strange}")
    shares = shares_of(lines, quantities)
    if not shares:
        raise NothingLeft(consignment)
    return shares


def _promise(order: Order, shares: list[Share], **how) -> Refund | None:
    """The debt, if there is one; from here on nobody else can give these units back."""
    amount_fen = sum(share.amount_fen for share in shares)
    refund = _owe_lines(order, shares, amount_fen=amount_fen, **how) if amount_fen else None
    for share in shares:
        with on_violation("line_refunded_within_quantity", TooMany(share.line, share.quantity, 0)):
            OrderLine.objects.filter(pk=share.line.pk).update(
                refunded_quantity=F("refunded_quantity") + share.quantity,
                called_off_quantity=F("called_off_quantity") + not_sent(share) * share.quantity,
            )
    if refund:
        with on_violation("order_refunds_within_what_was_paid", NothingLeft(order)):
            Order.objects.filter(pk=order.pk).update(promised_fen=F("promised_fen") + amount_fen)
    return refund


def _owe_lines(order: Order, shares: list[Share], *, restock, uncount, **fields) -> Refund:
    payment = order.payments.filter(state=Payment.State.SUCCEEDED).exclude(refunds__reason=SURPLUS).first()
    refund = _owe(order, payment, **fields)
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            line=share.line,
            quantity=share.quantity,
            **share.figures,
            was_sent=not not_sent(share),
            is_restocked=restock(share),
            is_uncounted=uncount(share),
        )
        for share in shares
    )
    return refund


def _owe(order: Order, payment: Payment | None, **fields) -> Refund:
    """One number for a payment's first refund, and one more for each further one."""
    base = f"R{payment.number if payment else order.number}"
    before = (payment or order).refunds.count()
    return Refund.objects.create(
        order=order,
        payment=payment,
        number=f"{base}-{before + 1}" if before else base,
        next_try_at=timezone.now() if payment else None,
        **fields,
    )


def _follow_up(order: Order, shares: list[Share], *, restock, uncount) -> None:
    """Buyer's year, stock and parcels."""
    freed_fen = sum(share.value_fen for share in shares if uncount(share))
    if freed_fen:
        on = timezone.localdate(order.placed_at)
        give_back_to_year(buyer_index=order.buyer_index, on=on, value_fen=freed_fen)
    if back := [(share.line.sku_id, share.quantity) for share in shares if restock(share)]:
        stock.restock(lines=back, reason="return", reference=order.number)
    kept = order.lines.filter(refunded_quantity__lt=F("quantity")).values("consignment")
    transitions.give_up(order, order.consignments.exclude(pk__in=kept))
