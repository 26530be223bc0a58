"""Tell a partner what became of its orders, from the answer to a refund; all may be said twice (writes)."""

import datetime
import logging
from collections import Counter
from functools import partial

from django.db import transaction
from django.utils import timezone

from kmall.database import Busy
from orders import transitions
from orders.models import Order, Refund
from orders.refund import refund_order
from partners import breaker, verdict, wake
from partners.calls import Interrupted, make, next_turn
from partners.connectors import connect
from partners.connectors.connector import BadCredentials, Deferred, Fault, RequestDiffers, WrongState
from partners.models import PartnerOrder, PartnerRefund, PartnerRequest
from partners.models.inbound import DIFFERS

logger = logging.getLogger(__name__)
State = PartnerOrder.State

UNANSWERED = ("paid", "")  # as an order stands at a mall before our answer, or where it does not say
CALLED_OFF = "cancelled"  # as a mall says of an order that its shopper called off, and we of its row
CALLED_OFF_THERE = "cancelled_at_partner"
CALLED_OFF_BY_SHOPPER = "cancelled_by_shopper"
# Our reasons of a refund as partners know them; what is not here is "other".
REASONS = {
    "sold_out": "out_of_stock",
    "cannot_be_delivered": "out_of_stock",
    "damaged": "damaged",
    "lost": "lost",
    "returned": "returned",
    CALLED_OFF_BY_SHOPPER: "cancelled",
}
KEPT = ("told_at", "reason", "first_parcel_told_at")  # what telling changes, however it ends
GIVEN_BACK_THERE = (CALLED_OFF, "refunded")  # states in which the mall has nothing left to give back


class _Unanswered(Exception):
    """The mall has not worked in our answer to an order, or lost it: nothing that follows is taken yet."""


def tell_again(row: PartnerOrder, **changes) -> None:
    """There is something new to tell or to settle: the order is due now."""
    due = {"next_try_at": timezone.now(), "attempts": 0}
    PartnerOrder.objects.filter(pk=row.pk).update(**due, **changes)
    transaction.on_commit(partial(wake.orders, row.partner_id), robust=True)


def tell(row: PartnerOrder) -> None:
    """Tell the answer to an order, its shipments and refunds; what fails is due again later.

    What comes up meanwhile moves the row's next try, and is then not passed over.
    """
    partner, before = row.partner, [getattr(row, name) for name in KEPT]
    unmoved = PartnerOrder.objects.filter(pk=row.pk, next_try_at=row.next_try_at)
    if breaker.is_open(partner):
        return
    try:
        is_all = _tell(row, connect(partner))
        due = {"next_try_at": None, "attempts": 0} if is_all else _later(row, _after_wait(row))
    except _Unanswered:
        row.told_at = None  # so that the answer is told once more, and then the rest
        due = _later(row, _after_wait(row))
    except (Busy, transitions.WrongState):  # of our order, which is called off there: the next try undoes it
        due = _later(row, _after_wait(row))
    except Interrupted:
        due = _later(row, next_turn(partner), is_try=False)
    except Fault as fault:
        at = verdict.of_fault(partner, fault, row.attempts)
        due = _later(row, at, is_try=not isinstance(fault, Deferred | BadCredentials))
    _keep(row, before)
    unmoved.update(shipment_told_at=row.shipment_told_at, **due)


def _after_wait(row: PartnerOrder) -> datetime.datetime:
    return timezone.now() + verdict.backoff(row.attempts)


def _later(row: PartnerOrder, at: datetime.datetime, *, is_try: bool = True) -> dict:
    return {"next_try_at": at, "attempts": min(row.attempts + is_try, 30_000)}


def _keep(row: PartnerOrder, before: list) -> None:
    """Write what telling it has changed, and nothing over what somebody else wrote meanwhile."""
    changed = [name for name, old in zip(KEPT, before, strict=True) if getattr(row, name) != old]
    if changed:
        row.save(update_fields=changed)


