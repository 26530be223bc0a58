"""The circuit breaker of a partner: opens when too many calls of late failed, tries, closes by itself.

The first failure opens a window in which all calls are counted. While all goes well nothing is written, and
why its state is in the partner's row is in docs/decisions/0010-breaker-in-the-row.md.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from kmall.database import Prepared
from partners import locks, pace, record
from partners.models import Listing, PartnerMall

LEAST_CALLS = 5  # in a window before it says anything
SHORTEST_WINDOW = 60  # seconds; longer where the least calls could take longer
TRIALS = 3  # that must go through in a row
FIRST_PAUSE, LONGEST_PAUSE = 2, 30  # seconds
CLOSED = {
    "breaker_since": None,
    "breaker_calls": 0,
    "breaker_failures": 0,
    "breaker_pauses": 0,
    "breaker_trials": 0,
    "breaker_is_trying": False,
    "breaker_open_until": None,
}


class _Standing(NamedTuple):
    state: str
    since: datetime.datetime | None
    pauses: int
    until: datetime.datetime | None
    failures: int
    calls: int


_STANDING = Prepared(
    "breaker_of_a_partner",
    "SELECT state, breaker_since, breaker_pauses, breaker_open_until, breaker_failures, breaker_calls"
    " FROM partners_partnermall WHERE id = %(partner)s",
    {"partner": "bigint"},
)  # asked before each call


def is_open(partner: PartnerMall) -> bool:
    """Whether no call may be made now, or only the one that is being tried. Takes nothing.

    None while the mall is not active: who is at work when it is paused stops as well.
    """
    row = _standing(partner)
    return row.state != PartnerMall.State.ACTIVE or bool(row.pauses and row.until > timezone.now())


def is_in_doubt(partner: PartnerMall) -> bool:
    """Whether no call has gone through since they began to fail."""
    row = _standing(partner)
    return bool(row.pauses or (row.failures and row.calls == row.failures))


def _standing(partner: PartnerMall) -> _Standing:
    """As the row says now; a mall that is gone takes no calls."""
    row = next(iter(_STANDING.rows(partner=partner.pk)), ("", None, 0, None, 0, 0))
    return _Standing(*row)


@dataclass(frozen=True)
class Pass:
    """For one call at once. It counts unless all went well when it began.

    Of a trial, `held_until`: nobody else gets one before.
    """

    is_counted: bool
    held_until: datetime.datetime | None = None


def admits(partner: PartnerMall) -> Pass | None:
    """A pass for a call, or None. While the breaker is open one worker gets it for each trial."""
    state, since, pauses, until, *_counts = _standing(partner)
    if state != PartnerMall.State.ACTIVE:
        return None
    if not pauses:
        return Pass(is_counted=since is not None)
    now = timezone.now()
    if until > now:
        return None
    trial = PartnerMall.objects.filter(pk=partner.pk, breaker_pauses=pauses, breaker_open_until=until)
    until = now + pace.longest_call(partner)
    is_ours = trial.update(breaker_is_trying=True, breaker_open_until=until)
    return Pass(is_counted=True, held_until=until) if is_ours else None


def give_back(partner: PartnerMall, passed: Pass) -> None:
    """Its call was not made: a trial is anybody's again."""
    if passed.held_until:
        trial = PartnerMall.objects.filter(
            pk=partner.pk, breaker_is_trying=True, breaker_open_until=passed.held_until
        )
        trial.update(breaker_is_trying=False, breaker_open_until=timezone.now())


def condition(partner: PartnerMall, now: datetime.datetime) -> str:
    """How its breaker stands, as the row says: `closed`; `failing`, closed with failures in the window;
    `open`, no call before `breaker_open_until`; `trial`, the next call decides.
    """
    if partner.breaker_pauses:
        return "open" if partner.breaker_open_until > now and not partner.breaker_is_trying else "trial"
    return "failing" if partner.breaker_failures and not _is_over(partner, now) else "closed"


def failed(partner: PartnerMall) -> None:
    """Count a call that failed as a whole. A trial that fails doubles the pause."""
    _change(partner, _note_failure)


def misunderstood(partner: PartnerMall, *, is_news: bool) -> None:
    """Count a call that the mall answered and did not understand. `is_news`: nothing in it had failed before.

    It is the mall's failure only while nothing else goes through: where other calls do, one item of this one
    is at fault, and those that are sent for it again, fewer at a time, tell nothing of the mall.
    """
    _change(partner, partial(_note_misfit, is_news=is_news))


def succeeded(partner: PartnerMall, passed: Pass) -> None:
    """Count a call that went through; it closes the breaker if it is the last trial.

    What had failed meanwhile need not wait out its own pause.
    """
    if passed.is_counted and _change(partner, _note_success):
        now = timezone.now()
        waiting = Listing.objects.filter(
            partner=partner, outcome__in=["failed", "unknown"], next_try_at__gt=now
        )
        record.change(waiting, next_try_at=now)


@transaction.atomic
def _change(partner: PartnerMall, note: Callable[[PartnerMall, datetime.datetime], None]) -> bool:
    """Let `note` change the breaker's columns. Whether it closed."""
    row = locks.partner_mall(partner.pk)
    was_open = bool(row.breaker_pauses)
    note(row, timezone.now())
    row.save(update_fields=list(CLOSED))
    return was_open and not row.breaker_pauses


def _note_failure(row: PartnerMall, now: datetime.datetime) -> None:
    if row.breaker_pauses and not row.breaker_is_trying:
        return  # a call of before
    if not row.breaker_pauses:
        if row.breaker_since is None or _is_over(row, now):
            row.breaker_since, row.breaker_calls, row.breaker_failures = now, 0, 0
        row.breaker_calls += 1
        row.breaker_failures += 1
        if row.breaker_calls < LEAST_CALLS or row.breaker_failures * 2 < row.breaker_calls:
            return
    pause = min(FIRST_PAUSE * 2 ** min(row.breaker_pauses, 10), LONGEST_PAUSE)
    row.breaker_pauses = min(row.breaker_pauses + 1, 30_000)
    row.breaker_trials, row.breaker_is_trying = 0, False
    row.breaker_open_until = now + datetime.timedelta(seconds=pause)


def _note_misfit(row: PartnerMall, now: datetime.datetime, *, is_news: bool) -> None:
    if row.breaker_is_trying and row.breaker_trials:
        row.breaker_is_trying, row.breaker_open_until = False, now  # the next call is the trial
    elif row.breaker_pauses or (
        is_news and (_is_over(row, now) or row.breaker_failures == row.breaker_calls)
    ):
        _note_failure(row, now)


def _note_success(row: PartnerMall, now: datetime.datetime) -> None:
    if row.breaker_is_trying:
        row.breaker_trials += 1
        row.breaker_is_trying, row.breaker_open_until = False, now
        if row.breaker_trials >= TRIALS:
            _close(row)
    elif not row.breaker_pauses and _is_over(row, now):
        _close(row)
    elif not row.breaker_pauses:
        row.breaker_calls += 1


def _close(row: PartnerMall) -> None:
    for name, value in CLOSED.items():
        setattr(row, name, value)


def _is_over(row: PartnerMall, now: datetime.datetime) -> bool:
    """Whether its window is."""
    seconds = max(SHORTEST_WINDOW, LEAST_CALLS * row.call_seconds)
    return row.breaker_since is None or now - row.breaker_since > datetime.timedelta(seconds=seconds)
