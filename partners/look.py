"""Look up what a partner shows of our listings, and mend what is not as we sent it (writes).

Accepted is not shown: only a look tells. The same comparison serves the look after a send, the listings
whose outcome is unknown, the stalest-first trickle and the daily pass of `partners.reconcile`.
"""

import datetime
from collections import Counter

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from partners import drift, locks, pace, record, verdict
from partners.calls import Interrupted, make, next_turn
from partners.connectors.connector import Connector, Fault, Misfit, Shown, Unknown
from partners.desired import out_id
from partners.models import Listing, PartnerMall, Receipt

Outcome = Listing.Outcome
FAILED = (Outcome.FAILED, Outcome.UNKNOWN)


def look_up(partner: PartnerMall, connector: Connector) -> int:
    """Look up one batch of the listings that are due for it. How many there were."""
    now = timezone.now()
    taken_until = now + pace.longest_call(partner)
    with transaction.atomic():
        rows = list(locks.listings_to_look_up(partner.pk, now)[: connector.most_looks])
        Listing.objects.filter(pk__in=[row.pk for row in rows]).update(look_at=taken_until, met_at=now)
    if not rows:
        return 0
    try:
        answer = make(partner, connector.look, [out_id(row.product_id) for row in rows])
    except Fault as fault:
        _put_off(partner, rows, fault)
        return 0
    seen = {shown.out_id: shown for shown in answer}
    settle({row.pk: seen.get(out_id(row.product_id)) for row in rows}, connector, read_at=now)
    return len(rows)


def _put_off(partner: PartnerMall, rows: list[Listing], fault: Fault) -> None:
    """Look again later; by halves, the first of them soon, where one of them may be why the call failed."""
    keys = [row.pk for row in rows]
    if isinstance(fault, Interrupted):
        record.change(Listing.objects.filter(pk__in=keys), look_at=next_turn(partner))
        return
    looks = min(max(row.looks for row in rows), 30_000)
    later = verdict.of_fault(partner, fault, looks)
    soon = len(keys) // 2 if isinstance(fault, Misfit | Unknown) else 0
    record.change(Listing.objects.filter(pk__in=keys[:soon]), look_at=timezone.now(), looks=looks + 1)
    record.change(Listing.objects.filter(pk__in=keys[soon:]), look_at=later, looks=looks + 1)


def look_again_at_stalest(partner: PartnerMall, *, count: int = 100) -> None:
    """Put the listings that were read longest ago in line for a look: the trickle beside the daily pass.

    With them those that failed and of which nothing is due any more: what was to be sent was taken back.
    """
    idle = Listing.objects.filter(partner=partner, look_at=None)
    stale = idle.held_there().order_by(F("met_at").asc(nulls_first=True))
    look_now(idle.filter(pk__in=list(stale.values_list("pk", flat=True)[:count])))
    look_now(idle.filter(outcome__in=FAILED, due_full=False, due_stock=False))


def look_now(listings: QuerySet[Listing]) -> int:
    """Put these in line for a look at once. How many."""
    return record.change(listings, look_at=timezone.now(), looks=0)


def settle(
    seen: dict[int, Shown | None], connector: Connector, *, read_at: datetime.datetime
) -> dict[str, int]:
    """Hold what was read (by listing key; None: the partner has no such item) against what we know.

    A reading taken before a later send, or before its receipt came, says nothing of it and changes nothing.
    Counts by finding.
    """
    findings: list[tuple[Listing, str]] = []
    at_rest: list[int] = []
    with transaction.atomic():
        rows = list(locks.listings(seen))
        awaiting = set(Receipt.objects.filter(listing__in=rows).values_list("listing", flat=True))
        for row in rows:
            if (
                row.lease
                or row.pk in awaiting
                or any(at and at > read_at for at in (row.accepted_at, row.applied_at))
            ):
                continue
            had_failed = row.outcome in FAILED
            findings.append((row, finding := _compare(row, seen[row.pk], connector.patience)))
            if (had_failed or finding == "seen") and _came_to_nothing(row):
                at_rest.append(row.pk)
        record.save([row for row, _finding in findings])
        _forget_sent(at_rest)
        drift.note(findings)
    return dict(Counter(finding for _row, finding in findings))