def _tell(row: PartnerOrder, connector) -> bool:
    """False where the mall does not take a refund, and may yet."""
    if row.state == State.PLACED and row.reason.startswith(DIFFERS):
        row.reason = ""
    if row.told_at is None and row.state == State.REFUSED:
        reason, _, text = row.reason.partition(": ")
        _state_there(row, connector.refuse, reason, text)
    elif row.told_at is None:
        _state_there(row, connector.confirm, row.order.number)
    row.told_at = row.told_at or timezone.now()
    for request in row.requests.exclude(answer="").filter(told_at=None):
        _tell_answer(row, request, connector)
    parcels = _parcels(row) if row.shipment_told_at is None else []
    if parcels and not _state_there(row, connector.ship, parcels):
        row.shipment_told_at = timezone.now()
        row.first_parcel_told_at = row.first_parcel_told_at or row.shipment_told_at
    is_all = True
    for told in row.refunds.filter(told_at=None).select_related("refund", "request"):
        stands = _state_there(row, connector.refund, _refund(row, told.refund) | _answering(told.request))
        if stands in ("", *GIVEN_BACK_THERE):
            PartnerRefund.objects.filter(pk=told.pk).update(told_at=timezone.now())
        else:
            is_all = False
    return is_all


def _state_there(row: PartnerOrder, call, *what, **more) -> str:
    """Tell one thing. Empty where it was taken, else how the order stands there: the rest is told all the
    same.
    """
    try:
        make(row.partner, call, row.remote_id, *what, **more)
    except WrongState as wrong:
        _settle_differing(row, wrong)
        return wrong.state
    return ""


def _tell_answer(row: PartnerOrder, request: PartnerRequest, connector) -> None:
    """Where the request meanwhile stands otherwise there, the answer is void and a person looks."""
    accept = request.answer == PartnerRequest.Answer.ACCEPT
    try:
        if _state_there(row, connector.answer, request.remote_id, accept=accept, text=request.message):
            return
    except RequestDiffers as differs:
        logger.error("request %s of partner order %s is %s there", request.pk, row.pk, differs.state)
        request.problem = PartnerRequest.Problem.CROSSED
    request.told_at = timezone.now()
    request.save(update_fields=["told_at", "problem"])


def _answering(request: PartnerRequest | None) -> dict:
    """What was called off goes back all the same if the request is void: then it answers none."""
    if request is None or request.problem == PartnerRequest.Problem.CROSSED:
        return {}
    return {"request_no": request.remote_id}


def _settle_differing(row: PartnerOrder, wrong: WrongState) -> None:
    """The order stands otherwise at the partner. One called off there is called off here as well, and what
    is given back on both sides is well; all else is for a person to look at.
    """
    if wrong.state in UNANSWERED:
        logger.warning("partner order %s is not answered there, it is told again", row.pk)
        raise _Unanswered from wrong
    row.told_at = row.told_at or timezone.now()
    if wrong.state == CALLED_OFF:
        row.reason = wrong.state
        if row.order_id:
            refund_order(order_id=row.order_id, reason=CALLED_OFF_THERE)
    elif wrong.state != "refunded" or not row.order_id or row.order.state != Order.State.REFUNDED:
        row.reason = f"{DIFFERS}: {wrong.state}"[:300]
        logger.error("partner order %s is %s there and %s here", row.pk, wrong.state, row.state)


def _parcels(row: PartnerOrder) -> list[dict]:
    """What has left, with the units that were in it: what was called off before was not."""
    if row.order is None:
        return []
    sent = row.order.consignments.exclude(shipped_at=None).order_by("pk")
    return [
        {
            "parcel_no": consignment.number,
            "carrier": consignment.carrier,
            "tracking_number": consignment.tracking_number,
            "shipped_at": timezone.localtime(consignment.shipped_at).isoformat(timespec="seconds"),
            "lines": [
                {"out_sku_id": row.name_of(sku_id), "quantity": packed}
                for sku_id, packed in _packed(consignment).items()
            ],
        }
        for consignment in sent
    ]


def _packed(consignment) -> Counter[int]:
    """Units of each SKU in a parcel that was sent, in the order of its lines."""
    packed: Counter[int] = Counter()
    for line in consignment.lines.order_by("pk"):
        packed[line.sku_id] += line.packed_quantity
    return +packed


def _refund(order: PartnerOrder, refund: Refund) -> dict:
    """A refund as partners are told it: by SKU, of which our order may have several lines."""
    units: Counter[int] = Counter()
    fen: Counter[int] = Counter()
    for row in refund.lines.select_related("line"):
        units[row.line.sku_id] += row.quantity
        fen[row.line.sku_id] += row.amount_fen
    return {
        "refund_no": refund.number,
        "refund_fen": refund.amount_fen,
        "reason": REASONS.get(refund.reason, "other"),
        "message": "",
        "lines": [
            {"out_sku_id": order.name_of(sku_id), "quantity": quantity, "refund_fen": fen[sku_id]}
            for sku_id, quantity in units.items()
        ],
    }
