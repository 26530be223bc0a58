"""Workers of this process that die while they work: no transaction outlives it, nobody catches it."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.db import transaction

from partners import breaker, record


class Killed(BaseException):
    """What ends a worker of this process: nobody catches it, and no transaction outlives it."""


@dataclass(frozen=True)
class Death:
    """Where a worker dies: "claimed", with rows leased and nothing worked out, or of a call of this kind:
    "prepared", before it is made; "sent", before its answer is known; "answered", before it is counted;
    "written", before what it says is committed.
    """

    point: str
    call: str


@contextlib.contextmanager
def dying(death: Death, connector: type, monkeypatch):
    """Who works in here dies there, the first time that it gets so far: Killed is among what is yielded."""
    died, armed = [], []

    def die(*_args, **_kwargs):
        died.append(death)
        raise Killed

    call = getattr(connector, death.call, None)  # of a claim there is none

    @wraps(call or die)
    def called(*args, **kwargs):
        if death.point == "prepared":
            die()
        answer = call(*args, **kwargs)
        if death.point == "sent":
            die()
        armed.append(answer)
        return answer

    def then_die(write: Callable):
        @wraps(write)
        def last(*args, **kwargs):
            with transaction.atomic():
                written = write(*args, **kwargs)
                return die() if armed else written

        return last

    def or_die(count_success: Callable):
        return lambda *args: die() if armed else count_success(*args)

    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        if call is None:
            patch.setattr("partners.sync.plan", die)
        else:
            patch.setattr(connector, death.call, called)
        if death.point == "answered":
            patch.setattr("partners.breaker.succeeded", or_die(breaker.succeeded))
        if death.point == "written":
            for name in ("save", "save_untouched"):
                patch.setattr(f"partners.record.{name}", then_die(getattr(record, name)))
        yield died
