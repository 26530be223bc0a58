"""Send what is due to a partner and record each answer (writes).

Newest version wins: a row is sent under the version that it had when its state was read, and an answer
counts only while the row is still ours.
"""

import datetime
import logging
import time
from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from kmall.database import one_write
from orders.reports.periods import midnight
from partners import breaker, locks, receipts, record, verdict, wake
from partners.batches import batches
from partners.calls import Interrupted, Line, NotBegun
from partners.claim import Claim, claim, put_off, release
from partners.connectors import connect
from partners.connectors.connector import Answer, BadCredentials, Connector, Fault, Result
from partners.desired import NotListable, out_id
from partners.look import look_up
from partners.models import Listing, PartnerMall, Receipt
from partners.plan import Work, plan, prepare

logger = logging.getLogger(__name__)

Outcome = Listing.Outcome

MOST_CALLS = 6  # of one claim while the partner answers fast: what a claim costs is shared by its calls
FAST = 0.25  # seconds a call
FEW = 10  # rows of a claim while it is in doubt whether the partner answers: others wait for our processor


def drain(partner_id: int) -> None:
    """All that is to be done at a partner now: send what is due, fetch receipts, look up what was sent."""
    partner = PartnerMall.objects.filter(pk=partner_id, state=PartnerMall.State.ACTIVE).first()
    if partner is None:
        return
    try:
        connector = connect(partner)
    except BadCredentials as fault:
        verdict.pause_for_credentials(partner, str(fault))
        return
    sync(partner)
    while not breaker.is_open(partner) and receipts.collect(partner, connector):
        pass
    while not breaker.is_open(partner) and look_up(partner, connector):
        pass


def due_partners() -> list[int]:
    """Active partners where something is due, to be sent, asked for or looked up."""
    now = timezone.now()
    rows = Listing.objects.filter(partner=OuterRef("pk"))
    receipts_due = Exists(Receipt.objects.filter(partner=OuterRef("pk"), ask_at__lte=now))
    # The first by its index: for any of them, where many seem to be due, a plan may read row by row.
    first = Subquery(rows.due(now).order_by("next_try_at").values("pk")[:1])
    work = Q(first__isnull=False) | Exists(rows.filter(look_at__lte=now)) | receipts_due
    active = PartnerMall.objects.filter(state=PartnerMall.State.ACTIVE)
    return list(active.alias(first=first).filter(work).values_list("pk", flat=True))


def sync(partner: PartnerMall, *, seconds: float = 20) -> int:
    """Send what is due, the quick lane first, for up to so many seconds. The number of rows dealt with."""
    connector, deadline = connect(partner), time.monotonic() + seconds
    done, calls = 0, 1
    with Line(partner) as line:
        while time.monotonic() < deadline and not (line.has_failed or breaker.is_open(partner)):
            most = _most(partner, line)
            rows = step(partner, connector, line, quick=True, most=most)
            if not (rows or line.has_failed):
                rows = step(partner, connector, line, quick=False, calls=calls, most=most)
            if not rows:
                break
            done += rows
            calls = min(calls * 2, MOST_CALLS) if line.seconds < FAST else 1
    return done


def _most(partner: PartnerMall, line: Line) -> int | None:
    """Rows of the next claim, where that is not up to its calls.

    Nothing is claimed while calls are under way that may take long or fail: it would wait in vain.
    """
    if line.seconds >= FAST:
        line.settle()
    if breaker.is_in_doubt(partner):
        line.settle()
        return FEW if breaker.is_in_doubt(partner) else None
    return None


def step(
    partner: PartnerMall,
    connector: Connector,
    line: Line | None = None,
    *,
    quick: bool,
    calls: int = 1,
    most: int | None = None,
) -> int:
    """Claim rows of a lane for so many calls, `most` of them, have them sent and the answers recorded.

    How many; 0 where a call failed. On a `line` the last may be under way still. Who finds more due than it
    takes spreads the line, and wakes as many other workers as the mall has room for.
    """
    if line is None:
        with Line(partner) as line:
            return step(partner, connector, line, quick=quick, calls=calls, most=most)
    call = connector.most_offers if quick else min(connector.most_items, partner.batch_size)
    call = min(call, most or call)
    size = call if most else call * calls
    claimed = claim(partner, quick=quick, size=size, call=call if calls > 1 else None)
    if claimed is None:
        return 0
    if len(claimed.rows) == size and not most and not line.is_spread:
        line.spread()
        wake.more(partner)
    planned = plan(partner, connector, claimed, quick=quick)
    if planned.missing:
        unpriced = len(planned.waiting) + sum(work.is_unpriced for work in planned.works)
        logger.error("%s at partner %s wait for a price: %r", unpriced, partner.pk, planned.missing)
        put_off(claimed, planned.waiting, _next_price())
    works = prepare(claimed, planned.works)
    if idle := [work for work in works if work.action == "nothing"]:
        _record(connector, claimed, idle, {})
    if len(works) + len(planned.waiting) < len(claimed.rows):
        staying = {work.row.pk for work in works}
        release(claimed, [row for row in claimed.rows if row.pk not in staying])
    for action, batch in batches(works, partner, connector):
        line.say(
            getattr(connector, action),
            [work.item for work in batch],
            in_time=claimed.is_in_time,
            then=partial(_settle, partner, connector, claimed, batch),
        )
    return 0 if line.has_failed else len(claimed.rows)


