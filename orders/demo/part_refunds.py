"""A few orders of the year of which a part went back: a parcel sold out, a unit broken, a parcel returned."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from catalog.models import StockMovement
from kmall.copying import Table
from kmall.demo import Mall, step
from orders.give_back import Share, share_of, shares_of
from orders.models import Consignment, Order, OrderEvent, OrderLine, Refund, RefundLine

Of, Parcel = Order.State, Consignment.State
EVERY = {"sold_out": 5, "returned": 40, "damaged": 40}  # one in so many orders to which it can happen


@dataclass
class Fate:
    """What becomes of a parcel or of one unit of it. `after`: hours."""

    reason: str
    shares: list[Share]
    after: tuple[int, int]
    is_restocked: bool = False
    is_uncounted: bool = False


def write(mall: Mall) -> None:
    """Refunds of parts among the orders that are there, with all that goes with them."""
    chance, tables, met = mall.chance("part refunds"), Tables(mall.now), Counter()
    for order in _orders():
        fate = _fate_of(order)
        if fate is None or not (times := _times(fate, order, mall.now, chance)):
            continue
        met[fate.reason] += 1
        if met[fate.reason] % EVERY[fate.reason] == 1:
            tables.add(order, fate, *times)
    tables.close()


def _fate_of(order: Order) -> Fate | None:
    """What could become of an order; only every so many-th of them meets it."""
    parcels = list(order.consignments.all())
    lines = [line for parcel in parcels for line in parcel.lines.all()]
    if order.state == Of.PAID and len(parcels) > 1:
        return Fate("sold_out", shares_of(parcels[0].lines.all()), (1, 12), is_uncounted=True)
    if order.state == Of.COMPLETED and len(parcels) > 1:
        return Fate("returned", shares_of(parcels[-1].lines.all()), (90, 400), True, True)
    if order.state == Of.COMPLETED and (several := [line for line in lines if line.quantity > 1]):
        return Fate("damaged", [share_of(several[0], 1)], (20, 150))
    return None


def _times(fate: Fate, order: Order, now, chance):
    """When it was decided and paid; None if that is still to come."""
    parcel = fate.shares[0].line.consignment
    decided = (parcel.received_at or order.paid_at) + timedelta(hours=chance.randint(*fate.after))
    done = decided + timedelta(seconds=chance.randint(20, 200))
    return (decided, done) if done < now else None


def _orders():
    several = OrderLine.objects.filter(quantity__gt=1).values("order")
    parcels = Consignment.objects.values("order").annotate(n=Count("pk")).filter(n__gt=1).values("order")
    found = Order.objects.filter(Q(pk__in=several) | Q(pk__in=parcels), state__in=[Of.PAID, Of.COMPLETED])
    found = found.only("number", "state", "paid_at").order_by("pk")  # nothing sealed is opened
    return found.prefetch_related("consignments__lines__consignment", "payments")


class Tables:
    """Rows to copy, and rows of orders, lines and parcels to change."""

    def __init__(self, now):
        self.now = now
        self.copied = {
            model: Table(model, now=now) for model in (Refund, RefundLine, OrderEvent, StockMovement)
        }
        self.orders, self.lines, self.parcels = [], [], []

    def add(self, order: Order, fate: Fate, decided, done) -> None:
        parcel = fate.shares[0].line.consignment
        payment = next(iter(order.payments.all()), None)
        facts = {
            "number": f"R{payment.number if payment else order.number}",
            "amount_fen": sum(share.amount_fen for share in fate.shares),
        }
        refund = self.copied[Refund].add(
            order_id=order.pk,
            payment_id=payment and payment.pk,
            consignment_id=parcel.pk,
            reason=fate.reason,
            state=Refund.State.DONE,
            attempts=1 if payment else 0,
            created_at=decided,
            done_at=done,
            **facts,
        )
        for share in fate.shares:
            self._line(refund, share, fate, order, decided)
        self._history(order, parcel, fate, decided, done, facts)
        order.promised_fen = order.refunded_fen = facts["amount_fen"]
        self.orders.append(order)
        if fate.reason != "damaged":  # the whole parcel
            parcel.state = Parcel.REFUNDED if parcel.shipped_at else Parcel.CANCELLED
            self.parcels.append(parcel)

    def _line(self, refund: int, share: Share, fate: Fate, order: Order, at) -> None:
        line, was_sent = share.line, share.line.consignment.shipped_at is not None
        self.copied[RefundLine].add(
            refund_id=refund,
            line_id=line.pk,
            quantity=share.quantity,
            was_sent=was_sent,
            is_restocked=fate.is_restocked,
            is_uncounted=fate.is_uncounted,
            **share.figures,
        )
        if fate.is_restocked:
            moved = {"sku_id": line.sku_id, "reference": order.number, "reason": "return"}
            self.copied[StockMovement].add(**moved, delta=share.quantity, at=at)
        line.refunded_quantity += share.quantity
        line.called_off_quantity += 0 if was_sent else share.quantity
        self.lines.append(line)

    def _history(self, order: Order, parcel: Consignment, fate: Fate, decided, done, facts) -> None:
        event = {"order_id": order.pk, "consignment_id": parcel.pk}
        data = {"refund": facts["number"], "amount_fen": facts["amount_fen"]}
        events = self.copied[OrderEvent]
        events.add(**event, kind="refund_due", at=decided, data=data | {"reason": fate.reason})
        events.add(**event, kind="part_refunded", at=done, data=data)

    def close(self) -> None:
        for table in self.copied.values():
            table.close()
        Order.objects.bulk_update(self.orders, ["promised_fen", "refunded_fen"])
        OrderLine.objects.bulk_update(self.lines, ["refunded_quantity", "called_off_quantity"])
        Consignment.objects.bulk_update(self.parcels, ["state"])


@step(55, "commission of what was refunded")
def take_back_commission(mall: Mall) -> None:
    """The commissions came after the orders: what was given back earns none."""
    rows = RefundLine.objects.filter(line__commission_fen__gt=0).select_related("line")
    for row in rows:
        line = row.line
        line.refunded_quantity = 0  # no demo line is refunded twice
        row.commission_fen = share_of(line, row.quantity).commission_fen
    RefundLine.objects.bulk_update(rows, ["commission_fen"])
