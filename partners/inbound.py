"""Orders that shoppers place at a partner: kept raw, mapped, placed like our own, answered (writes).

Every order is a row with `next_try_at` while something is to be done for it. A notice and a pull may bring
the same order, many times and at once: the row is unique, and placing it is idempotent by its key.
"""

import datetime
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from django.db import DataError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from kmall.database import Busy
from orders.refund import refund_order
from orders.transitions import WrongState
from partners import breaker, faulty_files, late_files, locks, pace, requests, unread, verdict, wake
from partners.calls import MOST_PAGES, ask
from partners.connectors import connect
from partners.connectors.connector import BadCredentials, BadFile, Fault, Unknown
from partners.connectors.reading import UNREADABLE, Misread, Told, Unread, field_of, is_number, require_sound
from partners.decide import decide
from partners.models import PartnerMall, PartnerOrder
from partners.reply import CALLED_OFF, CALLED_OFF_THERE, tell, tell_again

logger = logging.getLogger(__name__)

OVERLAP = datetime.timedelta(minutes=10)  # an order may become visible after its own time
WAIT_FOR_TURN = 15  # seconds; then the next pull is due
State = PartnerOrder.State


def receive(partner: PartnerMall, order: dict, *, came_by: str) -> PartnerOrder:
    """Keep an order as it came and put it in line. One row, however often and by whichever way it comes.

    A telling that is older than one before changes nothing. Raises KeyError, TypeError or ValueError for what
    is no order.
    """
    first = _as_told(order) | {"came_by": came_by}
    row, is_new = PartnerOrder.objects.get_or_create(
        partner=partner, remote_id=str(order["order_id"]), defaults=first
    )
    if is_new or (not row.raw and _begin(row, first)):
        transaction.on_commit(partial(wake.orders, partner.pk), robust=True)
    else:
        _take(row, order, first["raw"])
    return row


@transaction.atomic
def _take(row: PartnerOrder, order: dict, raw: str) -> None:
    """A telling of an order that is known: all that follows from it, or it was not taken."""
    if requests.take(row, order):
        unread.forget(row)
        if order["state"] == CALLED_OFF:
            _cancel(row)
        elif order["state"] == "paid" and order.get("updated_at") and raw != row.raw:
            _correct(row, order, raw)


def _as_told(order: dict) -> dict:
    """What the row of an order has of its first telling."""
    if is_open := order["state"] == "paid":
        require_sound(order)
    return {
        "raw": json.dumps(order, ensure_ascii=False),
        "told": _in_its_words(order),
        "state": State.RECEIVED if is_open else State.REFUSED,
        "reason": "" if is_open else str(order["state"])[:300],
        "told_at": None if is_open else timezone.now(),
        "next_try_at": timezone.now() if is_open else None,
        "remote_updated_at": requests.told_at(order),
    }


def _in_its_words(order: dict) -> str:
    return order.text if isinstance(order, Told) else ""


@transaction.atomic
def _begin(row: PartnerOrder, first: dict) -> bool:
    """The first telling that can be read of an order that was there. False if somebody else had it before.

    One that a person refused meanwhile stays so: it is only kept.
    """
    known = locks.partner_order(row.pk)
    if known.raw:
        return False
    if known.is_refused_unread:
        first = {name: first[name] for name in ("raw", "told", "remote_updated_at")}
    PartnerOrder.objects.filter(pk=row.pk).update(**first, unread="", unread_field="", erased_at=None)
    return True


def take_notice(partner: PartnerMall, told: dict | Unread) -> bool:
    """Keep what a genuine notice tells, as a pull would. False if it cannot be read.

    A notice may be late: of an order that was read before, only one that says it is newer counts.
    """
    if not isinstance(told, Unread):
        return _receive_or_keep(partner, told, came_by="notice")
    unread.keep(partner, replace(told, is_dated=told.at is not None), came_by="notice")
    return False


def pull(partner: PartnerMall) -> int:
    """Fetch what the partner has had since the last pull, with an overlap. How many orders came."""
    if breaker.is_open(partner):
        return 0
    began, count, late = timezone.now(), 0, []
    since = (
        parse_datetime(partner.order_cursor) if partner.order_cursor else began - datetime.timedelta(days=7)
    )
    since = (since - OVERLAP).isoformat()
    try:
        connector = connect(partner)
        for order in _all(partner, connector.orders, since, late):
            _receive_or_keep(partner, order, came_by="pull")
            count += 1
        if hasattr(connector, "requests"):
            for told in _all(partner, connector.requests, since, late):
                _take_or_log(partner, told)
    except BadCredentials as fault:
        verdict.pause_for_credentials(partner, str(fault))
        return count
    except Fault as fault:
        logger.info("orders of partner %s not all fetched: %s", partner.pk, type(fault).__name__)
        return count
    late_files.advance(partner, began, late)
    faulty_files.tell(partner, connector)
    return count


