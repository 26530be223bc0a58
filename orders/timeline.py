"""What has happened to a parcel, what happens now and what comes: the order page's timeline."""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from kmall.money import format_cny
from orders.dispatch import carrier_name
from orders.models import Consignment, Order

# Days after payment by which a step is usually done; a parcel that has been sent counts from there.
DAYS_TO_SEND = 2
DAYS_TO_RELEASE = 5
DAYS_TO_DOOR = 8


@dataclass(frozen=True)
class Step:
    """`state`: done, now or todo. `at` when it happened, `expected` a day for what is to come."""

    state: str
    title: str
    text: str = ""
    at: datetime.datetime | None = None
    expected: datetime.date | None = None


@dataclass(frozen=True)
class Leg:
    """A part of the way (Korea, customs, China): its steps newest first, and a line for the strip above."""

    code: str
    name: str
    state: str
    text: str
    steps: list[Step] = field(default_factory=list)

    @property
    def icon(self) -> str:
        return (
            "check"
            if self.state == "done"
            else {"customs": "customs", "china": "truck"}.get(self.code, "box")
        )


@dataclass(frozen=True)
class Timeline:
    title: str
    text: str
    legs: list[Leg]

    @property
    def newest_first(self) -> list[Leg]:
        return list(reversed(self.legs))


def timeline(order: Order, consignment: Consignment) -> Timeline:
    """The way of one parcel of an order."""
    if order.state in (Order.State.EXPIRED, Order.State.CANCELLED, Order.State.REFUNDED):
        return _closed(order)
    if order.state == Order.State.UNPAID:
        return _unpaid(order)
    back = [refund for refund in order.refunds.all() if refund.consignment_id == consignment.pk]
    if consignment.state in (Consignment.State.CANCELLED, Consignment.State.REFUNDED):
        return _given_back(order, consignment, back)
    return _on_its_way(order, consignment, back)


def _closed(order) -> Timeline:
    titles = {
        Order.State.EXPIRED: (_("Expired"), _("It was not paid in time; nothing is owed.")),
        Order.State.CANCELLED: (_("Cancelled"), _("The order was cancelled; nothing is owed.")),
        Order.State.REFUNDED: (_("Refunded"), _("The money goes back the way it came, within a few days.")),
    }
    title, text = titles[order.state]
    steps = [Step("now", title, text, at=order.closed_at)]
    if order.paid_at:
        steps.append(_paid_step(order))
    steps.append(Step("done", _("Ordered"), at=order.placed_at))
    return Timeline(title, text, [Leg("korea", _("Korea"), "now", title, steps)])


def _given_back(order, consignment, back) -> Timeline:
    """A parcel of which all goes back, with the order's other parcels on their way or not."""
    is_done = bool(back) and all(refund.done_at for refund in back)
    title = _("Refunded") if is_done else _("Being refunded")
    if not back:
        text = _("The goods cannot be sent after all. The whole sum goes back by itself.")
    else:
        amount = format_cny(sum(refund.amount_fen for refund in back))
        text = _("%(amount)s of this parcel goes back the way it came.") % {"amount": amount}
    steps = _refund_steps(back) or [Step("now", title, text)]
    if consignment.shipped_at:
        steps.append(_sent_step(consignment, None))
    steps += [_paid_step(order), Step("done", _("Ordered"), at=order.placed_at)]
    return Timeline(title, text, [Leg("korea", _("Korea"), "now", title, steps)])


def _refund_steps(back) -> list[Step]:
    """Newest first; a refund that the provider has not confirmed yet is what happens now."""
    return [
        Step(
            "done" if refund.done_at else "now",
            _("Refunded") if refund.done_at else _("Being refunded"),
            format_cny(refund.amount_fen),
            at=refund.done_at or refund.created_at,
        )
        for refund in sorted(back, key=lambda refund: -refund.pk)
    ]


