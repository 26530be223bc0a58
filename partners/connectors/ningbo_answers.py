"""What Yonggou answers, read: the body of an answer or the fault that it tells; sections 3, 5, 6 and 9."""

import logging
import xml.etree.ElementTree as ET

from kmall.xml_text import UnreadableXml, read
from partners.connectors import ningbo_fields as fields
from partners.connectors.connector import (
    Answer,
    BadCredentials,
    ClockDiffers,
    Deferred,
    Digest,
    NotReady,
    Page,
    RemoteCategory,
    RequestDiffers,
    Result,
    Shown,
    StatementPage,
    TooLarge,
    Transient,
    Unknown,
    WrongState,
)
from partners.connectors.reading import UNREADABLE, Misread, Told, each, number
from partners.connectors.transport import told, unreadable

logger = logging.getLogger(__name__)

RESULTS = {
    "applied": Result.APPLIED, "repeated": Result.REPEATED, "stale": Result.STALE, "refused": Result.REFUSED,
}  # fmt: skip
STATES = {"queued": "pending", "shown": "shown", "off": "withdrawn", "removed": "removed"}
LEAF_DIGITS = 4
FAULTS = {
    "1002": BadCredentials, "1003": BadCredentials, "1007": BadCredentials, "1004": ClockDiffers,
    "1006": TooLarge, "2001": Deferred, "2002": Transient, "3002": WrongState, "3004": RequestDiffers,
    "3005": NotReady, "9999": Unknown,
}  # fmt: skip


def body_of(response):
    """The body of an answer, or the fault that it tells; section 3 of the contract."""
    try:
        code, text, body = _opened(response.content)
    except (UnreadableXml, LookupError) as error:
        raise unreadable(response) from error
    if code == "0000":
        return body
    now, state = body.findtext("Now"), body.findtext("State")
    states = fields.REQUEST_STATES if code == "3004" else fields.ORDER_STATES
    raise told(
        FAULTS.get(code),
        f"{code} {text}".strip(),
        response.status_code,
        wait=body.findtext("RetryAfter"),
        state=states.get(state, ""),
        now=fields.stamped(now) if now else None,
    )


def ticket(body) -> str:
    return number(body.findtext("ReceiptNo"))


def receipts(body) -> dict[str, list[Answer]]:
    """Those that are there. One that the mall does not know any more is there and names nothing, and so does
    an item that cannot be read: what became of it is looked up, and the others of the call do not wait.
    """
    states = {_text(row, "ReceiptNo"): row for row in body.findall("Receipt")}
    there = {number: row for number, row in states.items() if _text(row, "State") in ("done", "unknown")}
    return {number: _answers(row) for number, row in there.items()}


def shown(body) -> list[Shown]:
    return [_shown(row) for row in body.findall("Goods")]


def shown_page(body) -> Page:
    return Page(shown(body), _next(body))


def digests(category: str, body) -> list[Digest]:
    return [
        Digest(
            _text(row, "Value"),
            row.findtext("CategoryCode", category),
            row.findtext("First", ""),
            row.findtext("Last", ""),
        )
        for row in body.findall("Digest")
    ]


def categories(body) -> list[RemoteCategory]:
    return [_category(one) for one in body.findall("Category")]


def orders(body) -> Page:
    rows, unread = each(
        body.findall("Order"),
        lambda one: Told(fields.order(one), fields.as_it_came(one)),
        number=lambda one: one.findtext("OrderNo"),
        text=fields.as_it_came,
    )
    return Page(rows, _next(body), unread=unread)


def order(text: str) -> dict:
    """An order of its text alone. Raises `Misread`."""
    try:
        return Told(fields.order(read(text.encode())), text)
    except UnreadableXml as error:
        raise Misread("Order") from error


def statement(body) -> StatementPage:
    """A page of section 9; `raw` has the XML as text."""
    rows = [
        {"remote_id": _text(row, "OrderNo"), "state": fields.ORDER_STATES[_text(row, "Status")]}
        | fields.balances(row)
        for row in body.findall("Row")
    ]
    sums = body.find("Totals")
    orders = _text(sums, "Orders")
    totals = {"orders": int(orders) if orders.isdecimal() else orders} | fields.balances(sums)
    raw = {"xml": ET.tostring(body, encoding="unicode")}
    return StatementPage(rows=rows, totals=totals, raw=raw, cursor=_next(body))


def _opened(raw: bytes):
    """Code, text and body of an answer. Raises `UnreadableXml` or LookupError where it is none."""
    answer = read(raw)
    body = answer.find("Body")
    if answer.tag != "Answer" or body is None:
        raise LookupError(answer.tag)
    return _text(answer, "Result/Code"), answer.findtext("Result/Text") or "", body


def _answers(receipt) -> list[Answer]:
    found = []
    for item in receipt.findall("Item"):
        try:
            found.append(_answer(item))
        except UNREADABLE as error:
            logger.error("item of receipt %s cannot be read: %r", receipt.findtext("ReceiptNo"), error)
    return found


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
