"""Yonggou of Ningbo's bonded zone; docs/partners/ningbo.md is the contract."""

import datetime
import hashlib
import json
import secrets
from functools import cache

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from kmall.http import TimedOut, Unreachable, client
from kmall.signing import md5_around
from kmall.xml_text import UnreadableXml, leaves, read, write
from partners.connectors import ningbo_fields as fields
from partners.connectors.connector import (
    Answer,
    BadCredentials,
    Deferred,
    Misfit,
    Page,
    Profile,
    RemoteCategory,
    Result,
    Shown,
    Transient,
    Unknown,
    WrongState,
    wait_seconds,
)

PROFILE = Profile(
    name="Yonggou 甬购汇",
    contract="Yonggou (甬购汇) supplier interface, version 2.0",
    can=("send", "receipts", "orders", "refunds", "categories"),
    key={"supplier": "Supplier", "secret": "Secret"},
)
RESULTS = {
    "applied": Result.ACCEPTED, "repeated": Result.REPEATED, "stale": Result.STALE, "refused": Result.REFUSED,
}  # fmt: skip
LEAF_DIGITS = 4
STATES = {"queued": "pending", "shown": "shown", "off": "withdrawn", "removed": "removed"}


def connect(partner) -> "Ningbo":
    return _connected(partner.base_url, partner.credentials)


@cache
def _connected(base_url: str, credentials: str) -> "Ningbo":
    """One client for an address and key, so that its connections are kept open."""
    return Ningbo(base_url, **json.loads(credentials))


class Ningbo:
    most_items, most_offers, most_looks, most_tickets = 40, 100, 50, 20
    receipt_seconds = 300
    patience = datetime.timedelta(minutes=10)

    def __init__(self, base_url: str, *, supplier: str, secret: str):
        self._supplier, self._secret = supplier, secret
        self._client = client(base_url)

    def content(self, listing: dict) -> dict:
        return fields.content(listing)

    def offer_part(self, offer: dict) -> dict:
        return fields.offer(offer)

    def digest(self, part: dict) -> str:
        """Section 6 of the contract: a line for each element that has none in it."""
        text = "".join(f"{name}={value}\n" for name, value in leaves(part))
        return hashlib.md5(text.encode()).hexdigest().upper()

    def upsert(self, items):
        return self._send("GOODS_PUT", items)

    def offer(self, items):
        return self._send("OFFER_PUT", items)

    def withdraw(self, items):
        return self._send("GOODS_OFF", items)

    def collect(self, tickets):
        return self._call("RECEIPT_GET", {"ReceiptNo": tickets}, _receipts)

    def look(self, out_ids):
        return self._call("GOODS_QUERY", {"GoodsNo": out_ids}, _all_shown)

    def walk(self, cursor):
        return self._call("GOODS_LIST", {"After": cursor}, lambda body: Page(_all_shown(body), _next(body)))

    def categories(self):
        return self._call(
            "CATEGORY_LIST", {}, lambda body: [_category(one) for one in body.findall("Category")]
        )

    def orders(self, since, cursor):
        asked = {"Since": fields.stamp(parse_datetime(since)), "After": cursor}
        return self._call(
            "ORDER_LIST",
            asked,
            lambda body: Page(list(map(fields.order, body.findall("Order"))), _next(body)),
        )

    def confirm(self, order_id, number):
        self._call("ORDER_CONFIRM", {"OrderNo": order_id, "SupplierOrderNo": number})

    def refuse(self, order_id, reason, text):
        self._call("ORDER_REFUSE", {"OrderNo": order_id, "Reason": reason, "Text": text})

    def ship(self, order_id, parcels):
        self._call("ORDER_SHIP", {"OrderNo": order_id, "Parcel": [fields.parcel(one) for one in parcels]})

    def refund(self, order_id, refund):
        self._call("ORDER_REFUND", {"OrderNo": order_id, **fields.refund(refund)})

    def answer(self, order_id, request_no, *, accept, text):
        raise Misfit("Yonggou's shoppers ask nothing of an order that was confirmed")

    def notice(self, parameters, body):
        """Raises `BadCredentials`: this mall calls nobody, so whoever does is not the mall."""
        raise BadCredentials("Yonggou sends no notices")

    def _send(self, kind, items) -> list[Answer]:
        """Hand in a message of goods; all of it has one receipt. The same items make the same message id."""
        goods = [fields.goods(item) for item in items]
        keys = "\n".join([kind, *(item.key for item in items)])
        number = hashlib.sha256(keys.encode()).hexdigest()[:32]
        ticket = self._call(kind, {"Goods": goods}, lambda body: _text(body, "ReceiptNo"), number)
        return [Answer(item.out_id, Result.ACCEPTED, ticket=ticket) for item in items]

    def _call(self, kind: str, body: dict, read_body=lambda body: None, number: str = ""):
        """One message; `read_body` makes its result of the answer's body."""
        raw = self._message(kind, body, number or secrets.token_hex(16))
        try:
            response = self._client.post(
                "/kj/service",
                params={"supplier": self._supplier, "sign": md5_around(self._secret, raw)},
                content=raw,
                headers={"Content-Type": "text/xml"},
            )
        except Unreachable as error:
            raise Transient(f"unreachable: {error}") from error
        except TimedOut as error:
            raise Unknown(f"no answer: {error}") from error
        status = response.status_code
        try:
            code, text, found = _opened(response.content)
        except (UnreadableXml, LookupError) as error:
            raise Unknown(f"unreadable answer: {response.text[:80]}", status=status) from error
        if code != "0000":
            raise _fault(code, f"{code} {text}".strip(), found, status)
        try:
            return read_body(found)
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise Unknown(f"incomplete answer: {error!r}", status=status) from error

    def _message(self, kind: str, body: dict, number: str) -> bytes:
        head = {
            "MessageType": kind,
            "MessageId": number,
            "MessageTime": fields.stamp(timezone.now()),
            "Version": "2.0",
            "Supplier": self._supplier,
        }
        text = write("Message", {"Head": head, "Body": body})
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _opened(raw: bytes):
    """Code, text and body of an answer. Raises `UnreadableXml` or LookupError where it is none."""
    answer = read(raw)
    body = answer.find("Body")
    if answer.tag != "Answer" or body is None:
        raise LookupError(answer.tag)
    return _text(answer, "Result/Code"), answer.findtext("Result/Text") or "", body


