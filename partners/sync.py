"""Send what is due to a partner and record each answer (writes).

Newest version wins: a row is sent under the version that it had when its state was read, and an answer
counts only while the row is still ours. The same version never carries two different states.
"""

import datetime
import logging
import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.pricing import NoPricePolicy
from catalog.rates import StaleRate
from partners import breaker, locks, pace, verdict
from partners.claim import Claim, claim, release
from partners.connectors import connect
from partners.connectors.connector import Answer, Connector, Fault, Item, Result
from partners.desired import NotListable, desired, digest, frame, out_id, products
from partners.links import signing_day
from partners.look import look_up
from partners.models import Call, Listing, PartnerMall
from partners.select import chosen

logger = logging.getLogger(__name__)

FIRST_LOOK = 0.4  # seconds after an item was accepted
OFFER_FIELDS = {"price_fen", "was_fen", "landed_fen", "stock"}
Outcome = Listing.Outcome


@dataclass
class Work:
    """One row of a batch: what it should be, and what is to be done about it."""

    row: Listing
    version: int
    content: dict | None = None
    offer: dict | None = None
    content_hash: str = ""
    offer_hash: str = ""
    link_day: datetime.date | None = None
    action: str = "nothing"  # nothing, upsert, offer, withdraw
    left: bool = False  # texts stay due after the quick lane
    is_text_refused: bool = False  # the partner refused these very texts before
    refusal: NotListable | None = None

    @property
    def item(self) -> Item:
        row, kind = self.row, self.action
        key = f"{row.partner_id}:{row.product_id}:{self.version}:{kind}"
        offer = self.offer if kind != "withdraw" else None
        return Item(
            out_id(row.product_id), self.version, key, self.content if kind == "upsert" else None, offer
        )


def drain(partner_id: int) -> None:
    """All that is to be done at a partner now: send what is due, look up what was sent."""
    partner = PartnerMall.objects.filter(pk=partner_id, state=PartnerMall.State.ACTIVE).first()
    if partner is None:
        return
    sync(partner)
    while breaker.admits(partner) and look_up(partner, connect(partner)):
        pass


def due_partners() -> list[int]:
    """Active partners where something is due, to be sent or to be looked up."""
    now = timezone.now()
    rows = Listing.objects.filter(partner=OuterRef("pk"))
    work = Exists(rows.due(now)) | Exists(rows.filter(look_at__lte=now))
    active = PartnerMall.objects.filter(state=PartnerMall.State.ACTIVE)
    return list(active.filter(work).values_list("pk", flat=True))


def sync(partner: PartnerMall, *, seconds: float = 20) -> int:
    """Send what is due, the quick lane first, for up to so many seconds. The number of rows dealt with."""
    deadline, done = time.monotonic() + seconds, 0
    connector = connect(partner)
    while time.monotonic() < deadline and breaker.admits(partner):
        rows = step(partner, connector, quick=True) or step(partner, connector, quick=False)
        if not rows:
            break
        done += rows
    return done


def step(partner: PartnerMall, connector: Connector, *, quick: bool) -> int:
    """Claim one batch of a lane, send it, record the answers. The number of rows that were due."""
    size = connector.most_offers if quick else min(connector.most_items, partner.batch_size)
    claimed = claim(partner, quick=quick, size=size)
    if claimed is None:
        return 0
    try:
        works = _prepare(claimed, _plan(partner, connector, claimed))
    except (StaleRate, NoPricePolicy) as error:
        logger.error("partner %s waits: %r", partner.pk, error)
        release(claimed, next_try_at=timezone.now() + verdict.backoff(5))
        return 0
    _record(claimed, [work for work in works if work.action == "nothing"], {})
    went = True
    for action in ("withdraw", "offer", "upsert"):
        most = connector.most_items if action == "upsert" else connector.most_offers
        batch = [work for work in works if work.action == action]
        for start in range(0, len(batch), most):
            went = went and _send(partner, connector, claimed, action, batch[start : start + most])
    release(claimed)
    return len(claimed.rows) if went else 0


def _plan(partner: PartnerMall, connector: Connector, claimed: Claim) -> list[Work]:
    """What each row should be by now, against what the partner confirmed."""
    ids, of = claimed.product_ids, frame(partner)
    wanted = set(chosen(partner).filter(pk__in=ids).values_list("pk", flat=True))
    found, today = products(ids), timezone.localdate()
    works = []
    for row in claimed.rows:
        work = Work(row=row, version=row.version, link_day=signing_day(row.link_day, partner, today))
        if row.product_id in wanted:
            _want(work, connector, found[row.product_id], of, claimed.quick)
        if work.content is None and row.confirmed_hash:
            work.action = "withdraw"
        works.append(work)
    return works


def _want(work: Work, connector: Connector, product, of, quick: bool) -> None:
    row = work.row
    try:
        state = desired(product, of, work.link_day)
    except NotListable as refusal:
        work.refusal = refusal
        return
    work.content, work.offer = connector.content(state.content), connector.offer_part(state.offer)
    work.content_hash, work.offer_hash = digest(work.content), digest(work.offer)
    other_text, other_offer = (
        work.content_hash != row.confirmed_hash,
        work.offer_hash != row.confirmed_offer_hash,
    )
    if row.outcome == Outcome.REFUSED and work.content_hash == row.sent_hash:
        work.is_text_refused = row.error_field not in OFFER_FIELDS
        if not work.is_text_refused and work.offer_hash == row.sent_offer_hash:
            return  # the same would be refused again
    if (quick or work.is_text_refused) and row.confirmed_hash:
        work.action = "offer" if other_offer else "nothing"
        work.left = other_text and not work.is_text_refused
    elif other_text and not work.is_text_refused:
        work.action = "upsert"
    elif other_offer and row.confirmed_hash:
        work.action = "offer"


