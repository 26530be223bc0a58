"""What a partner's shoppers ask of orders: called off by what has left, returned by a person's word.

Rows are locked in the order of docs/concurrency.md: our order, the partner's, the request (writes).
"""

import datetime
import json
from collections import Counter

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kmall.database import lock_timeout
from orders import locks as order_locks
from orders.models import Consignment, OrderLine, Refund
from orders.refund import NothingLeft, call_off_unsent, refund_consignment
from partners import locks
from partners.connectors.reading import Misread, Told, require_units, zoned
from partners.models import PartnerOrder, PartnerRefund, PartnerRequest
from partners.reply import CALLED_OFF_BY_SHOPPER, tell_again
from partners.trail import note

Kind, Stands, Answer, Problem = (
    PartnerRequest.Kind,
    PartnerRequest.Stands,
    PartnerRequest.Answer,
    PartnerRequest.Problem,
)
# To the partner's shopper, in its language.
CALLED_OFF = "尚未发出的商品已取消，款项将原路退回。"
HAS_LEFT = "包裹已经寄出，签收后可以申请退货。"


class AnsweredBefore(Exception):
    """The request has an answer, or is no longer open at the partner."""


class NothingToTickOff(Exception):
    """The request has no problem, or somebody ticked it off before."""


@transaction.atomic
def take(row: PartnerOrder, order: dict) -> bool:
    """Note a telling of an order with what its shopper asks. False if it is not newer than one before.

    A request that has a time of its own goes by that, since a file may be late; another goes by the order's,
    and of an older telling is only taken if it was not known.
    """
    at = told_at(order)
    known = PartnerOrder.objects.filter(pk=row.pk)
    older = Q(remote_updated_at=None) | Q(remote_updated_at__lt=at)
    is_newer = not at or bool(known.filter(older).update(remote_updated_at=at))
    requests = [asked for asked in order.get("requests", []) if _is_news(row, asked, is_newer)]
    for asked in requests:
        _keep(row, asked)
    if requests or is_newer:
        _follow(row)
    return is_newer


def _is_news(row: PartnerOrder, asked: dict, is_order_newer: bool) -> bool:
    before = _known(row, asked).first()
    if before is None:
        return True
    at = _time("changed_at", asked)
    return at > before.remote_updated_at if at and before.remote_updated_at else is_order_newer


def _follow(row: PartnerOrder) -> None:
    """What there is to do once something was asked."""
    _mark_crossed(row)
    if row.order_id is None:
        row.requests.update(problem=Problem.NO_ORDER)
    elif _due(row).exists():
        tell_again(row)


def told_at(order: dict) -> datetime.datetime | None:
    """The partner's time of a telling; None where it gives none, and then no telling is older than another.

    Raises `Misread` for what is no time.
    """
    return _time("updated_at", order)


def _time(name: str, told: dict) -> datetime.datetime | None:
    return zoned(name, told[name]) if told.get(name) else None


def settle(row: PartnerOrder) -> None:
    """Answer and refund what can be without a person; again, it changes nothing. Raises `Busy`."""
    for request in _due(row):
        if request.kind == Kind.CANCEL:
            _answer_cancel(request.pk, row.order_id)
        else:
            _refund_received(request.pk, row.order_id)


@transaction.atomic
def answer_return(*, request_id: int, answer: str, message: str, actor) -> PartnerRequest:
    """A person's word on a return (a value of `PartnerRequest.Answer`). Raises `AnsweredBefore`."""
    request = locks.request(request_id)
    if not PartnerRequest.objects.waiting().filter(pk=request_id).exists():
        raise AnsweredBefore(request)
    _answer(request, answer, message, actor)
    tell_again(request.order)
    return request


@transaction.atomic
def tick_off(request_id: int, *, actor) -> None:
    """A person has done what there was to do about its problem. Raises `NothingToTickOff`."""
    request = locks.request(request_id)
    if not PartnerRequest.objects.to_look_at().filter(pk=request_id).exists():
        raise NothingToTickOff(request)
    request.settled_at, request.settled_by = timezone.now(), actor
    request.save(update_fields=["settled_at", "settled_by"])
    note(request.order.partner, "request_ticked_off", actor=actor, request=request.remote_id)


def _mark_crossed(row: PartnerOrder) -> None:
    """The mall's staff accepted what we rejected, maybe after they heard of it."""
    rejected = row.requests.filter(answer=Answer.REJECT, told_at__isnull=False, problem="")
    rejected.filter(stands__in=[Stands.ACCEPTED, Stands.RECEIVED]).update(problem=Problem.CROSSED)


def _known(row: PartnerOrder, asked: dict) -> QuerySet[PartnerRequest]:
    """The request that is told of, if it was told of before."""
    return row.requests.filter(remote_id=str(asked["request_no"])[:80])


def _keep(row: PartnerOrder, asked: dict) -> None:
    told = asked.text if isinstance(asked, Told) else json.dumps(asked, ensure_ascii=False)
    received = _units("received", asked.get("received", []), least=0)
    _mark_late_units(row, asked, received)
    if asked["state"] == Stands.RECEIVED:  # goods that came after somebody ticked it off
        ticked = _known(row, asked).exclude(problem="")
        ticked.exclude(stands=Stands.RECEIVED).update(settled_at=None, settled_by=None)
    news = {
        "told": told,
        "stands": Stands(asked["state"]),
        "received": received,
        "is_customs_return": bool(asked.get("customs_return")),
        "remote_updated_at": _time("changed_at", asked),
    }
    PartnerRequest.objects.update_or_create(
        order=row,
        remote_id=str(asked["request_no"])[:80],
        defaults=news,
        create_defaults=news
        | {
            "kind": Kind(asked["kind"]),
            "words": str(asked.get("reason", "")),
            "lines": _units("lines", asked["lines"], least=1),
            "asked_at": zoned("asked_at", asked["asked_at"]),
        },
    )
    # its words are to be erased as well
    PartnerOrder.objects.filter(pk=row.pk, erased_at__isnull=False).update(erased_at=None)


