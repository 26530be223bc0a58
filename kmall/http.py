"""The one client for outgoing HTTP: time limits, and failures told apart by whether anything was sent."""

import httpx


class Unreachable(Exception):
    """No connection came about: nothing was sent."""


class TimedOut(Exception):
    """The request went out and no whole answer came back: it may or may not have been applied."""


class _Transport(httpx.HTTPTransport):
    def handle_request(self, request):
        try:
            response = super().handle_request(request)
            response.read()  # so that a connection cut within the body is told here as well
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(str(error)) from error
        except httpx.TransportError as error:
            raise TimedOut(f"{type(error).__name__}: {error}") from error
        return response


def client(base_url: str, *, timeout: float = 10, connect: float = 3) -> httpx.Client:
    """A client whose calls raise `Unreachable` or `TimedOut`. Limits in seconds; no proxies."""
    return httpx.Client(
        base_url=base_url,
        timeout=httpx.Timeout(timeout, connect=connect),
        transport=_Transport(),
        trust_env=False,
        headers={"User-Agent": "Kmall24"},
    )
