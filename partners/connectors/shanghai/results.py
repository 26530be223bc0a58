"""Files of results, dropped at the mall: answers, parcels, refunds, faults. Section 9 of the contract."""

import datetime
from collections.abc import Iterable, Iterator

from kmall.money import yuan
from partners.connectors.connector import BadFile
from partners.connectors.reading import GMT8
from partners.connectors.shanghai.signature import sha256
from partners.connectors.sheets import written

FAULTS_AT_ONCE = 2000  # of less than 400 bytes each; a body has at most 1 MiB


def address(kind: str, csv: bytes) -> str:
    """Where a file goes. Its name comes of its content, so a repeat is known as one."""
    return f"/drop/results/{kind}-{sha256(csv)[:32]}.csv"


def answer(order_id: str, answer: str, *, number: str = "", reason: str = "", text: str = "") -> bytes:
    row = [order_id, answer, number, reason, text]
    return written(["order_id", "answer", "number", "reason", "text"], [row])


def parcels(order_id: str, parcels: Iterable[dict]) -> bytes:
    """A row for each SKU of each parcel."""
    head = ["order_id", "parcel_no", "carrier", "tracking_number", "shipped_at", "out_sku_id", "quantity"]
    rows = [
        [
            order_id,
            parcel["parcel_no"],
            parcel["carrier"],
            parcel["tracking_number"],
            _time(parcel["shipped_at"]),
            line["out_sku_id"],
            line["quantity"],
        ]
        for parcel in parcels
        for line in parcel["lines"]
    ]
    return written(head, rows)


def reply(order_id: str, request_no: str, answer: str, text: str) -> bytes:
    return written(["order_id", "request_no", "answer", "text"], [[order_id, request_no, answer, text]])


def refund(order_id: str, refund: dict) -> bytes:
    """A row for each SKU of the refund."""
    head = ["order_id", "refund_no", "total", "reason", "text", "out_sku_id", "quantity", "amount"]
    head.append("request_no")
    of_all = [order_id, refund["refund_no"], yuan(refund["refund_fen"]), refund["reason"], refund["message"]]
    lines, request_no = refund["lines"], refund.get("request_no", "")
    return written(
        head,
        [
            [*of_all, line["out_sku_id"], line["quantity"], yuan(line["refund_fen"]), request_no]
            for line in lines
        ],
    )


def faults(file: BadFile) -> Iterator[bytes]:
    """In as many files as it takes: one of all faults could be larger than the mall takes."""
    rows = [[file.name, fault.line, fault.column, fault.code, fault.text] for fault in file.faults]
    for start in range(0, len(rows), FAULTS_AT_ONCE):
        some = rows[start : start + FAULTS_AT_ONCE]
        yield written(["file", "line", "column", "code", "text"], some)


def _time(iso: str) -> str:
    return f"{datetime.datetime.fromisoformat(iso).astimezone(GMT8):%Y-%m-%d %H:%M:%S}"
