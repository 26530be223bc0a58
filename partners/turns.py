"""How many threads of a worker may wait for one partner: one that hangs must not hold up the others."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock

from partners.models import PartnerMall

_at_work: Counter[tuple[int, str]] = Counter()
_lock = Lock()


@contextmanager
def turn(partner_id: int, kind: str, *, most: int = 1) -> Iterator[bool]:
    """True when there is room for one more. False: leave it to those who work, or to the next sweep."""
    with _lock:
        has_room = _at_work[partner_id, kind] < most
        _at_work[partner_id, kind] += has_room
    try:
        yield has_room
    finally:
        with _lock:
            _at_work[partner_id, kind] -= has_room


def few_at_once(kind: str, *, most: str = "") -> Callable:
    """For a task of one partner: it does nothing while enough of its kind are at work there.

    `most`: the field of the partner that says how many; one at a time without.
    """

    def limit(work):
        @wraps(work)
        def limited(partner_id: int) -> None:
            with turn(partner_id, kind, most=_most(partner_id, most) if most else 1) as has_room:
                if has_room:
                    work(partner_id)

        return limited

    return limit


def _most(partner_id: int, field: str) -> int:
    return PartnerMall.objects.filter(pk=partner_id).values_list(field, flat=True).first() or 0
