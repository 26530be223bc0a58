"""What I Get Mall answers, read: the data of an envelope or the fault that it tells; sections 3 to 5, 7."""

import datetime
import json
import re
from dataclasses import replace
from functools import partial

from partners.connectors.connector import (
    Answer,
    BadCredentials,
    ClockDiffers,
    Deferred,
    Digest,
    NotGenuine,
    NotReady,
    Page,
    RemoteCategory,
    RequestDiffers,
    Result,
    Shown,
    StatementPage,
    TooLarge,
    Transient,
    WrongState,
    in_one,
)
from partners.connectors.reading import FIGURES, Misread, Unread, each, gmt8, number, taken, zoned
from partners.connectors.transport import told, unreadable

STAMP = "%Y-%m-%d %H:%M:%S"
FIXED = {"v": "1.0", "sign_method": "hmac-sha256"}
NEEDED = ("method", "app_key", "timestamp", "nonce", "content_sha256", "sign")
ORDER_STATES = ("paid", "confirmed", "refused", "shipped", "cancelled", "refunded")
FAULTS = {
    "INVALID_SIGNATURE": BadCredentials, "INVALID_APP_KEY": BadCredentials, "APP_SUSPENDED": BadCredentials,
    "TIMESTAMP_EXPIRED": ClockDiffers, "REPLAYED_NONCE": Transient, "BUSY": Transient,
    "RATE_LIMITED": Deferred, "ORDER_STATE": WrongState, "REQUEST_STATE": RequestDiffers,
    "STATEMENT_NOT_READY": NotReady, "TOO_LARGE": TooLarge,
}  # fmt: skip


def data_of(response) -> dict:
    """The data of an answer, or the fault that it tells; section 3 of the contract."""
    try:
        envelope = response.json()
        code, data = envelope["code"], envelope.get("data") or {}
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable(response) from error
    if code == "OK":
        return data
    raise told(
        FAULTS.get(code),
        f"{code} {envelope.get('message', '')}".strip(),
        response.status_code,
        wait=response.headers.get("Retry-After"),
        state=str(data.get("state", "")),
        now=gmt8(data["now"], STAMP) if "now" in data else None,
    )


def results(data: dict) -> list[Answer]:
    return [_answer(row) for row in data["results"]]


def _answer(row: dict) -> Answer:
    errors = row.get("errors") or [{}]
    error = errors[0]
    return Answer(
        out_id=row["out_id"],
        result=Result(row["result"]),
        remote_id=row.get("item_id", ""),
        held_version=row.get("held_version", 0),
        code=error.get("code", ""),
        field=error.get("field", ""),
        text=in_one(one.get("message", "") for one in errors),
    )


def done(answer: Answer) -> Answer:
    """An answer to what is so as soon as it is accepted, the first time or before."""
    is_done = answer.result in (Result.ACCEPTED, Result.REPEATED)
    return replace(answer, result=Result.APPLIED) if is_done else answer


def digests(category: str, data: dict) -> list[Digest]:
    return [
        Digest(row["digest"], row.get("category", category), row.get("first", ""), row.get("last", ""))
        for row in data["digests"]
    ]


def categories(data: dict) -> list[RemoteCategory]:
    return [
        RemoteCategory(row["code"], row["name"], row["parent"], bool(row["leaf"]))
        for row in data["categories"]
    ]


def all_shown(data: dict) -> list[Shown]:
    return [_shown(row) for row in data["items"]]


def shown_page(data: dict) -> Page:
    return Page(all_shown(data), data["next_cursor"])


def looked_up(out_ids: list[str], data: dict) -> list[Shown]:
    """What the mall says of items by name. Raises ValueError where it says neither that it holds one nor
    that it does not: an answer that was cut must blank nothing.
    """
    shown = all_shown(data)
    untold = {*out_ids} - {row.out_id for row in shown} - {*data["missing"]}
    if untold:
        raise ValueError(f"nothing said of {len(untold)} of {len(out_ids)} items")
    return shown


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


def orders(data: dict) -> Page:
    rows, unread = _each(data["orders"])
    return Page(rows, data["next_cursor"], unread=unread)


def notice_sent_at(parameters: dict) -> datetime.datetime:
    """When a notice was sent. Raises `NotGenuine` where a parameter of section 2 is missing or malformed."""
    try:
        is_right = {name: parameters[name] for name in FIXED} == FIXED and all(map(parameters.get, NEEDED))
        if is_right and re.fullmatch(r"[A-Za-z0-9]{16,64}", parameters["nonce"]):
            return gmt8(parameters["timestamp"], STAMP)
    except (KeyError, ValueError):
        pass
    raise NotGenuine("INVALID_PARAMETER")


def noticed(body: bytes) -> dict | Unread:
    """The order of a notice, or what cannot be read of it. Raises ValueError where it is not even JSON."""
    rows, unread = _each([json.loads(body)])
    return (rows or unread)[0]


def order(row: dict) -> dict:
    """An order of section 7 as it came, if it has what we need of one. Raises `Misread`."""
    _hold(row, lines=list, freight_fen=int, paid_fen=int, buyer=dict, address=dict)
    taken("order_id", row.get("order_id"), number)
    taken("state", row.get("state"), ORDER_STATES.index)
    for name in ("paid_at", "updated_at"):
        zoned(name, row.get(name))
    for line in row["lines"]:
        _hold(line, out_sku_id=str, quantity=int, price_fen=int, tax_fen=int)
    return row


def _each(told: list) -> tuple[list[dict], list[Unread]]:
    return each(
        told,
        order,
        number=lambda row: row.get("order_id") if isinstance(row, dict) else None,
        text=partial(json.dumps, ensure_ascii=False),
        at=lambda row: zoned("updated_at", row.get("updated_at")),
    )


def _hold(row, **kinds) -> None:
    """Each name has a value of its kind; a truth value is no number."""
    for name, kind in kinds.items():
        if not isinstance(row, dict) or type(row.get(name)) is not kind:
            raise Misread(name)


def statement(data: dict) -> StatementPage:
    rows = [
        {"remote_id": str(row["order_id"]), "state": str(row["state"])}
        | {name: row[name] for name in FIGURES}
        for row in data["rows"]
    ]
    totals = {name: data["totals"][name] for name in ("orders", *FIGURES)}
    return StatementPage(rows=rows, totals=totals, raw=data, cursor=data["next_cursor"])