def _unpaid(order) -> Timeline:
    until = timezone.localtime(order.expires_at)
    text = _("Please pay by %(time)s; until then the goods are held for you.") % {"time": f"{until:%H:%M}"}
    steps = [
        Step("now", _("Waiting for payment"), text),
        Step("done", _("Ordered"), at=order.placed_at),
    ]
    return Timeline(_("Waiting for payment"), text, [Leg("korea", _("Korea"), "now", _("to be paid"), steps)])


def _on_its_way(order, consignment, back) -> Timeline:
    State = Consignment.State
    sent, received = consignment.shipped_at, consignment.received_at
    start = timezone.localtime(sent or order.paid_at).date()
    lead = DAYS_TO_SEND if sent else 0  # counted from dispatch, the days up to it are over
    today = timezone.localdate()  # what is late is expected today, never in the past
    day = {
        days: max(start + datetime.timedelta(days=days - lead), today)
        for days in (DAYS_TO_SEND, DAYS_TO_RELEASE, DAYS_TO_DOOR)
    }
    state = "done" if received else "now" if consignment.state == State.SHIPPED else "todo"
    korea = [_sent_step(consignment, day[DAYS_TO_SEND]), *_refund_steps(back)]
    korea = sorted(korea, key=lambda step: (step.at is not None, -_seconds(step.at)))
    korea.append(_paid_step(order))
    customs = [
        Step(
            "done" if received else "todo",
            _("Released by customs"),
            "" if received else _("usually within 1 to 2 days"),
            expected=None if received else day[DAYS_TO_RELEASE],
        ),
    ]
    if state == "now":
        customs.append(
            Step(
                "now",
                _("On the way to customs"),
                _("Order, payment and waybill are declared together. Nothing needs to be done."),
            )
        )
    china = [
        Step(
            "done" if received else "todo",
            _("Received") if received else _("Delivery to %(city)s") % {"city": _city(order)},
            at=received,
            expected=None if received else day[DAYS_TO_DOOR],
        )
    ]
    legs = [
        Leg("korea", _("Korea"), "done" if sent else "now", _date_text(sent) or _("being packed"), korea),
        Leg(
            "customs",
            _("Customs"),
            state,
            {"now": _("under way"), "done": _("released")}.get(state, ""),
            customs,
        ),
        Leg("china", _("China"), "done" if received else "todo", _date_text(received) or _("to come"), china),
    ]
    return Timeline(_title(consignment), _arrival(order, day[DAYS_TO_DOOR], received), legs)


def _seconds(at) -> float:
    return at.timestamp() if at else 0


def _sent_step(consignment, expected) -> Step:
    if consignment.shipped_at:
        text = f"{carrier_name(consignment.carrier)} {consignment.tracking_number}".strip()
        return Step("done", _("Sent by the seller"), text, at=consignment.shipped_at)
    text = _("%(seller)s is packing your goods.") % {"seller": consignment.seller.name}
    return Step("now", _("Being packed"), text, expected=expected)


def _paid_step(order) -> Step:
    return Step("done", _("Paid"), format_cny(order.total_fen), at=order.paid_at)


def _title(consignment) -> str:
    State = Consignment.State
    return {
        State.TO_SHIP: _("To be sent"),
        State.SHIPPED: _("On its way"),
        State.RECEIVED: _("Received"),
        State.CANCELLED: _("Cancelled"),
    }.get(consignment.state, _("Paid"))


def _arrival(order, day, received) -> str:
    if received:
        return _("Thank you. We hope that it gives you joy.")
    return _("Expected in %(city)s by %(date)s") % {"city": _city(order), "date": _date_text(day)}


def _city(order) -> str:
    return order.province if order.city in ("市辖区", "县") or not order.city else order.city


def _date_text(moment) -> str:
    """12月3日, 12월 3일."""
    if moment is None:
        return ""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime.datetime) else moment
    # Translators: month and day, 12月3日 / 12월 3일
    return _("%(month)s/%(day)s") % {"month": day.month, "day": day.day}
