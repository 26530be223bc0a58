"""Keep what a mall that pulls asked of its feed and how much it got (writes)."""

import datetime
import json
import logging
import time
from dataclasses import InitVar, dataclass, field

import redis
from django.core.cache import cache
from django.utils import timezone

from partners import blot, call_rows
from partners.models import PartnerMall
from partners.pull_feed.read import Ready

logger = logging.getLogger(__name__)

LONGEST_ASKED = 1000  # characters of the headers: who is not believed may send anything
TURNED_AWAY_EVERY = 10  # seconds; of strangers that ask more often no more is kept for one reason


@dataclass
class Reading:
    """What was asked, and what of it was got."""

    partner: PartnerMall
    kind: str  # as `blot.GOODS` names it
    address: str
    headers: str
    since: InitVar[float]  # of the monotonic clock: when it was asked
    ready: Ready | None  # None where it was refused
    code: str  # with which
    status: int
    size: int  # bytes that went out
    milliseconds: int = field(init=False)
    at: datetime.datetime = field(default_factory=timezone.now)
    times: int = 1  # that the same was got

    def __post_init__(self, since: float):
        self.milliseconds = int((time.monotonic() - since) * 1000)


def keep(reading: Reading) -> None:
    """One row of it, or a count of what the mall had already. Never fails."""
    try:
        if _is_empty(reading):
            call_rows.count_empty(reading.partner.pk, reading.at)
        elif reading.ready or _is_signed(reading.code) or _is_first(reading.partner, reading.code):
            write(reading)
    except Exception as error:  # as of calls that we make: the answer is worth more than its record
        logger.error("%s of partner %s not kept: %s", reading.kind, reading.partner.pk, type(error).__name__)


def write(reading: Reading) -> None:
    """A row of it, whatever it is."""
    secrets, items = call_rows.secrets_of(reading.partner), reading.ready.items if reading.ready else 0
    headers = reading.headers[:LONGEST_ASKED].encode(errors="replace")
    got = {"items": items} if reading.ready else {"code": reading.code}
    got |= {"bytes": reading.size} | ({"times": reading.times} if reading.times > 1 else {})
    call_rows.keep(
        partner_id=reading.partner.pk,
        kind=reading.kind,
        listings=items,
        products=[],
        outcome="ok" if reading.ready or _is_signed(reading.code) else "refused",
        status=reading.status,
        milliseconds=reading.milliseconds,
        error=reading.code,
        address=blot.address(reading.address, secrets)[:300],
        sent=call_rows.packed([headers], reading.kind, secrets),
        answered=call_rows.packed([json.dumps(got).encode()], reading.kind, secrets),
        at=reading.at,
    )


def _is_empty(reading: Reading) -> bool:
    """Whether the mall got nothing that it had not."""
    if reading.ready is None:
        return False
    return reading.status == 304 or not (reading.ready.items or reading.kind == "read_manifest")


def _is_signed(code: str) -> bool:
    """Whether the mall itself was told so, by the contract, and goes on with the full feed."""
    return code in ("NOT_FOUND", "TOO_FAR_BEHIND")


def _is_first(partner: PartnerMall, code: str) -> bool:
    try:
        return cache.add(f"feed:turned-away:{partner.pk}:{code}", 1, TURNED_AWAY_EVERY)
    except redis.RedisError:
        return True
