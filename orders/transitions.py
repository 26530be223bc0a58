"""The named changes of state of orders and consignments, each with its row of history.

The rows must be locked (`orders.locks`) and the caller's transaction holds what goes with the change.
"""

import datetime

from django.utils import timezone

from orders.models import Consignment, Order, OrderEvent

Of, Parcel = Order.State, Consignment.State

ORDER_CHANGES = {
    "paid": ({Of.UNPAID, Of.EXPIRED, Of.CANCELLED}, Of.PAID),  # the money may come after we gave up on it
    "expired": ({Of.UNPAID}, Of.EXPIRED),
    "cancelled": ({Of.UNPAID}, Of.CANCELLED),
    "shipped": ({Of.PAID}, Of.SHIPPED),
    "completed": ({Of.SHIPPED}, Of.COMPLETED),
    "refunded": ({Of.PAID, Of.SHIPPED, Of.COMPLETED}, Of.REFUNDED),
}
CONSIGNMENT_CHANGES = {
    "paid": ({Parcel.WAITING, Parcel.CANCELLED}, Parcel.TO_SHIP),
    "shipped": ({Parcel.TO_SHIP}, Parcel.SHIPPED),
    "received": ({Parcel.SHIPPED}, Parcel.RECEIVED),
    "cancelled": ({Parcel.WAITING, Parcel.TO_SHIP}, Parcel.CANCELLED),
    "refunded": ({Parcel.SHIPPED, Parcel.RECEIVED}, Parcel.REFUNDED),
}
SENT = {Parcel.SHIPPED, Parcel.RECEIVED}


class WrongState(Exception):
    """The change is not allowed from the state that the order or consignment is in."""

    def __init__(self, subject: Order | Consignment, change: str):
        super().__init__(f"{subject} is {subject.state}: cannot become {change}")
        self.subject, self.change = subject, change


def record(
    order: Order, kind: str, *, consignment: Consignment | None = None, actor=None, **data
) -> OrderEvent:
    """A row of history: what happened, by whom (None: by itself); `data` holds nothing personal."""
    return OrderEvent.objects.create(
        order=order, consignment=consignment, kind=kind, actor=actor, data=data, at=timezone.now()
    )


def pay(order: Order, *, at: datetime.datetime, **data) -> None:
    _change(order, "paid", paid_at=at, closed_at=None)
    record(order, "paid", **data)


def expire(order: Order) -> None:
    _change(order, "expired", closed_at=timezone.now())
    record(order, "expired")
    call_off(order)


def cancel(order: Order, *, actor) -> None:
    _change(order, "cancelled", closed_at=timezone.now())
    record(order, "cancelled", actor=actor)
    call_off(order)


def refund(order: Order, *, actor=None, **data) -> None:
    _change(order, "refunded", closed_at=timezone.now())
    record(order, "refunded", actor=actor, **data)


def open_for_shipping(order: Order) -> None:
    """All parcels of a paid order become the sellers' work."""
    for consignment in order.consignments.order_by("pk"):
        _change(consignment, "paid")


def call_off(order: Order) -> int:
    """Cancel the parcels that have not left; how many."""
    parcels = list(order.consignments.filter(state__in=CONSIGNMENT_CHANGES["cancelled"][0]).order_by("pk"))
    for consignment in parcels:
        _change(consignment, "cancelled")
    return len(parcels)


def give_up(order: Order, consignments) -> None:
    """Parcels of which nothing is left: called off, or refunded after they left. The order goes on."""
    for consignment in consignments.exclude(state__in=[Parcel.CANCELLED, Parcel.REFUNDED]).order_by("pk"):
        is_here = consignment.state in CONSIGNMENT_CHANGES["cancelled"][0]
        _change(consignment, "cancelled" if is_here else "refunded")
    _follow_parcels(order)


def ship(consignment: Consignment, *, carrier: str, tracking_number: str, actor=None) -> None:
    """A parcel leaves; with the last one, the order has been shipped."""
    _change(
        consignment, "shipped", carrier=carrier, tracking_number=tracking_number, shipped_at=timezone.now()
    )
    order = consignment.order
    record(order, "shipped", consignment=consignment, actor=actor, tracking_number=tracking_number)
    _follow_parcels(order)


def receive(consignment: Consignment, *, actor=None) -> None:
    """A parcel has arrived; with the last one, the order is completed."""
    _change(consignment, "received", received_at=timezone.now())
    order = consignment.order
    record(order, "received", consignment=consignment, actor=actor)
    _follow_parcels(order)


def _follow_parcels(order: Order) -> None:
    """Shipped when nothing is left to send, completed when nothing is under way; by parcels that count."""
    states = set(order.consignments.values_list("state", flat=True))
    if order.state == Of.PAID and not states & {Parcel.WAITING, Parcel.TO_SHIP} and states & SENT:
        _change(order, "shipped")
    if order.state == Of.SHIPPED and states & SENT == {Parcel.RECEIVED}:
        _change(order, "completed", closed_at=timezone.now())
        record(order, "completed")


def _change(subject: Order | Consignment, change: str, **fields) -> None:
    changes = ORDER_CHANGES if isinstance(subject, Order) else CONSIGNMENT_CHANGES
    allowed, state = changes[change]
    if subject.state not in allowed:
        raise WrongState(subject, change)
    subject.state = state
    for name, value in fields.items():
        setattr(subject, name, value)
    subject.save(update_fields=["state", *fields])
