"""I Get Mall of Chongqing; docs/partners/igetmall.md is the contract."""

import datetime
import hashlib
import json
import secrets
from functools import cache

from django.utils import timezone

from kmall.http import TimedOut, Unreachable, client
from kmall.signing import hmac_sha256, same
from partners.connectors.connector import (
    Answer,
    BadCredentials,
    Deferred,
    Misfit,
    Page,
    RequestDiffers,
    Result,
    Shown,
    Transient,
    Unknown,
    WrongState,
)
from partners.desired import digest

GMT8 = datetime.timezone(datetime.timedelta(hours=8))
TOLERANCE = datetime.timedelta(minutes=10)
CREDENTIALS = {"INVALID_SIGNATURE", "INVALID_APP_KEY", "APP_SUSPENDED"}
STAMP = "%Y-%m-%d %H:%M:%S"


class ClockDiffers(Transient):
    """Our clock and the mall's are too far apart; `now` is the mall's, to sign by from here on."""

    def __init__(self, text: str, *, now: datetime.datetime, status: int):
        super().__init__(text, status=status)
        self.now = now


def connect(partner) -> "IGetMall":
    return _connected(partner.base_url, partner.credentials)


@cache
def _connected(base_url: str, credentials: str) -> "IGetMall":
    """One client for an address and key, so that its connections are kept open."""
    return IGetMall(base_url, **json.loads(credentials))


class IGetMall:
    most_items, most_offers, most_looks = 50, 200, 100
    receipt_seconds = 0

    def __init__(self, base_url: str, *, app_key: str, app_secret: str):
        self._key, self._secret = app_key, app_secret
        self._client = client(base_url)
        self._ahead = datetime.timedelta()  # the mall's clock before ours, as it told us last

    def content(self, listing: dict) -> dict:
        return listing

    def offer_part(self, offer: dict) -> dict:
        return offer

    def digest(self, part: dict) -> str:
        return digest(part)

    def upsert(self, items):
        return self._items("igm.items.upsert", items, ("content", "offer"))

    def offer(self, items):
        return self._items("igm.items.offer", items, ("offer",))

    def withdraw(self, items):
        return self._items("igm.items.withdraw", items, ())

    def look(self, out_ids):
        return self._call("igm.items.get", {"out_ids": out_ids}, _all_shown)

    def walk(self, cursor):
        body = {"cursor": cursor, "page_size": 100}
        return self._call("igm.items.list", body, lambda data: Page(_all_shown(data), data["next_cursor"]))

    def orders(self, since, cursor):
        body = {"since": since, "cursor": cursor, "page_size": 50}
        return self._call("igm.orders.list", body, lambda data: Page(data["orders"], data["next_cursor"]))

    def confirm(self, order_id, number):
        self._call("igm.orders.confirm", {"order_id": order_id, "out_order_id": number})

    def refuse(self, order_id, reason, text):
        self._call("igm.orders.refuse", {"order_id": order_id, "reason": reason, "message": text})

    def ship(self, order_id, parcels):
        self._call("igm.orders.ship", {"order_id": order_id, "parcels": list(parcels)})

    def refund(self, order_id, refund):
        self._call("igm.orders.refund", {"order_id": order_id, **refund})

    def answer(self, order_id, request_no, *, accept, text):
        body = {"order_id": order_id, "request_no": request_no, "message": text}
        self._call("igm.orders.answer", body | {"answer": "accept" if accept else "reject"})

    def notice(self, parameters: dict, body: bytes) -> dict:
        """The order that a notice of the mall carries. Raises `BadCredentials` if it is not from the mall."""
        found = hashlib.sha256(body).hexdigest()
        try:
            sent = _moment(parameters["timestamp"])
            genuine = (
                parameters["app_key"] == self._key
                and same(parameters["content_sha256"], found)
                and same(parameters["sign"], signature(parameters, self._secret))
            )
        except (KeyError, ValueError):
            genuine = False
        if not genuine or abs(timezone.now() - sent) > TOLERANCE:
            raise BadCredentials("notice not signed by the mall, or too old")
        return json.loads(body)

    def _items(self, method, items, parts):
        rows = []
        for item in items:
            row = {"out_id": item.out_id, "version": item.version, "key": item.key}
            rows.append(row | {part: getattr(item, part) for part in parts})
        return self._call(method, {"items": rows}, lambda data: [_answer(row) for row in data["results"]])

    def _call(self, method: str, body: dict, read=lambda data: data):
        """One call; `read` makes its result of the answer's data."""
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            response = self._client.post(
                "/router/rest",
                params=self._signed(method, raw),
                content=raw,
                headers={"Content-Type": "application/json"},
            )
        except Unreachable as error:
            raise Transient(f"unreachable: {error}") from error
        except TimedOut as error:
            raise Unknown(f"no answer: {error}") from error
        try:
            return read(_data(response))
        except ClockDiffers as differs:
            self._ahead = differs.now - timezone.now()
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unknown(f"incomplete answer: {error!r}", status=response.status_code) from error

    def _signed(self, method: str, raw: bytes) -> dict:
        parameters = {
            "method": method,
            "app_key": self._key,
            "timestamp": (timezone.now() + self._ahead).astimezone(GMT8).strftime(STAMP),
            "nonce": secrets.token_hex(16),
            "v": "1.0",
            "sign_method": "hmac-sha256",
            "content_sha256": hashlib.sha256(raw).hexdigest(),
        }
        return parameters | {"sign": signature(parameters, self._secret)}


