"""Units that came to a mall's depot behind the refund of their request: a person has them refunded (writes).

The program does not by itself: the mall may have counted anew what it told before.
"""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from kmall.database import lock_timeout
from orders import locks as order_locks
from orders.give_back import shares_of
from orders.models import OrderLine, RefundLine
from orders.refund import NothingLeft
from partners import locks
from partners.models import PartnerRequest
from partners.requests import NothingToTickOff, by_parcel, give_back, tick_off, units_received


class NotAsShown(Exception):
    """Another sum is to be given back than the person saw."""


@dataclass(frozen=True)
class Further:
    """Units that are not given back yet by our lines, the lines by parcel, and what they are worth in fen."""

    parcels: dict[int, dict[int, int]]
    amount_fen: int


def further(request: PartnerRequest) -> Further:
    """What the depot has of it more than was given back for it, or by hand as returned."""
    parcels = by_parcel(request, _units(request))
    lines = OrderLine.objects.filter(consignment__in=parcels).select_related("consignment")
    worth = [
        share.amount_fen
        for parcel, units in parcels.items()
        for share in shares_of(lines.filter(consignment=parcel).order_by("product", "sku"), units)
    ]
    return Further(parcels, sum(worth))


@transaction.atomic
def refund_further(request_id: int, *, amount_fen: int, actor) -> None:
    """Give it back and tick the request off, once. `amount_fen`: what the person saw of it.

    Raises `NothingToTickOff` where somebody was quicker, `NotAsShown`, `NothingLeft`, `WrongState` or `Busy`.
    """
    order_id = PartnerRequest.objects.values_list("order__order", flat=True).get(pk=request_id)
    if order_id is None:  # nothing was sold, so nothing is refunded
        raise NothingToTickOff(request_id)
    with lock_timeout(order_locks.WAIT_SECONDS):
        order_locks.order(order_id)
        request = locks.request(request_id)
    if request.problem != PartnerRequest.Problem.MORE_CAME or request.settled_at:
        raise NothingToTickOff(request)
    found = further(request)
    if not found.parcels:
        raise NothingLeft(request)
    if found.amount_fen != amount_fen:
        raise NotAsShown(request)
    give_back(request, found.parcels, turn=request.refunds.count(), actor=actor)
    tick_off(request_id, actor=actor)


def _units(request: PartnerRequest) -> Counter[str]:
    """By the mall's numbers. What a person refunded by hand as returned is taken for these units."""
    came = units_received(request)
    of_it = Q(refund__partner_refund__request=request) | Q(refund__partner_refund__request=None)
    given = RefundLine.objects.filter(of_it, refund__order=request.order.order_id, refund__reason="returned")
    for row in given.select_related("line"):
        came[request.order.name_of(row.line.sku_id)] -= row.quantity
    return +came
