"""Whole pages as ready bytes: in the process's memory first, in Redis behind, rendered once for all.

A page is kept under its address and the versions it was made from, so an old one cannot be found.
"""

import json
import threading
import time
import zlib
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import redis
from django.conf import settings

from kmall.caching import page_key, redis_client

MEMORY_BYTES = 64 * 2**20  # a process
REDIS_SECONDS = 60  # Redis is there to render once for all processes, not to keep
PAGE_SECONDS = 300  # the longest life of a page whose change went by unheard, e.g. a sale price that began
RENDER_SECONDS = 3.0  # how long others wait for whoever renders, before they render themselves
_LOOK_AGAIN = 0.01


@dataclass(slots=True)
class Page:
    """One answer of 200, the same for everybody. `zipped` is gzip, `br` is made when first asked for."""

    digest: str
    headers: list[tuple[str, str]]
    zipped: bytes
    versions: tuple[bytes, ...] = ()
    names: tuple[str, ...] = ()
    made: float = field(default_factory=time.time)
    br: bytes = b""
    plain: bytes = b""  # instead of `zipped`, for a page that will not be kept
    answers: dict = field(default_factory=dict)  # headers ready to send, by encoding

    def weight(self) -> int:
        return 2 * len(self.zipped) + 1000  # with room for br and headers

    def dump(self) -> bytes:
        return json.dumps([self.digest, self.headers, self.made]).encode() + b"\n" + self.zipped

    @classmethod
    def load(cls, data: bytes) -> "Page":
        head, zipped = data.split(b"\n", 1)
        digest, headers, made = json.loads(head)
        return cls(digest, [tuple(pair) for pair in headers], zipped, made=made)


def pack(body: bytes) -> bytes:
    """gzip's format without a time in it, so that equal pages are equal bytes."""
    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def unpack(zipped: bytes) -> bytes:
    return zlib.decompress(zipped, 31)


def is_young(page: Page) -> bool:
    return time.time() - page.made < PAGE_SECONDS


class Memory:
    """The pages used last, up to a number of bytes."""

    def __init__(self, limit: int = MEMORY_BYTES):
        self._limit, self._used = limit, 0
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, url: str) -> Page | None:
        page = self._pages.get(url)
        if page is not None:
            with suppress(KeyError):  # another thread may just have dropped it
                self._pages.move_to_end(url)
        return page

    def put(self, url: str, page: Page) -> None:
        with self._lock:
            if old := self._pages.pop(url, None):
                self._used -= old.weight()
            self._pages[url] = page
            self._used += page.weight()
            while self._used > self._limit:
                _, oldest = self._pages.popitem(last=False)
                self._used -= oldest.weight()

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._used = 0


class Flights:
    """Who renders a page in this process; the others wait until it is done."""

    def __init__(self):
        self._lock = threading.Lock()
        self._running: dict[str, threading.Event] = {}

    def lead(self, key: str) -> bool:
        """True: render it and `land`. False: somebody did, look again."""
        with self._lock:
            running = self._running.get(key)
            if running is None:
                self._running[key] = threading.Event()
                return True
        running.wait(RENDER_SECONDS)
        return False

    def land(self, key: str) -> None:
        with self._lock:
            running = self._running.pop(key, None)
        if running:
            running.set()


def fetch_or_lock(key: str) -> Page | None:
    """The page that another process made, waiting for it when it is being made; None: ours to make.

    The lock holds nobody up who does not need the page, and runs out by itself.
    """
    give_up_at = time.monotonic() + RENDER_SECONDS
    while True:
        pipe = redis_client().pipeline(transaction=True)
        pipe.get(key)
        pipe.set(f"{key}:lock", 1, nx=True, px=int(RENDER_SECONDS * 1000))
        data, ours = pipe.execute()
        if data:
            if ours:
                redis_client().delete(f"{key}:lock")
            return Page.load(data)
        if ours or time.monotonic() > give_up_at:
            return None
        time.sleep(_LOOK_AGAIN)


def share(key: str, page: Page | None) -> None:
    """Leave the page for other processes (None: it came to nothing) and let them go on."""
    with suppress(redis.RedisError):
        pipe = redis_client().pipeline(transaction=True)
        if page:
            pipe.set(key, page.dump(), ex=REDIS_SECONDS)
        pipe.delete(f"{key}:lock")
        pipe.execute()


@cache
def release() -> str:
    """Changes with the code, so that two releases side by side do not share pages."""
    folders = ("kmall", "catalog", "orders", "partners", "templates", "locale", "static")
    files = [path for name in folders for path in Path(settings.BASE_DIR, name).rglob("*.*")]
    return f"{len(files)}-{max(map(_changed_at, files))}"


def _changed_at(path: Path) -> int:
    """In ns; 0 of a file that has just gone, as while catalogues of texts are compiled."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def key_of(url: str, versions: tuple[bytes, ...]) -> str:
    return page_key(url, release(), versions)
