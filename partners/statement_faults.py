"""What of a partner's statement no statement has: figures that none can be, sums that differ (pure)."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from orders.identity import has_number
from partners.connectors.connector import BadFile, RowFault, StatementPage
from partners.connectors.reading import FIGURES, MOST_FEN, fits, is_number

LONGEST_STATE = 20


def faults_of(pages: list[StatementPage]) -> list[RowFault]:
    """All of a whole day; a row's line is its place in the day, the sums stand on the one after the last."""
    rows, totals = [row for page in pages for row in page.rows], pages[-1].totals
    found, before = [], set()
    for line, row in enumerate(rows, start=1):
        found += [_fault(line, *what) for what in _of_row(row, before)]
        before.add(row["remote_id"])
    if found:
        return found
    sums = {"orders": len(rows)} | {name: sum(row[name] for row in rows) for name in FIGURES}
    return [
        _fault(len(rows) + 1, name, "NO_SUM", totals[name])
        for name, found_here in sums.items()
        if totals[name] != found_here
    ]


def as_file(day: date, pages: list[StatementPage], faults: list[RowFault]) -> BadFile:
    """The day as `faulty_files` keeps it."""
    return BadFile(f"statement-{day}", hashlib.sha256(as_it_came(pages).encode()).hexdigest(), faults)


def as_it_came(pages: list[StatementPage]) -> str:
    """The day as JSON, half a character as JSON writes it."""
    told = json.dumps([page.raw for page in pages], ensure_ascii=False)
    return told.encode(errors="backslashreplace").decode()


def _of_row(row: dict, before: set) -> Iterable[tuple]:
    """(column, code, what stands there)."""
    if not is_number(row["remote_id"]):
        yield "order_id", "BAD_VALUE", row["remote_id"]
    elif row["remote_id"] in before:
        yield "order_id", "TWICE", row["remote_id"]
    if not 0 < len(row["state"]) <= LONGEST_STATE or not fits(row["state"]):
        yield "state", "BAD_VALUE", row["state"]
    odd = [name for name in FIGURES if type(row[name]) is not int or abs(row[name]) > MOST_FEN]
    for name in odd:
        yield name, "BAD_VALUE", row[name]
    if not odd and row["net_fen"] != row["paid_fen"] - row["refunded_fen"] - row["commission_fen"]:
        yield "net_fen", "NO_SUM", row["net_fen"]


def _fault(line: int, column: str, code: str, value) -> RowFault:
    text = str(value)
    return RowFault(line, column, code, text, is_hidden=has_number(text))
