"""How many tasks of a kind are at work for one partner at once, over all workers.

One that hangs must not hold up the others, and no mall gets more at once because there are more workers. A
turn is a key in Redis, kept by a thread for as long as the work goes on: whoever is killed, or whose
machine loses its power, has none after LEASE. Not a lock of PostgreSQL, which may miss a machine without
power for hours; not columns of the partner's row, where each task would be two writes. A Redis that was
emptied is told anew by those at work; without one all go on, and no task comes in either.

In each worker the tasks that are not the first of their kind for their mall leave room for all that are, so
that a few malls at which everything hangs leave a thread to every other.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Event, Lock, Thread

import redis
from celery.signals import worker_init

from partners.models import PartnerMall
from partners.pace import redis_server

logger = logging.getLogger(__name__)

LISTINGS, STATEMENTS = "listings", "statements"  # kinds: of those who send them, who fetch them
LEASE = 15  # seconds that a turn outlasts whoever had it
KINDS = 5  # of tasks of one mall: listings, a feed's bytes, passes, orders, statements
ONE_IN = 4  # threads is for further ones, however many malls there are

# KEYS[1] the turn; ARGV whose it is, milliseconds. Taken back where it was forgotten meanwhile.
_KEEP = """
local whose = redis.call('get', KEYS[1])
if not whose or whose == ARGV[1] then redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2]) end
"""
_GIVE_BACK = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"


class Places:
    """Of a worker, for the tasks that are not the first of their kind for their mall."""

    def __init__(self):
        self.threads, self.taken = None, 0  # None: no worker, and as many as come
        self._lock = Lock()

    def take(self) -> bool:
        most = self._most() if self.threads else None
        with self._lock:
            if most is not None and self.taken >= most:
                return False
            self.taken += 1
            return True

    def give_back(self) -> None:
        with self._lock:
            self.taken -= 1

    def _most(self) -> int:
        malls = PartnerMall.objects.filter(state=PartnerMall.State.ACTIVE).count()
        return max(self.threads - KINDS * malls, self.threads // ONE_IN)


PLACES = Places()


@worker_init.connect
def count_threads(sender, **_more):
    PLACES.threads = sender.concurrency


@contextmanager
def turn(partner_id: int, kind: str, *, most: int = 1) -> Iterator[bool]:
    """True when there is room for one more. False: leave it to those who work, or to the next sweep."""
    whose = uuid.uuid4().hex
    try:
        taken = _take(partner_id, kind, most, whose)
    except redis.RedisError as error:
        logger.warning("%s of partner %s at work uncounted: %s", kind, partner_id, error)
        yield True
        return
    if taken is None:
        yield False
        return
    name, is_first = taken
    over = Event()
    keeper = Thread(target=_keep, args=(name, whose, over), daemon=True)
    keeper.start()
    try:
        yield True
    finally:
        over.set()
        keeper.join()  # lest it takes back what is given back
        _tell(_GIVE_BACK, name, whose)
        if not is_first:
            PLACES.give_back()


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


def room(partner_id: int, kind: str, *, most: int) -> int:
    """How many more may begin now; without Redis nobody counts, and none are called."""
    try:
        return most - redis_server().exists(*_names(partner_id, kind, most))
    except redis.RedisError:
        return 0


def _most(partner_id: int, field: str) -> int:
    return PartnerMall.objects.filter(pk=partner_id).values_list(field, flat=True).first() or 0


def _take(partner_id: int, kind: str, most: int, whose: str) -> tuple[str, bool] | None:
    """The name of a turn that was free and is ours now, and whether it is the first. Raises `RedisError`."""
    first, *others = _names(partner_id, kind, most)
    if _is_free(first, whose):
        return first, True
    if not others or not PLACES.take():
        return None
    try:
        name = next((name for name in others if _is_free(name, whose)), None)
    except redis.RedisError:
        PLACES.give_back()
        raise
    if name is None:
        PLACES.give_back()
        return None
    return name, False


def _is_free(name: str, whose: str) -> bool:
    """Whether a turn was, and is ours now."""
    return bool(redis_server().set(name, whose, nx=True, px=LEASE * 1000))


def _names(partner_id: int, kind: str, most: int) -> list[str]:
    return [f"kmall:turn:{partner_id}:{kind}:{number}" for number in range(most)]


def _keep(name: str, whose: str, over: Event) -> None:
    while not over.wait(LEASE / 3):
        _tell(_KEEP, name, whose, LEASE * 1000)


def _tell(script: str, name: str, *values: str | int) -> None:
    try:
        redis_server().eval(script, 1, name, *values)
    except redis.RedisError as error:
        logger.warning("turn %s not kept: %s", name, error)
