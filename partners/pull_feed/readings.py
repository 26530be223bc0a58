"""Keep what a mall that pulls asked of its feed and how much it got (writes)."""

import json
import logging
import time
from dataclasses import dataclass

import redis
from django.core.cache import cache
from django.utils import timezone

from partners import blot, call_rows
from partners.models import PartnerMall
from partners.pull_feed.read import Ready

logger = logging.getLogger(__name__)

LONGEST_ASKED = 1000  # characters of the headers: who is not believed may send anything
TURNED_AWAY_EVERY = 10  # seconds; of strangers that ask more often no more is kept for one reason


@dataclass(frozen=True)
class Reading:
    """What was asked. `kind`: as `blot.GOODS` names it; `since`: of the monotonic clock."""

    kind: str
    address: str
    headers: str
    since: float


def keep(
    partner: PartnerMall, asked: Reading, ready: Ready | None, status: int, size: int, code: str = ""
) -> None:
    """One row of a reading, or a count of what the mall had already. Never fails.

    `ready`: what was got, None where it was refused with a `code`; `size`: bytes that went out.
    """
    try:
        if ready and (status == 304 or not (ready.items or asked.kind == "read_manifest")):
            call_rows.count_empty(partner.pk, timezone.now())
        elif ready or _is_signed(code) or _is_first(partner, code):
            _keep(partner, asked, ready, status, size, code)
    except Exception as error:  # as of calls that we make: the answer is worth more than its record
        logger.error("%s of partner %s not kept: %s", asked.kind, partner.pk, type(error).__name__)


def _keep(partner, asked: Reading, ready: Ready | None, status: int, size: int, code: str) -> None:
    secrets, items = call_rows.secrets_of(partner), ready.items if ready else 0
    headers = asked.headers[:LONGEST_ASKED].encode(errors="replace")
    got = {"items": items, "bytes": size} if ready else {"code": code, "bytes": size}
    call_rows.keep(
        partner_id=partner.pk,
        kind=asked.kind,
        listings=items,
        products=[],
        outcome="ok" if ready or _is_signed(code) else "refused",
        status=status,
        milliseconds=int((time.monotonic() - asked.since) * 1000),
        error=code,
        address=blot.address(asked.address, secrets)[:300],
        sent=call_rows.packed([headers], asked.kind, secrets),
        answered=call_rows.packed([json.dumps(got).encode()], asked.kind, secrets),
        at=timezone.now(),
    )


def _is_signed(code: str) -> bool:
    """Whether the mall itself was told so, by the contract, and goes on with the full feed."""
    return code in ("NOT_FOUND", "TOO_FAR_BEHIND")


def _is_first(partner: PartnerMall, code: str) -> bool:
    try:
        return cache.add(f"feed:turned-away:{partner.pk}:{code}", 1, TURNED_AWAY_EVERY)
    except redis.RedisError:
        return True