def _prepare(claimed: Claim, works: list[Work]) -> list[Work]:
    """Note what is about to be sent under which version; rows that changed since they were read drop out."""
    for work in works:
        row = work.row
        sent = (row.sent_hash, row.sent_offer_hash)
        if row.sent_version == row.version and sent != (work.content_hash, work.offer_hash):
            work.version = row.version + 1
    sql = """
        update partners_listing l set version = a.version, sent_version = a.version, sent_hash = a.content,
            sent_offer_hash = a.offer, is_wanted = a.wanted, link_day = a.day
        from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bool[], %s::date[])
            as a (id, was, version, content, offer, wanted, day)
        where l.id = a.id and l.lease = %s and l.version = a.was returning l.id"""
    columns = [
        [work.row.pk for work in works],
        [work.row.version for work in works],
        [work.version for work in works],
        [work.content_hash for work in works],
        [work.offer_hash for work in works],
        [work.content is not None or work.refusal is not None for work in works],
        [work.link_day for work in works],
    ]
    with transaction.atomic():
        list(locks.claimed_listings(claimed.lease).values_list("pk"))
        with connection.cursor() as cursor:
            cursor.execute(sql, [*columns, claimed.lease])
            kept = {pk for (pk,) in cursor.fetchall()}
    return [work for work in works if work.row.pk in kept]


def _send(partner, connector, claimed, action, batch) -> bool:
    """One call, and what it means for its rows. False when it could not go out or failed."""
    ids = [work.row.pk for work in batch]
    held = Listing.objects.filter(lease=claimed.lease, pk__in=ids)
    if not pace.wait_for_turn(partner):
        held.update(lease=None, leased_until=None, next_try_at=timezone.now() + datetime.timedelta(seconds=1))
        return False
    started = time.monotonic()
    try:
        answers = getattr(connector, action)([work.item for work in batch])
    except Fault as fault:
        _note(partner, action, batch, started, fault=fault)
        attempts = max(work.row.attempts for work in batch)
        held.update(lease=None, leased_until=None, **verdict.of_fault(partner, fault, attempts))
        return False
    _note(partner, action, batch, started)
    breaker.succeeded(partner)
    _record(claimed, batch, {answer.out_id: answer for answer in answers})
    return True


def _record(claimed: Claim, works: list[Work], answers: dict[str, Answer]) -> None:
    """Write what came of each row that is still ours, and give it back."""
    by_id = {work.row.pk: work for work in works}
    with transaction.atomic():
        rows = [row for row in locks.claimed_listings(claimed.lease) if row.pk in by_id]
        for row in rows:
            work = by_id[row.pk]
            _apply(row, work, answers.get(out_id(row.product_id)))
            row.lease = row.leased_until = None
        Listing.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=RECORDED
        )  # an upsert of rows that we hold: one statement of plain values


RECORDED = [
    "version", "due_full", "due_stock", "due_since", "next_try_at", "lease", "leased_until", "attempts",
    "confirmed_version", "confirmed_hash", "confirmed_offer_hash", "is_shown", "remote_id", "accepted_at",
    "look_at", "looks", "outcome", "error_code", "error_text", "error_field", "seen_at", "applied_at",
]  # fmt: skip


def _apply(row: Listing, work: Work, answer: Answer | None) -> None:
    now = timezone.now()
    if answer is None and work.action != "nothing":
        row.outcome, row.look_at, row.looks = Outcome.UNKNOWN, now, 0
        row.attempts, row.next_try_at = row.attempts + 1, now + verdict.backoff(row.attempts)
        return
    if answer and answer.result == Result.STALE:
        row.version = (
            max(row.version, answer.held_version) + 1
        )  # it holds more than we know of: speak up anew
        return
    if row.version == work.version:
        row.due_full, row.due_stock = work.left, False
        row.due_since = row.due_since if work.left else None
    row.attempts = 0
    if answer and answer.result == Result.REFUSED:
        _refused(row, answer.code, answer.field, answer.text)
    elif work.refusal and not row.confirmed_hash:
        _refused(row, work.refusal.code, work.refusal.field, work.refusal.text)
    elif answer:
        _accepted(row, work, answer, now)
        if work.refusal:
            _refused(row, work.refusal.code, work.refusal.field, work.refusal.text)


def _refused(row, code, field, text) -> None:
    row.outcome, row.error_code, row.error_field, row.error_text = Outcome.REFUSED, code, field, text[:300]


def _accepted(row, work, answer, now) -> None:
    row.confirmed_version, row.accepted_at = work.version, now
    row.remote_id = answer.remote_id or row.remote_id
    if not work.is_text_refused:
        row.outcome, row.error_code, row.error_field, row.error_text = Outcome.OK, "", "", ""
    if work.action == "withdraw":
        row.confirmed_hash = row.confirmed_offer_hash = ""
        row.is_shown, row.look_at, row.seen_at = False, None, None
        return
    if work.action == "upsert":
        row.confirmed_hash = work.content_hash
    row.confirmed_offer_hash = work.offer_hash
    row.look_at, row.looks = now + datetime.timedelta(seconds=FIRST_LOOK), 0


def _note(partner, action, batch, started, fault: Fault | None = None) -> None:
    Call.objects.create(
        partner=partner,
        kind=action,
        listings=len(batch),
        outcome=type(fault).__name__.lower() if fault else "ok",
        status=fault.status if fault else 200,
        milliseconds=int((time.monotonic() - started) * 1000),
        error=str(fault)[:300] if fault else "",
    )
