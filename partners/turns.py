"""How many threads of a worker may wait for one partner: one that hangs must not hold up the others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import BoundedSemaphore

AT_ONCE = {"listings": 3, "orders": 2, "walk": 1, "feed": 1}  # by what they do there
_turns: dict[tuple[int, str], BoundedSemaphore] = {}


@contextmanager
def turn(partner_id: int, kind: str) -> Iterator[bool]:
    """True when there is room for one more. False: leave it to those who work, or to the next sweep."""
    semaphore = _turns.setdefault((partner_id, kind), BoundedSemaphore(AT_ONCE[kind]))
    has_room = semaphore.acquire(blocking=False)
    try:
        yield has_room
    finally:
        if has_room:
            semaphore.release()


def few_at_once(kind: str) -> Callable:
    """For a task of one partner: it does nothing while enough of its kind are at work there."""

    def limit(work):
        @wraps(work)
        def limited(partner_id: int) -> None:
            with turn(partner_id, kind) as has_room:
                if has_room:
                    work(partner_id)

        return limited

    return limit
