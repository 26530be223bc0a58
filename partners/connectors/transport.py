"""HTTP to a mall as any connector needs it: calls, the mall's clock, and codes of its contract as faults."""

import datetime
import json
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import cache

from django.utils import timezone

from kmall.http import TimedOut, Unreachable, client
from partners.connectors.connector import (
    ClockDiffers,
    Deferred,
    Fault,
    Misfit,
    RequestDiffers,
    Transient,
    Unknown,
    WrongState,
)
from partners.connectors.reading import UNREADABLE

SHORTEST_WAIT, LONGEST_WAIT = 5, 3600  # seconds


def one_for(kind: type, partner, **more):
    """The one connector of a kind for a mall's address and key, so that its connections are kept open.

    It is made with `base_url`, `timeout`, the parts of the key and what is given besides. Raises what a key
    that does not fit makes its class raise.
    """
    return made(kind, partner.base_url, partner.credentials, partner.call_seconds, **more)


@cache
def made(kind: type, base_url: str, credentials: str, timeout: int, **more):
    return kind(base_url, timeout=timeout, **json.loads(credentials), **more)


class Line:
    """What is said to one mall. `ahead`: the mall's clock before ours, as it told us last."""

    def __init__(self, base_url: str, timeout: float):
        self._client = client(base_url, timeout=timeout)
        self.ahead = datetime.timedelta()

    def now(self) -> datetime.datetime:
        """By the mall's clock."""
        return timezone.now() + self.ahead

    def call(self, method: str, address: str, read: Callable, **request):
        """One call; `read` makes its result of the response, or raises its fault. Raises a `Fault`."""
        try:
            response = self._client.request(method, address, **request)
        except Unreachable as error:
            raise Transient(f"unreachable: {error}") from error
        except TimedOut as error:
            raise Unknown(f"no answer: {error}") from error
        try:
            return read(response)
        except ClockDiffers as differs:
            self.ahead = differs.now - timezone.now()
            raise
        except UNREADABLE as error:
            raise Unknown(f"incomplete answer: {error!r}", status=response.status_code) from error


def told(kind: type[Fault] | None, text: str, status: int, *, wait=None, state="", now=None) -> Fault:
    """The fault that a code tells. `kind`: its class by the mall's contract, None for any other code.

    `wait`: how long the mall asks to wait, if it does; `state`: where an order or request stands; `now`: the
    mall's clock, if it says so.
    """
    kind = kind or (Unknown if status >= 500 else Misfit)
    if kind is Deferred or (kind is Transient and wait):
        return Deferred(text, seconds=wait_seconds(wait), status=status)
    if kind is ClockDiffers:
        return ClockDiffers(text, now=now, status=status) if now else Transient(text, status=status)
    if kind in (WrongState, RequestDiffers):
        return kind(text, state=state, status=status)
    return kind(text, status=status)


def unreadable(response) -> Fault:
    """The fault of an answer that is none of the mall's: what came of the call is unknown.

    Only a gateway's 429 tells something: the call went no further (RFC 6585, section 4).
    """
    text, status = f"unreadable answer: {response.text[:80]}", response.status_code
    if status == 429:
        return Deferred(text, seconds=wait_seconds(response.headers.get("Retry-After")), status=status)
    return Unknown(text, status=status)


def wait_seconds(said: str | None) -> float:
    """The wait a mall asks for, in seconds or as an HTTP date: an hour at most, 5 s where it names none."""
    if said and said.isdecimal():
        return min(float(said), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said or "")
    except ValueError:
        return SHORTEST_WAIT
    if until.tzinfo is None:  # "-0000": of no place, but UTC
        until = until.replace(tzinfo=datetime.UTC)
    wait = (until - datetime.datetime.now(datetime.UTC)).total_seconds()
    return max(SHORTEST_WAIT, min(wait, LONGEST_WAIT))
