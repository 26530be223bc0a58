"""One call to a partner in its turn: paced, let through by the breaker, counted for it."""

import datetime
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from django.utils import timezone

from partners import breaker, pace, verdict
from partners.connectors.connector import Fault, Misfit, NotReady, RequestDiffers, TooLarge, WrongState
from partners.connectors.recording import kept_later
from partners.models import PartnerMall

# The mall is well, and what was asked of it cannot be.
SAID_NO = (NotReady, RequestDiffers, TooLarge, WrongState)
AHEAD = 2  # calls that wait while one is on its way, so that the next begins at once
LONGEST_AHEAD = 1  # seconds that one waits so; after that it is up to who handed it in
MOST_PAGES = 1000  # of a list; a longer one is none
SOON = 2  # seconds until somebody else's calls may have gone out


class Interrupted(Fault):
    """No call may go out for now: who wanted to make one comes back later."""


class NotBegun(Exception):
    """A call was not made: one before it failed, or it is too late for it."""


class Line:
    """Calls to a partner that go out one at a time, in the order they are handed in.

    Once it is spread a thread of its own makes them, while who hands them in works out the next and writes
    down what came of those before. `seconds`: what the last one took, with the wait for its turn.
    """

    def __init__(self, partner: PartnerMall):
        self._partner, self._thread = partner, None
        self._under_way: deque[tuple[Future, Callable[[Callable], None]]] = deque()
        self.seconds, self.has_failed = 0.0, False

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, kind, *_error) -> None:
        """All is settled, unless who handed it in fails: then what has not begun never does."""
        try:
            if kind is None:
                self.settle()
        finally:
            self.has_failed = True
            if self._thread:
                self._thread.shutdown()

    @property
    def is_spread(self) -> bool:
        return self._thread is not None

    def spread(self) -> None:
        self._thread = self._thread or ThreadPoolExecutor(max_workers=1)

    def say(self, call, items: list, *, in_time: Callable[[], bool], then: Callable) -> None:
        """Have a call made. `then` gets what returns its answer, or raises its `Fault` or `NotBegun`.

        None begins after one that failed, nor when it is not `in_time` any more.
        """
        self.settle(AHEAD)
        said, keeps = Future(), []
        try:
            if self.has_failed or not in_time():
                raise NotBegun
            passed, waited = self._admitted()
        except (Interrupted, NotBegun) as reason:
            self.has_failed |= isinstance(reason, Interrupted)
            said.set_exception(reason)
        else:
            if in_time():
                work = partial(self._make, said, call, items, keeps, time.monotonic(), waited)
                self._thread.submit(work) if self._thread else work()
            else:
                said.set_exception(NotBegun())
            then = partial(self._tell, passed, keeps, then)
        self._under_way.append((said, then))
        if not self._thread:
            self.settle()

    def settle(self, left: int = 0) -> None:
        """Wait for all calls but the last so many, and tell what came of them."""
        while len(self._under_way) > left:
            said, then = self._under_way.popleft()
            then(said.result)

    def _admitted(self) -> tuple[breaker.Pass, float]:
        """A pass, and the seconds that its turn was waited for once all that is under way was settled."""
        if self._under_way:
            with suppress(Interrupted):
                return admit(self._partner, wait=0), 0
            self.settle()
        began = time.monotonic()
        return admit(self._partner), time.monotonic() - began

    def _make(self, said: Future, call, items, keeps: list[Callable], since: float, waited: float) -> None:
        """On the line's thread, which needs no connection to the database."""
        began = time.monotonic()
        if self.has_failed or began - since > LONGEST_AHEAD:
            said.set_exception(NotBegun())
            return
        try:
            with kept_later(keeps):
                answer = call(items)
        except BaseException as reason:
            self.has_failed |= not isinstance(reason, (Misfit, *SAID_NO))  # the others may go through
            said.set_exception(reason)
        else:
            self.seconds = waited + time.monotonic() - began
            said.set_result(answer)

    def _tell(self, passed: breaker.Pass, keeps: list[Callable], then: Callable, said: Callable) -> None:
        """A call that went through counts for the breaker, as in `make`; a failure is counted by `then`."""
        try:
            then(partial(_through, self._partner, passed, said))
        finally:
            for keep in keeps:
                keep()


def admit(partner: PartnerMall, *, wait: float = pace.LONGEST_WAIT) -> breaker.Pass:
    """For one call; its turn is waited for so many seconds. Raises `Interrupted` where none may go out."""
    passed = breaker.admits(partner) if pace.wait_for_turn(partner, most=wait) else None
    if passed is None:
        raise Interrupted(f"no calls to partner {partner.pk} for now")
    return passed


def make(partner: PartnerMall, call, *arguments, wait: float = pace.LONGEST_WAIT, **more):
    """What the call answers; its turn is waited for so many seconds at most.

    Raises `Interrupted` where none may go out, or the `Fault` that the call met: a failure is not counted
    yet, `verdict.of_fault` does that.
    """
    return _through(partner, admit(partner, wait=wait), call, *arguments, **more)


def _through(partner: PartnerMall, passed: breaker.Pass, call, *arguments, **more):
    """What the call answers, counted for the breaker where it went through."""
    try:
        answer = call(*arguments, **more)
    except NotBegun:
        breaker.give_back(partner, passed)
        raise
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
