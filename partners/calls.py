"""One call to a partner in its turn: paced, let through by the breaker, counted for it."""

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.utils import timezone

from partners import breaker, pace, verdict
from partners.connectors.connector import Fault, NotReady, RequestDiffers, WrongState
from partners.connectors.recording import kept_afterwards
from partners.models import PartnerMall

SAID_NO = (NotReady, RequestDiffers, WrongState)  # the mall is well, and what was asked of it cannot be
SOON = 2  # seconds until somebody else's calls may have gone out


class Interrupted(Fault):
    """No call may go out for now: who wanted to make one comes back later."""


class Line:
    """Calls of those who share it go out one at a time. `seconds`: what the last one took."""

    def __init__(self):
        self._lock, self.seconds = Lock(), 0.0

    @contextmanager
    def taken(self, wait: float) -> Iterator[float]:
        """What is left of so many seconds to wait, once it is free. Raises `Interrupted` if it never is."""
        began = time.monotonic()
        if not self._lock.acquire(timeout=wait):
            raise Interrupted("another call takes too long")
        try:
            yield wait - (time.monotonic() - began)
        finally:
            self._lock.release()


def make(
    partner: PartnerMall, call, *arguments, wait: float = pace.LONGEST_WAIT, line: Line | None = None, **more
):
    """What the call answers; its turn, and the line, are waited for so many seconds at most.

    Raises `Interrupted` where none may go out, or the `Fault` that the call met: a failure is not counted
    yet, `verdict.of_fault` does that.
    """
    line = line or Line()
    with kept_afterwards(), line.taken(wait) as left:
        passed = breaker.admits(partner) if pace.wait_for_turn(partner, most=left) else None
        if passed is None:
            raise Interrupted(f"no calls to partner {partner.pk} for now")
        began = time.monotonic()
        try:
            answer = call(*arguments, **more)
        except SAID_NO:
            breaker.succeeded(partner, passed)
            raise
        finally:
            line.seconds = time.monotonic() - began
        breaker.succeeded(partner, passed)
    return answer


def next_turn(partner: PartnerMall) -> datetime.datetime:
    """When who was interrupted may ask again: after the wait that the mall asked for, or soon."""
    return timezone.now() + datetime.timedelta(seconds=max(pace.held_seconds(partner), SOON))


def ask(partner: PartnerMall, call, *arguments, wait: float = 60):
    """The same of a call that may be made again as a whole: its failure is counted. Raises `Fault`."""
    try:
        return make(partner, call, *arguments, wait=wait)
    except (Interrupted, *SAID_NO):
        raise
    except Fault as fault:
        verdict.of_fault(partner, fault, 0)
        raise