def signature(parameters: dict, secret: str) -> str:
    """Section 2 of the contract: names and values by ASCII order of names, no `sign`, no empty ones."""
    names = sorted(name for name, value in parameters.items() if value and name != "sign")
    return hmac_sha256(secret, "".join(f"{name}{parameters[name]}" for name in names))


def _data(response) -> dict:
    """The data of an answer, or the fault that it tells; section 3 of the contract."""
    status = response.status_code
    try:
        envelope = response.json()
        code, data = envelope["code"], envelope.get("data") or {}
    except (ValueError, KeyError, TypeError) as error:
        raise Unknown(f"unreadable answer: {response.text[:80]}", status=status) from error
    text = f"{code} {envelope.get('message', '')}".strip()
    if code == "OK":
        return data
    if code in CREDENTIALS:
        raise BadCredentials(text, status=status)
    if code == "RATE_LIMITED" or (code == "BUSY" and "Retry-After" in response.headers):
        raise Deferred(text, seconds=_seconds(response), status=status)
    if code == "TIMESTAMP_EXPIRED" and "now" in data:
        raise ClockDiffers(text, now=_moment(data["now"]), status=status)
    if code in ("BUSY", "REPLAYED_NONCE", "TIMESTAMP_EXPIRED"):
        raise Transient(text, status=status)
    if code == "ORDER_STATE":
        raise WrongState(text, state=str(data.get("state", "")), status=status)
    if code == "REQUEST_STATE":
        raise RequestDiffers(text, state=str(data.get("state", "")), status=status)
    if status >= 500:
        raise Unknown(text, status=status)
    raise Misfit(text, status=status)


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, STAMP).replace(tzinfo=GMT8)


def _seconds(response) -> float:
    value = response.headers.get("Retry-After", "")
    return min(float(value), 3600) if value.isdigit() else 5


def _answer(row: dict) -> Answer:
    error = (row.get("errors") or [{}])[0]
    return Answer(
        out_id=row["out_id"],
        result=Result(row["result"]),
        remote_id=row.get("item_id", ""),
        held_version=row.get("held_version", 0),
        code=error.get("code", ""),
        field=error.get("field", ""),
        text=error.get("message", ""),
    )


def _all_shown(data: dict) -> list[Shown]:
    return [_shown(row) for row in data["items"]]


def _shown(row: dict) -> Shown:
    shown = row.get("shown") or {}
    return Shown(
        out_id=row["out_id"],
        remote_id=row["item_id"],
        state=row["state"],
        version=max(row["content_version"], row["offer_version"]),
        content_digest=shown.get("content_digest", ""),
        offer_digest=shown.get("offer_digest", ""),
    )
