"""The file of a day's statement: a row is an order, the last one the sums. Section 9 of the contract."""

import datetime

from partners.connectors import sheets
from partners.connectors.connector import BadFile, RowFault, StatementPage
from partners.connectors.reading import FIGURES, balance, fen
from partners.connectors.shanghai.orders import ID
from partners.connectors.sheets import Column, Row, Sheet, either

STATES = ("confirmed", "shipped", "refunded"), ("已接单", "已发货", "已退款")
TOTAL = "total"
AMOUNTS = dict(zip(("paid", "refunded", "commission", "net"), FIGURES, strict=True))


def address(day: datetime.date) -> str:
    return f"/drop/statements/{file_name(day)}"


def file_name(day: datetime.date) -> str:
    return f"statement-{day:%Y-%m-%d}.csv"


def read(name: str, raw: bytes, digest: str) -> StatementPage:
    """The whole day, or no row and `bad`: a statement is taken whole or not at all. Raises `Unknown`."""
    sheet = sheets.read(name, raw, digest, COLUMNS, "order_id")
    _refuse(sheet)
    total = sheet.groups.pop(TOTAL, None)
    if not sheet.faults:
        _hold(sheet, [rows[0] for rows in sheet.groups.values()], total)
    if sheet.faults:
        return StatementPage([], {}, {}, bad=[BadFile(name, digest, sheet.faults)])
    _line, sums = total[0]
    rows = [rows[0][1] for rows in sheet.groups.values()]
    told = [{"remote_id": row["order_id"], "state": row["state"], **_figures(row)} for row in rows]
    return StatementPage(told, {"orders": int(sums["number"]), **_figures(sums)}, {"csv": raw.decode()})


def _refuse(sheet: Sheet) -> None:
    """An order has one row, with a state; the sums have one row."""
    for key, rows in list(sheet.groups.items()):
        line, first = rows[0]
        if key != TOTAL and not first["state"]:
            sheet.refuse(key, RowFault(line, "state", "EMPTY"))
        for line, _row in rows[1:]:
            sheet.refuse(key, RowFault(line, "order_id", "TWICE", key))


def _hold(sheet: Sheet, rows: list[Row], total: list[Row] | None) -> None:
    """Hold the mall's own sums against the rows, and what it owes for each against the row's figures."""
    for line, row in rows:
        if row["net"] != row["paid"] - row["refunded"] - row["commission"]:
            sheet.faults.append(RowFault(line, "net", "NO_SUM"))
    if total is None:
        sheet.faults.append(RowFault(1, "order_id", "MISSING_TOTAL"))
        return
    line, told = total[0]
    sums = {"number": str(len(rows))} | {name: sum(row[name] for _line, row in rows) for name in AMOUNTS}
    for name, found in sums.items():
        if told[name] != found:
            sheet.faults.append(RowFault(line, name, "NO_SUM"))


def _figures(row: dict) -> dict[str, int]:
    return {ours: row[name] for name, ours in AMOUNTS.items()}


def _order_or_total(text: str) -> str:
    return TOTAL if text in (TOTAL, "合计") else ID(text)


COLUMNS = {
    "order_id": Column("订单号", _order_or_total),
    "number": Column("供应商单号", ID, is_of_whole=False, may_be_empty=True),
    "state": Column("状态", either(*STATES), is_of_whole=False, may_be_empty=True),
    "paid": Column("实付", fen, is_of_whole=False),
    "refunded": Column("退款", fen, is_of_whole=False),
    "commission": Column("佣金", balance, is_of_whole=False),
    "net": Column("应付", balance, is_of_whole=False),
}