def _compare(row: Listing, shown: Shown | None, patience: datetime.timedelta) -> str:
    now = timezone.now()
    if row.outcome == Outcome.UNKNOWN and _is_as_sent(row, shown):
        _confirm(row)
    if shown and shown.state == "pending" and row.accepted_at and now - row.accepted_at < patience:
        row.looks = min(row.looks + 1, 30_000)
        longest = patience / 10
        row.look_at = now + min(datetime.timedelta(seconds=0.3 * 2 ** min(row.looks, 20)), longest)
        return "pending"
    row.look_at, row.looks = None, 0
    if not row.confirmed_hash:
        row.is_shown = False
        if shown and (shown.state == "shown" or (shown.state == "pending" and not row.is_due)):
            return _send_again(row, shown, now, "extra")
        row.mendings = row.mendings if row.is_due else 0
        _come_to_rest(row)
        return "absent"
    row.remote_id = (shown and shown.remote_id) or row.remote_id
    if shown and shown.state == "refused" and shown.version >= row.confirmed_version:
        row.come_to(Outcome.REFUSED, code=shown.code, field=shown.field, text=shown.text)
        row.is_shown = bool(shown.content_digest)  # what was there before may be there still
        return "refused"
    if shown and row.confirmed_hash == "?" and row.outcome == Outcome.REFUSED:
        row.confirmed_hash = shown.content_digest  # its text would be refused again: take what is there
    was_shown, row.is_shown = row.is_shown, bool(shown) and shown.state == "shown"
    if row.is_shown and (shown.content_digest, shown.offer_digest) == (
        row.confirmed_hash,
        row.confirmed_offer_hash,
    ):
        row.seen_at, row.mendings = now, 0
        row.applied_at = row.applied_at if was_shown and row.applied_at else now
        _measure(row, now)
        _come_to_rest(row)
        if row.outcome == Outcome.REFUSED and _is_as_sent(row, shown):  # what it refused it took after all
            row.come_to(Outcome.OK)
        return "seen"
    return _send_again(row, shown, now, "different" if row.is_shown else "missing")


def _come_to_rest(row: Listing) -> None:
    """What was accepted is seen to be applied. What failed and is not to be sent any more came to nothing:
    all is as it was confirmed before.
    """
    if row.outcome == Outcome.ACCEPTED:
        row.come_to(Outcome.OK)
    elif row.outcome in FAILED and not row.is_due:
        row.come_to(Outcome.OK if row.confirmed_hash else Outcome.NONE)


def _came_to_nothing(row: Listing) -> bool:
    """Whether something went out that the partner does not have, and that is not to be sent any more."""
    sent, held = (row.sent_hash, row.sent_offer_hash), (row.confirmed_hash, row.confirmed_offer_hash)
    return sent != held and not row.is_due and row.outcome in (Outcome.OK, Outcome.NONE)


def _forget_sent(listings: list[int]) -> None:
    """What went out last came to nothing: else it would be in doubt what the partner holds."""
    last = {f"sent_{name}": F(f"confirmed_{name}") for name in ("hash", "offer_hash", "prices")}
    Listing.objects.filter(pk__in=listings).update(**last)


def _measure(row: Listing, now: datetime.datetime) -> None:
    """How long the last change took until it was seen there, once nothing newer waits."""
    if row.changed_at and not (row.due_full or row.due_stock):
        row.shown_at, row.shown_after, row.changed_at = now, now - row.changed_at, None


def _is_as_sent(row: Listing, shown: Shown | None) -> bool:
    if not row.sent_hash:  # a withdrawal
        return shown is None or shown.state in ("withdrawn", "removed")
    return bool(shown) and (shown.content_digest, shown.offer_digest) == (row.sent_hash, row.sent_offer_hash)


def _confirm(row: Listing) -> None:
    """The send whose answer we never had did arrive.

    It is due all the same: what is wanted may have been held against what was confirmed before, and found to
    be the same. Where it is what arrived, nothing is sent.
    """
    now = timezone.now()
    row.come_to(Outcome.OK)
    row.accepted_at = now
    row.confirmed_version = row.sent_version
    row.confirmed_hash, row.confirmed_offer_hash = row.sent_hash, row.sent_offer_hash
    row.confirmed_prices = row.sent_prices
    row.attempts = 0
    row.due_full, row.next_try_at = True, now
    row.due_since = row.due_since or now


def _send_again(row: Listing, shown: Shown | None, now, finding: str) -> str:
    """Mend by the ordinary path: a new version, since the partner may remember the key of the old one.

    At once; again, where that did not help, after ever longer waits.
    """
    row.version = max(row.version, shown.version if shown else 0) + 1
    if not (row.mendings and row.is_due):  # else it waits already, or a person or a change would not
        row.next_try_at = now + verdict.backoff(row.mendings) if row.mendings else now
        row.mendings = min(row.mendings + 1, 30_000)
    row.due_full = True
    row.due_since = row.due_since or now
    if finding == "extra":
        row.confirmed_hash = "?"  # it holds something, whatever it is: so that it gets withdrawn or replaced
    elif finding == "different":  # each part by itself: on a day without a price the offer alone is mended
        if shown.content_digest != row.confirmed_hash:
            row.confirmed_hash = "?"
        if shown.offer_digest != row.confirmed_offer_hash:
            row.confirmed_offer_hash = "?"
    else:
        row.confirmed_hash = row.confirmed_offer_hash = row.confirmed_prices = ""
    return finding
