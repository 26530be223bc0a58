"""What we hold of a partner's orders in the terms of its statement: confirmed, refunded, earned (reads).

An order counts from when the partner was told that we took it, a parcel and a refund from when it was told of
them: then the partner books it, and only then. One that was called off there before our answer came was never
booked.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from partners.models import PartnerMall, PartnerOrder, PartnerRefund

BEGINNING = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
SENT = ("first_parcel_told_at", "shipment_told_at")  # a partner books both moments


@dataclass
class Entry:
    """Figures of an order, in fen; `state` as the partner names it, empty where nobody asked."""

    paid_fen: int = 0
    refunded_fen: int = 0
    commission_fen: int = 0
    state: str = ""

    @property
    def net_fen(self) -> int:
        return self.paid_fen - self.refunded_fen - self.commission_fen


def entries(
    partner: PartnerMall,
    *,
    since: datetime.datetime = BEGINNING,
    until: datetime.datetime,
    numbers: Iterable[str] | None = None,
) -> dict[str, Entry]:
    """By the partner's number what was booked from `since` to before `until`, of all orders or of these.

    An order that was only sent in that time has an entry without figures: the partner has a row of it.
    """
    found: dict[str, Entry] = {}
    of = Q(partner=partner, state=PartnerOrder.State.PLACED) & ~Q(reason="cancelled")
    if numbers is not None:
        of &= Q(remote_id__in=list(numbers))
    confirmed = PartnerOrder.objects.filter(of, told_at__gte=since, told_at__lt=until)
    sold = confirmed.values_list("remote_id", "order__total_fen", "order__credit__commission_fen")
    for number, paid_fen, commission_fen in sold:
        found[number] = Entry(paid_fen=paid_fen, commission_fen=commission_fen or 0)
    for number, amount_fen, commission_fen in _given_back(of, since, until):
        entry = found.setdefault(number, Entry())
        entry.refunded_fen += amount_fen
        entry.commission_fen -= commission_fen
    for number in _sent(of, since, until):
        found.setdefault(number, Entry())
    return found


def states(partner: PartnerMall, *, until: datetime.datetime, numbers: Iterable[str]) -> dict[str, str]:
    """The state that the partner should have our orders in, by its number."""
    booked = entries(partner, until=until, numbers=numbers)
    rows = PartnerOrder.objects.filter(partner=partner, remote_id__in=booked)
    sent = dict(rows.values_list("remote_id", "first_parcel_told_at"))
    return {number: _state(entry, sent.get(number), until) for number, entry in booked.items()}


def _given_back(of: Q, since, until):
    rows = PartnerRefund.objects.filter(told_at__gte=since, told_at__lt=until)
    rows = rows.filter(order__in=PartnerOrder.objects.filter(of))
    lines = Coalesce(Sum("refund__lines__commission_fen"), 0)
    return rows.annotate(lost=lines).values_list("order__remote_id", "refund__amount_fen", "lost")


def _sent(of: Q, since, until):
    told = [Q((f"{moment}__gte", since), (f"{moment}__lt", until)) for moment in SENT]
    booked = PartnerOrder.objects.filter(of, told[0] | told[1], told_at__lt=until)
    return booked.values_list("remote_id", flat=True)


def _state(entry: Entry, sent_at, until) -> str:
    if entry.paid_fen and entry.refunded_fen == entry.paid_fen:
        return "refunded"
    return "shipped" if sent_at and sent_at < until else "confirmed"
