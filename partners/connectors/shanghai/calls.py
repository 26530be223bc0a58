"""Calls to the mall's own addresses: its export and its folders. Sections 1 to 3 of the contract."""

import datetime
import json
from collections.abc import Callable

from partners.connectors.connector import (
    BadCredentials,
    ClockDiffers,
    Deferred,
    NotGenuine,
    RequestDiffers,
    TooLarge,
    Transient,
    Unknown,
    WrongState,
)
from partners.connectors.shanghai.signature import authorization, check_answer
from partners.connectors.transport import Line, told, unreadable

FAULTS = {
    "INVALID_SIGNATURE": BadCredentials, "INVALID_KEY": BadCredentials, "SUSPENDED": BadCredentials,
    "TIMESTAMP_EXPIRED": ClockDiffers, "REPLAYED_NONCE": Transient, "BUSY": Transient,
    "RATE_LIMITED": Deferred, "ORDER_STATE": WrongState, "REQUEST_STATE": RequestDiffers,
    "TOO_LARGE": TooLarge,
}  # fmt: skip
LATEST = 10_000_000_000  # Unix time of 2286: what is more is no second


class Calls:
    """Signed requests with the key of one mall; what comes back is the mall's, or a fault."""

    def __init__(self, base_url: str, *, key: str, keys: list[str], timeout: float):
        if not key.isascii():
            raise ValueError("the key goes into a header: only ASCII can be one")  # and is not quoted
        self._key, self._keys = key, keys
        self._line = Line(base_url, timeout)

    @property
    def ahead(self) -> datetime.timedelta:
        """The mall's clock before ours."""
        return self._line.ahead

    def read(self, address: str) -> bytes:
        """What stands at an address: path and query, ASCII. Raises a `Fault`."""
        return self._call("GET", address, b"", {})

    def data(self, address: str, read: Callable):
        """What `read` makes of the JSON object at an address."""
        return self._call("GET", address, b"", {}, lambda raw: read(_object(raw)))

    def ask(self, address: str, body: dict, read: Callable):
        raw, kind = json.dumps(body, separators=(",", ":")).encode(), {"Content-Type": "application/json"}
        return self._call("POST", address, raw, kind, lambda answer: read(_object(answer)))

    def drop(self, address: str, csv: bytes) -> None:
        self._call("POST", address, csv, {"Content-Type": "text/csv"})

    def _call(self, method: str, address: str, body: bytes, headers: dict[str, str], read=bytes):
        """`read` makes the result of the body of an answer."""
        ahead = int(self.ahead.total_seconds())
        sign = authorization(method, address, body, key=self._key, secret=self._keys[0], ahead=ahead)
        return self._line.call(
            method,
            address,
            lambda response: read(self._body(address, response)),
            content=body or None,
            headers=headers | {"Authorization": sign},
        )

    def _body(self, address: str, response) -> bytes:
        if response.status_code != 200:
            raise _fault(response)
        ahead = int(self.ahead.total_seconds())
        try:
            check_answer(address, response.content, response.headers, self._keys, ahead=ahead)
        except NotGenuine as error:
            raise Unknown(f"answer is not the mall's: {error}", status=200) from error
        return response.content


def _object(raw: bytes) -> dict:
    try:
        data = json.loads(raw)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise Unknown(f"unreadable answer: {raw[:80]!r}", status=200)
    return data


def _fault(response):
    """The fault that an answer other than 200 tells."""
    try:
        data = response.json()
        code = str(data["code"])
    except (ValueError, KeyError, TypeError):
        return unreadable(response)
    now = data.get("now")
    is_time = type(now) is int and 0 < now < LATEST
    return told(
        FAULTS.get(code),
        f"{code} {data.get('message', '')}".strip(),
        response.status_code,
        wait=response.headers.get("Retry-After"),
        state=str(data.get("state", "")),
        now=datetime.datetime.fromtimestamp(now, datetime.UTC) if is_time else None,
    )