def _fault(code: str, text: str, body, status: int):
    """The fault that a code tells; section 3 of the contract."""
    wait = body.findtext("RetryAfter")
    if code in ("1002", "1003", "1007"):
        return BadCredentials(text, status=status)
    if code == "2001" or (code == "2002" and wait):
        return Deferred(text, seconds=wait_seconds(wait), status=status)
    if code in ("1004", "2002"):
        return Transient(text, status=status)
    if code == "3002":
        return WrongState(text, state=fields.ORDER_STATES.get(body.findtext("State"), ""), status=status)
    return (Unknown if code == "9999" else Misfit)(text, status=status)


def _receipts(body) -> dict[str, list[Answer]]:
    """Those that are there. One that the mall does not know any more is there and names nothing."""
    states = {_text(row, "ReceiptNo"): row for row in body.findall("Receipt")}
    there = {number: row for number, row in states.items() if _text(row, "State") in ("done", "unknown")}
    return {number: [_answer(item) for item in row.findall("Item")] for number, row in there.items()}


def _answer(item) -> Answer:
    code = item.findtext("Code") or ""
    return Answer(
        out_id=_text(item, "GoodsNo"),
        result=RESULTS[_text(item, "Result")],
        remote_id=item.findtext("GoodsId") or "",
        held_version=int(item.findtext("HeldVersion") or 0),
        code=fields.CODES.get(code, code),
        field=fields.OURS.get(item.findtext("Field"), ""),
        text=item.findtext("Text") or "",
        version=int(_text(item, "Version")),
    )


def _all_shown(body) -> list[Shown]:
    return [_shown(row) for row in body.findall("Goods")]


def _shown(row) -> Shown:
    return Shown(
        out_id=_text(row, "GoodsNo"),
        remote_id=_text(row, "GoodsId"),
        state=STATES[_text(row, "State")],
        version=int(_text(row, "Version")),
        content_digest=row.findtext("ContentDigest") or "",
        offer_digest=row.findtext("OfferDigest") or "",
    )


def _next(body) -> str:
    found = body.find("Next")
    if found is None:
        raise LookupError("Next")
    return found.text or ""


def _category(one) -> RemoteCategory:
    code = _text(one, "CategoryCode")
    return RemoteCategory(
        code, _text(one, "Name"), one.findtext("Parent") or "", is_leaf=len(code) == LEAF_DIGITS
    )


def _text(element, path: str) -> str:
    """What is in an element that must be there and hold something."""
    text = element.findtext(path)
    if not text:
        raise LookupError(path)
    return text
