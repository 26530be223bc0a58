"""Versions of what cached things were made from, and every key we keep in Redis for caching.

A version is a word that was never used before. Raising one is writing a new word: nothing is purged and
nothing can come back, whatever Redis forgets. Readers hold the words in memory and listen for changes on
a connection that they look at without waiting (3 µs), so a hit asks Redis nothing; see
docs/decisions/0003-page-cache.md for what happens when Redis is lost.
"""

import logging
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import contextmanager, suppress
from functools import cache, partial
from hashlib import blake2b

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

EVERYTHING = "everything"  # a part of every version: raising it drops all pages
VERSION_SECONDS = 7 * 24 * 3600  # a word that expires is replaced by a new one: a miss, never a mistake
PRICES_TURNED = "prices-turned"  # Django's cache: the moment up to which price changes by the clock were told
_HEARTBEAT = 1.0  # seconds after which known words are asked for again: a silently dead line is found
_PAUSE = 1.0  # seconds without a try after Redis failed
_owed: set[str] = set()  # raised while Redis was away; written with the next word


@cache
def redis_client() -> redis.Redis:
    """The one client for caching; short time limits, since a page can always be rendered instead."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        protocol=2,
        socket_timeout=0.5,
        socket_connect_timeout=0.25,
        retry=Retry(NoBackoff(), 1),
    )


def channel() -> str:
    """Channels are the server's, not the database's: two malls on one server must not hear each other."""
    return f"kmall:changed:{redis_client().get_connection_kwargs().get('db', 0)}"


def version_key(name: str) -> str:
    return f"kmall:version:{name}"


def page_key(url: str, release: str, versions: tuple[bytes, ...]) -> str:
    """Where a whole page is kept; its lock is the same with `:lock` behind."""
    digest = blake2b(b"\0".join([url.encode(), release.encode(), *versions]), digest_size=16)
    return f"kmall:page:{digest.hexdigest()}"


def bump(*names: str) -> None:
    """Make all that was cached under these names obsolete once the current transaction commits.

    Without a name: everything. Call it inside the transaction that makes the change.
    """
    transaction.on_commit(partial(raise_now, *(names or (EVERYTHING,))), robust=True)


def raise_now(*names: str) -> None:
    """`bump` for what is committed already. Never fails: what Redis did not take is owed."""
    owed = {*_owed, *names}
    try:
        _write_new_words(owed)
    except redis.RedisError as lost:
        _owed.update(names)
        logger.error("cache versions not raised, will be with the next: %s (%s)", sorted(owed), lost)
    else:
        _owed.difference_update(owed)


def version(*names: str) -> tuple[bytes, ...] | None:
    """The present words of these names and of EVERYTHING, or None while Redis is out of reach.

    Read it before reading the data that it stands for.
    """
    return watch.version(names)


@contextmanager
def one_look():
    """Look for changes now and not again inside, in this thread: for one answer that only reads.

    What it reads is never older than its words, and sixteen looks are a fifteenth of a page's time.
    """
    version()
    watch.settled.value = True
    try:
        yield
    finally:
        watch.settled.value = False


def _write_new_words(names: set[str]) -> None:
    pipe = redis_client().pipeline(transaction=True)
    for name in sorted(names):
        pipe.set(version_key(name), secrets.token_bytes(9), ex=VERSION_SECONDS)
    pipe.publish(channel(), "1")
    pipe.execute()
    # The answer to a second command comes from the server's next round: by then the message above has left
    # for every listener (measured: without it 1 in 1,000 came after the answer to the writer).
    redis_client().ping()


_remembered: OrderedDict[tuple, tuple[tuple[bytes, ...], object]] = OrderedDict()
_REMEMBERED_AT_MOST = 2_000


def remembered(key: tuple, names: tuple[str, ...], make: Callable):
    """`make()`, called again only when a version of `names` was raised. Kept in this process: small things.

    What comes back is shared by all callers: do not change it.
    """
    now = version(*names)
    kept = _remembered.get(key)
    if kept and now is not None and kept[0] == now:
        return kept[1]
    value = make()
    if now is not None:
        _remembered[key] = (now, value)
        with suppress(KeyError):  # emptied by another thread
            while len(_remembered) > _REMEMBERED_AT_MOST:
                _remembered.popitem(last=False)
    return value


def recent(kind: str, most: int, names: tuple[str, ...] = ()) -> dict:
    """What this process made last of a kind, about `most` of it, while no version of `names` is raised.

    It may be added to: unlike what `remembered` gives, it is one dict for all callers on purpose.
    """
    kept = remembered((kind,), names, dict)
    if len(kept) >= most:
        kept.clear()
    return kept


def forget(kind: str) -> None:
    """Drop what is remembered under keys that begin so, in this process."""
    for key in [key for key in _remembered if key[0] == kind]:
        _remembered.pop(key, None)


class Watch:
    """The words this process knows, and the line on which it hears that one of them changed."""

    def __init__(self):
        self._lock = threading.Lock()
        self.settled = threading.local()
        self.reset()

    def reset(self) -> None:
        self._known: dict[str, bytes] = {}
        self._line = None
        self._ask_again_at = 0.0
        self._try_again_at = 0.0

    def version(self, names: tuple[str, ...]) -> tuple[bytes, ...] | None:
        with self._lock:
            now = time.monotonic()
            if self._line is None and now < self._try_again_at:
                return None
            try:
                if self._line is None or not getattr(self.settled, "value", False):
                    self._listen(now)
                return self._words((*names, EVERYTHING))
            except redis.RedisError as lost:
                logger.warning("caching without Redis: %s", lost)
                self.reset()
                self._try_again_at = now + _PAUSE
                return None

    def _listen(self, now: float) -> None:
        if self._line is None:
            self._connect()
        elif self._heard():
            self._known.clear()
        if now >= self._ask_again_at:
            self._known.clear()
            self._ask_again_at = now + _HEARTBEAT

    def _connect(self) -> None:
        """Subscribe, then raise EVERYTHING: nobody knows what was changed while nobody listened."""
        line = redis_client().connection_pool.make_connection()
        line.connect()
        line.send_command("SUBSCRIBE", channel())
        line.read_response()
        _write_new_words({EVERYTHING})
        self._line = line
        self._heard()  # our own
        self._known.clear()

    def _heard(self) -> bool:
        """Whether anything was raised since we last looked; what it was does not matter."""
        heard = False
        while self._line.can_read(timeout=0):
            self._line.read_response()
            heard = True
        return heard

    def _words(self, names: tuple[str, ...]) -> tuple[bytes, ...]:
        missing = [name for name in names if name not in self._known]
        if missing:
            pipe = redis_client().pipeline(transaction=False)
            for name in missing:
                pipe.set(version_key(name), secrets.token_bytes(9), nx=True, ex=VERSION_SECONDS)
            pipe.mget([version_key(name) for name in missing])
            self._known.update(zip(missing, pipe.execute()[-1], strict=True))
        return tuple(self._known[name] for name in names)


watch = Watch()
os.register_at_fork(after_in_child=lambda: watch.__init__())
