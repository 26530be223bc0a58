"""One call to a partner in its turn: paced, let through by the breaker, counted for it."""

import datetime

from django.utils import timezone

from partners import breaker, pace, verdict
from partners.connectors.connector import Fault, NotReady, RequestDiffers, WrongState
from partners.models import PartnerMall

SAID_NO = (NotReady, RequestDiffers, WrongState)  # the mall is well, and what was asked of it cannot be
SOON = 2  # seconds until somebody else's calls may have gone out


class Interrupted(Fault):
    """No call may go out for now: who wanted to make one comes back later."""


def make(partner: PartnerMall, call, *arguments, wait: float = pace.LONGEST_WAIT, **more):
    """What the call answers; its turn is waited for so many seconds at most.

    Raises `Interrupted` where none may go out, or the `Fault` that the call met: a failure is not counted
    yet, `verdict.of_fault` does that.
    """
    passed = breaker.admits(partner) if pace.wait_for_turn(partner, most=wait) else None
    if passed is None:
        raise Interrupted(f"no calls to partner {partner.pk} for now")
    try:
        answer = call(*arguments, **more)
    except SAID_NO:
        breaker.succeeded(partner, passed)
        raise
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
