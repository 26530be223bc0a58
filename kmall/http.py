"""The one client for outgoing HTTP: time limits, and failures told apart by whether anything was sent."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

import httpx

CONNECT_SECONDS = 3


class Unreachable(Exception):
    """No connection came about: nothing was sent."""


class TimedOut(Exception):
    """The request went out and no whole answer came back: it may or may not have been applied."""


@dataclass(frozen=True)
class Exchange:
    """A request as it left and what came back, secrets and persons in it. `status` None: no whole answer."""

    url: str
    sent: bytes
    status: int | None
    answered: bytes
    milliseconds: int


_heard: ContextVar[list[Exchange] | None] = ContextVar("heard", default=None)


@contextmanager
def overheard() -> Iterator[list[Exchange]]:
    """What clients of this module say while in here, on this thread, in order; what failed too."""
    heard: list[Exchange] = []
    before = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(before)


class _InTime(httpx.SyncByteStream):
    """A body that comes before a moment of the monotonic clock, however small the pieces that it comes in."""

    def __init__(self, body, until: float):
        self._body, self._until = body, until

    def __iter__(self):
        for piece in self._body:
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the answer does not come to its end")
            yield piece

    def close(self):
        self._body.close()


class _Transport(httpx.HTTPTransport):
    def handle_request(self, request):
        began = time.monotonic()
        try:
            response = super().handle_request(request)
            until = time.monotonic() + request.extensions["timeout"]["read"]
            response.stream = _InTime(response.stream, until)
            response.read()  # so that a connection cut within the body is told here as well
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            _tell(request, None, began)
            raise Unreachable(str(error)) from error
        except httpx.TransportError as error:
            _tell(request, None, began)
            raise TimedOut(f"{type(error).__name__}: {error}") from error
        _tell(request, response, began)
        return response


def _tell(request: httpx.Request, response: httpx.Response | None, began: float) -> None:
    heard = _heard.get()
    if heard is None:
        return
    status, answered = (response.status_code, response.content) if response is not None else (None, b"")
    milliseconds = int((time.monotonic() - began) * 1000)
    heard.append(Exchange(str(request.url), request.read(), status, answered, milliseconds))


@cache
def _trusted():
    """Whom calls trust, for all clients: to read the authorities takes 45 ms."""
    return httpx.create_ssl_context(trust_env=False)


def check_address(url: str) -> None:
    """Raises ValueError where no call can go there: more passes for an address than can be one."""
    try:
        httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from error


def client(base_url: str, *, timeout: float = 10, connect: float = CONNECT_SECONDS) -> httpx.Client:
    """A client whose calls raise `Unreachable` or `TimedOut`. Limits in seconds; no proxies.

    `timeout`: until the server answers, and again for its whole answer. Raises ValueError for an address
    that cannot be called.
    """
    check_address(base_url)
    return httpx.Client(
        base_url=base_url,
        timeout=httpx.Timeout(timeout, connect=connect),
        transport=_Transport(verify=_trusted()),
        trust_env=False,
        headers={"User-Agent": "Kmall24"},
    )
