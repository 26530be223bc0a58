"""Calls to the mall's own addresses: its export and its folders. Sections 1 to 3 of the contract."""

import datetime
import json

from django.utils import timezone

from kmall.http import TimedOut, Unreachable, client
from partners.connectors.connector import (
    BadCredentials,
    ClockDiffers,
    Deferred,
    Misfit,
    NotGenuine,
    RequestDiffers,
    TooLarge,
    Transient,
    Unknown,
    WrongState,
    unreadable,
    wait_seconds,
)
from partners.connectors.shanghai.signature import authorization, check_answer

CREDENTIALS = {"INVALID_SIGNATURE", "INVALID_KEY", "SUSPENDED"}
LATEST = 10_000_000_000  # Unix time of 2286: what is more is no second
AGAIN = {"TIMESTAMP_EXPIRED", "REPLAYED_NONCE", "BUSY"}


class Calls:
    """Signed requests with the key of one mall; what comes back is the mall's, or a fault."""

    def __init__(self, base_url: str, *, key: str, keys: list[str], timeout: float):
        if not key.isascii():
            raise ValueError("the key goes into a header: only ASCII can be one")  # and is not quoted
        self._key, self._keys = key, keys
        self._client = client(base_url, timeout=timeout)
        self.ahead = 0  # seconds of the mall's clock before ours, as it told us last

    def read(self, address: str) -> bytes:
        """What stands at an address: path and query, ASCII. Raises a `Fault`."""
        return self._call("GET", address, b"", {})

    def data(self, address: str) -> dict:
        """The JSON object at an address."""
        return _object(self.read(address))

    def ask(self, address: str, body: dict) -> dict:
        raw = json.dumps(body, separators=(",", ":")).encode()
        return _object(self._call("POST", address, raw, {"Content-Type": "application/json"}))

    def drop(self, address: str, csv: bytes) -> None:
        self._call("POST", address, csv, {"Content-Type": "text/csv"})

    def _call(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> bytes:
        sign = authorization(method, address, body, key=self._key, secret=self._keys[0], ahead=self.ahead)
        headers = headers | {"Authorization": sign}
        try:
            response = self._client.request(method, address, content=body or None, headers=headers)
        except Unreachable as error:
            raise Transient(f"unreachable: {error}") from error
        except TimedOut as error:
            raise Unknown(f"no answer: {error}") from error
        if response.status_code != 200:
            fault = _fault(response)
            if isinstance(fault, ClockDiffers):
                self.ahead = int((fault.now - timezone.now()).total_seconds())
            raise fault
        try:
            check_answer(address, response.content, response.headers, self._keys, ahead=self.ahead)
        except NotGenuine as error:
            raise Unknown(f"answer is not the mall's: {error}", status=200) from error
        return response.content


def _object(raw: bytes) -> dict:
    try:
        data = json.loads(raw)
    except ValueError as error:
        raise Unknown(f"unreadable answer: {raw[:80]!r}", status=200) from error
    if not isinstance(data, dict):
        raise Unknown(f"unreadable answer: {raw[:80]!r}", status=200)
    return data


def _fault(response):
    """The fault that an answer other than 200 tells."""
    status = response.status_code
    try:
        data = response.json()
        code = str(data["code"])
    except (ValueError, KeyError, TypeError):
        return unreadable(response)
    text = f"{code} {data.get('message', '')}".strip()
    if code in CREDENTIALS:
        return BadCredentials(text, status=status)
    if code == "RATE_LIMITED" or (code == "BUSY" and "Retry-After" in response.headers):
        return Deferred(text, seconds=wait_seconds(response.headers.get("Retry-After")), status=status)
    if code == "TIMESTAMP_EXPIRED" and type(data.get("now")) is int and 0 < data["now"] < LATEST:
        now = datetime.datetime.fromtimestamp(data["now"], datetime.UTC)
        return ClockDiffers(text, now=now, status=status)
    if code in AGAIN:
        return Transient(text, status=status)
    if code == "ORDER_STATE":
        return WrongState(text, state=str(data.get("state", "")), status=status)
    if code == "REQUEST_STATE":
        return RequestDiffers(text, state=str(data.get("state", "")), status=status)
    if code == "TOO_LARGE":
        return TooLarge(text, status=status)
    return Unknown(text, status=status) if status >= 500 else Misfit(text, status=status)