def _next_price() -> datetime.datetime:
    """When what waits for a price is worked out again; a rate, a policy or a tax rate that comes marks it."""
    return midnight(timezone.localdate() + datetime.timedelta(days=1))


def _settle(partner, connector, claimed: Claim, batch: list[Work], answer: Callable) -> None:
    """What a call means for its rows: each is given back."""
    rows = [work.row for work in batch]
    try:
        answers = {found.out_id: found for found in answer()}
    except NotBegun:
        release(claimed, rows)
    except Interrupted:
        release(claimed, rows, next_try_at=timezone.now() + datetime.timedelta(seconds=1))
    except Fault as fault:
        release(claimed, rows, **verdict.of_listings(partner, fault, rows))
    else:
        _record(connector, claimed, batch, answers)


def _record(connector, claimed: Claim, works: list[Work], answers: dict[str, Answer]) -> None:
    """Write what came of each row that is still ours, and give it back.

    Those that were changed while the call was on its way are read again, and written in a transaction of
    their own: a marker may hold one of them and wait for one of the others.
    """
    by_id = {work.row.pk: (work, answers.get(out_id(work.row.product_id))) for work in works}
    now = timezone.now()
    for work, answer in by_id.values():
        _apply(work.row, work, answer, now)
    with one_write(is_several=bool(connector.receipt_seconds)):
        ours = record.save_untouched([work.row for work in works], [work.stamp for work in works])
        _await_receipts(connector, [by_id[pk] for pk in ours])
    changed = [work.row for work in works if work.row.pk not in ours]
    if not changed:
        return
    with transaction.atomic():
        rows = locks.held_listings(claimed.lease, changed)
        for row in rows:
            _apply(row, *by_id[row.pk], now)
        record.save(rows)
        _await_receipts(connector, [by_id[row.pk] for row in rows])


def _await_receipts(connector, told: list[tuple[Work, Answer | None]]) -> None:
    if taken_in := [(work, answer) for work, answer in told if answer and answer.ticket]:
        receipts.await_receipts(connector, taken_in)


def _apply(row: Listing, work: Work, answer: Answer | None, now: datetime.datetime) -> None:
    row.lease = row.leased_until = None
    if answer is None and work.action != "nothing":
        row.come_to(Outcome.UNKNOWN)
        row.look_at, row.looks = now, 0
        row.attempts, row.next_try_at = row.attempts + 1, now + verdict.backoff(row.attempts)
        return
    if answer and answer.result == Result.STALE:
        row.version = max(row.version, answer.held_version) + 1  # it holds more than we know of
        verdict.of_stale(row, work.version, answer.held_version, now)
        return
    if row.version == work.version and work.is_unpriced:
        row.next_try_at = _next_price()
    elif row.version == work.version:
        row.due_full, row.due_stock = work.left, False
        row.due_since = row.due_since if work.left else None
        if work.action == "nothing" and row.outcome == Outcome.OK and not (work.left or row.look_at):
            row.changed_at = None  # nobody can see a change that changes nothing
    if work.action == "nothing" and work.offer_hash == row.confirmed_offer_hash:
        row.confirmed_prices = work.prices  # it was sent before prices were kept
    if not (answer and answer.ticket):
        row.attempts = 0  # else its receipt tells whether it is well
    if answer and work.action == "offer" and answer.is_of_nothing:
        record.gone(row, now)
    elif answer and answer.result == Result.REFUSED:
        row.come_to(Outcome.REFUSED, code=answer.code, field=answer.field, text=answer.text)
    elif work.refusal and not work.held[0]:
        _not_listable(row, work.refusal)
    elif answer:
        _accepted(row, work, answer, now)
        if work.refusal:
            _not_listable(row, work.refusal)
    elif work.is_taken_back:
        row.come_to(Outcome.OK if work.held[0] else Outcome.NONE)


def _not_listable(row: Listing, refusal: NotListable) -> None:
    row.come_to(Outcome.REFUSED, code=refusal.code, field=refusal.field, text=refusal.text)


def _accepted(row, work, answer, now) -> None:
    row.accepted_at, row.remote_id = now, answer.remote_id or row.remote_id
    is_applied = answer.result == Result.APPLIED
    if not work.is_text_refused:
        row.come_to(Outcome.OK if is_applied else Outcome.ACCEPTED)
    if answer.ticket:
        row.look_at = None  # until its receipt is there
    else:
        told = work.content_hash, work.offer_hash, work.prices
        record.confirmed(row, work.action, work.version, *told, now)