def _mark_late_units(row: PartnerOrder, asked: dict, received: list[dict]) -> None:
    """More has come to the mall's depot since its refund: what that is worth a person decides."""
    refunded = _known(row, asked).filter(refunds__isnull=False).values_list("pk", flat=True).first()
    if refunded is None:
        return
    before = locks.request(refunded).received
    if sum(line["quantity"] for line in received) > sum(line["quantity"] for line in before):
        late = {"problem": Problem.MORE_CAME, "settled_at": None, "settled_by": None}
        PartnerRequest.objects.filter(pk=refunded).update(**late)


def _units(name: str, lines: list, *, least: int) -> list[dict]:
    """What of told lines is kept. Raises `Misread`, KeyError, TypeError or ValueError where they are none."""
    units = [{"out_sku_id": str(line["out_sku_id"]), "quantity": line["quantity"]} for line in lines]
    for line in units:
        if type(line["quantity"]) is not int:  # as of an order: 1e999 is a number to JSON, and none of units
            raise Misread(name)
        require_units(name, line["quantity"], least=least)
    return units


def _due(row: PartnerOrder):
    """Requests that the program has to do something about."""
    cancel = Q(kind=Kind.CANCEL, stands=Stands.OPEN, answer="")
    back = Q(kind=Kind.RETURN, stands=Stands.RECEIVED, answer=Answer.ACCEPT, refunds=None)
    back &= Q(problem="", settled_at=None)
    return row.requests.filter(cancel | back).order_by("pk")


@transaction.atomic
def _answer_cancel(request_id: int, order_id: int) -> None:
    """One lock decides between the cancel and a parcel that leaves: whoever has it first wins.

    What was called off here before and is not told yet answers it as well.
    """
    with lock_timeout(order_locks.WAIT_SECONDS):
        order_locks.order(order_id)
        request = locks.request(request_id)
    if request.answer or request.stands != Stands.OPEN:
        return
    untold = PartnerRefund.objects.filter(order=request.order_id, told_at=None, request=None)
    follows = untold.filter(refund__lines__was_sent=False)
    try:
        call_off_unsent(order_id=order_id, reason=CALLED_OFF_BY_SHOPPER)
    except NothingLeft:
        if (
            not follows.exists()
            and Consignment.objects.filter(order=order_id).exclude(shipped_at=None).exists()
        ):
            _answer(request, Answer.REJECT, HAS_LEFT, None)
            return
    follows.update(request=request)
    _answer(request, Answer.ACCEPT, CALLED_OFF, None)


@transaction.atomic
def _refund_received(request_id: int, order_id: int) -> None:
    """Give back what the depot has, line by line; units that were refunded before are not refunded twice."""
    with lock_timeout(order_locks.WAIT_SECONDS):
        order_locks.order(order_id)
        request = locks.request(request_id)
    if request.refunds.exists() or request.settled_at or request.stands != Stands.RECEIVED:
        return
    refunds = give_back(request, by_parcel(request, units_received(request)))
    if not refunds:
        request.problem = Problem.NOTHING_LEFT
    elif not any(refunds):  # it cost nothing
        request.settled_at = timezone.now()
    request.save(update_fields=["problem", "settled_at"])


def units_received(request: PartnerRequest) -> Counter[str]:
    """Units that the mall's depot has, by the mall's numbers."""
    units: Counter[str] = Counter()
    for line in request.received:
        units[line["out_sku_id"]] += line["quantity"]
    return units


def by_parcel(request: PartnerRequest, units: Counter[str]) -> dict[int, dict[int, int]]:
    """{parcel: {line: units}} of units by the mall's numbers, as far as they are not refunded."""
    left, parcels = Counter(units), {}
    for line in OrderLine.objects.filter(order=request.order.order_id).order_by("pk"):
        name = request.order.name_of(line.sku_id)
        if some := min(left[name], line.left_quantity):
            left[name] -= some
            parcels.setdefault(line.consignment_id, {})[line.pk] = some
    return parcels


def give_back(
    request: PartnerRequest, parcels: dict[int, dict[int, int]], *, turn: int = 0, actor=None
) -> list[Refund | None]:
    """Refund units that the mall's depot has, {parcel: {line: units}}, as what the request asked for.

    None for a parcel whose units cost nothing. `turn`: how many refunds of the request there were before.
    """
    refunds = [
        refund_consignment(
            consignment_id=parcel,
            reason="returned",
            is_back=False,  # in the depot of the mall, not on the seller's shelf
            is_customs_return=request.is_customs_return,
            quantities=quantities,
            key=f"request-{request.pk}-{parcel}" + (f"-{turn}" if turn else ""),
            actor=actor,
        )
        for parcel, quantities in parcels.items()
    ]
    PartnerRefund.objects.filter(refund__in=[refund for refund in refunds if refund]).update(request=request)
    return refunds


def _answer(request: PartnerRequest, answer: str, message: str, actor) -> None:
    request.answer, request.message = answer, message
    request.answered_at, request.answered_by = timezone.now(), actor
    request.save(update_fields=["answer", "message", "answered_at", "answered_by"])