def _all(partner: PartnerMall, call, since: str, late: list[BadFile]) -> Iterator[dict]:
    """The rows of a list, page by page, to its end or to a page that was there before.

    Bad files are kept, and so is what cannot be read; those to read again are put to `late`. Raises `Fault`.
    """
    cursor, before = "", set()
    while cursor not in before:
        if len(before) >= MOST_PAGES:
            raise Unknown(f"a list of partner {partner.pk} does not end")
        before.add(cursor)
        page = ask(partner, call, since, cursor, wait=WAIT_FOR_TURN)
        yield from page.rows
        faulty_files.keep(partner, page.bad)
        late += page.late
        for told in page.unread:
            unread.keep(partner, told, came_by="pull")
        cursor = page.cursor
        if not cursor:
            return


def _receive_or_keep(partner: PartnerMall, order: dict, *, came_by: str) -> bool:
    """Whether it could be read; else it is kept for the day when it can be."""
    try:
        receive(partner, order, came_by=came_by)
    except (*UNREADABLE, DataError) as error:
        unread.keep(partner, _unread(order, field_of(error)), came_by=came_by)
        return False
    return True


def _unread(order: dict, field: str) -> Unread:
    number, text = str(order.get("order_id")), json.dumps(order, ensure_ascii=False)
    try:
        at = requests.told_at(order)
    except Misread:
        at = None
    return Unread(number if is_number(number) else "", text, field, at=at)


def _take_or_log(partner: PartnerMall, told: dict) -> None:
    """What the shopper of an order asks, of a mall that tells it apart from the order."""
    try:
        row = PartnerOrder.objects.get(partner=partner, remote_id=str(told["order_id"]))
        requests.take(row, told)
    except (PartnerOrder.DoesNotExist, *UNREADABLE, DataError):
        logger.error("partner %s asked something of no order, or in no words", partner.pk)


def due_partners() -> list[int]:
    """Partners with orders for which something is to be done now."""
    due = PartnerOrder.objects.filter(next_try_at__lte=timezone.now())
    return list(due.order_by().values_list("partner", flat=True).distinct())


def work(partner_id: int) -> int:
    """Do what is due for a partner's orders: place or refuse, tell the partner, tell shipments. How many."""
    done = 0
    while True:
        with transaction.atomic():
            row = locks.due_orders(partner_id, timezone.now()).select_related("partner").first()
            if row is None:
                return done
            if row.unread_field and _read_again(row):
                continue
            if not row.raw and row.state != State.REFUSED:
                unread.wait(row)
                continue
            if row.state in (State.RECEIVED, State.AWAITING_MAPPING):
                decide(row)
            else:
                # taken for as long as two calls may take; no call is made inside a transaction
                row.next_try_at = timezone.now() + 2 * pace.longest_call(row.partner)
                row.save(update_fields=["next_try_at"])
        if row.state in (State.PLACED, State.REFUSED):
            if row.state == State.PLACED:
                _settle(row)
            tell(row)
        if row.unread_field:
            unread.wait(row)
        done += 1


def _read_again(row: PartnerOrder) -> bool:
    """Take what could not be read before, if it can be now."""
    try:
        order = unread.read(row)
        told = receive(row.partner, order, came_by=row.came_by) if order else None
    except (*UNREADABLE, DataError):
        return False
    if told is None:
        return False
    unread.forget(row)
    if told.pk != row.pk:  # not even its number could be read before
        row.delete()
    return True


def _settle(row: PartnerOrder) -> None:
    """What the shopper asked meanwhile; while somebody changes the order it waits for the next try."""
    try:
        if row.reason == CALLED_OFF:
            _give_back(row)
        requests.settle(row)
    except Exception as error:  # whatever it is: the order is told all the same, and a person sees it in time
        met = None if isinstance(error, Busy | WrongState) else error
        logger.warning("requests of partner order %s not settled, tried again", row.pk, exc_info=met)
        row.attempts = min(row.attempts + 1, 30_000)
        at = timezone.now() + verdict.backoff(row.attempts)
        PartnerOrder.objects.filter(pk=row.pk).update(next_try_at=at, attempts=row.attempts)


@transaction.atomic
def _give_back(row: PartnerOrder) -> None:
    """Undo the order. The mall waits for no answer to what it called off itself."""
    refund_order(order_id=row.order_id, reason=CALLED_OFF_THERE)
    row.told_at = row.told_at or timezone.now()
    PartnerOrder.objects.filter(pk=row.pk).update(told_at=row.told_at)


def _correct(row: PartnerOrder, order: dict, raw: str) -> None:
    """As the partner tells it now an order is decided upon, if it is not yet. Raises `Misread`."""
    known = PartnerOrder.objects.filter(pk=row.pk)
    to_decide = known.filter(state__in=[State.RECEIVED, State.AWAITING_MAPPING])
    if to_decide.exists():
        require_sound(order)
        to_decide.update(raw=raw, told=_in_its_words(order))
    if known.filter(state=State.RECEIVED).exists():
        tell_again(row)


def _cancel(row: PartnerOrder) -> None:
    """The shopper called it off at the partner before it had our answer; one that we placed is undone."""
    known = PartnerOrder.objects.filter(pk=row.pk, told_at=None)
    waiting = known.filter(state__in=[State.RECEIVED, State.AWAITING_MAPPING])
    placed = known.filter(state=State.PLACED).exclude(reason=CALLED_OFF)
    refused = {"state": State.REFUSED, "told_at": timezone.now(), "next_try_at": None}
    if not waiting.update(reason=CALLED_OFF, **refused) and placed.update(reason=CALLED_OFF):
        tell_again(row)
