"""Files of orders: a row is a line of an order. Section 8 of the contract."""

import csv
import datetime
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from partners.connectors.connector import GMT8, RowFault, Unknown
from partners.connectors.shanghai.signature import sha256

NAME = re.compile(r"orders-\d{6,12}\.csv\Z")
FOLDER = "/drop/orders/"
STATES = {"paid": "paid", "已付款": "paid", "cancelled": "cancelled", "已取消": "cancelled"}


@dataclass
class File:
    digest: str
    orders: list[dict] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def list_address(since: str, after: str) -> str:
    """`since`: ISO 8601."""
    return f"{FOLDER}?since={int(datetime.datetime.fromisoformat(since).timestamp())}&after={after}"


def address(name: str) -> str:
    return FOLDER + name


def names(listing: bytes) -> list[str]:
    found = listing.decode(errors="replace").split()
    if not all(NAME.match(name) for name in found):
        raise Unknown(f"no list of files: {listing[:80]!r}", status=200)
    return found


def read(name: str, raw: bytes, digest: str) -> File:
    """The orders of a file that can be taken, and what is wrong with the others.

    Raises `Unknown` when the file is not what its digest says: it is read again later.
    """
    if sha256(raw) != digest:
        raise Unknown(f"{name} is not what its digest says", status=200)
    file = File(digest)
    rows = _rows(raw, file)
    orders: dict[str, list] = {}
    bad: set[str] = set()
    for line, cells in rows:
        row, faults = _checked(line, cells)
        faults = faults or _differing(line, row, orders.get(row["order_id"]))
        file.faults += faults
        if faults:
            bad.add(cells["order_id"])
        orders.setdefault(cells["order_id"], []).append(row)
    file.orders = [_order(lines) for order_id, lines in orders.items() if order_id not in bad]
    return file


def _rows(raw: bytes, file: File) -> list[tuple[int, dict[str, str]]]:
    """(line, cells by English name) of the rows; what cannot be read at all is a fault of the file."""
    try:
        text = raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        file.faults.append(RowFault(line, "", "NOT_UTF8", f"byte {error.start}"))
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    line = 1
    try:
        columns = [ENGLISH.get(cell.strip(), "") for cell in next(reader, [])]
        missing = [name for name in COLUMNS if name not in columns]
        file.faults += [RowFault(1, name, "MISSING_COLUMN", COLUMNS[name].chinese) for name in missing]
        line = reader.line_num + 1
        for cells in reader if not missing else ():
            if any(cells):
                found = dict(zip(columns, cells, strict=False))
                rows.append((line, {name: _plain(found.get(name, "")) for name in COLUMNS}))
            line = reader.line_num + 1
    except csv.Error as error:
        file.faults.append(RowFault(line, "", "BAD_QUOTING", str(error)))
    return rows


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    cell = cell.strip(" ")
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def _checked(line: int, cells: dict[str, str]) -> tuple[dict, list[RowFault]]:
    """The row's values, and a fault for each cell that has none."""
    values, faults = {}, []
    for name, column in COLUMNS.items():
        text = cells[name]
        try:
            values[name] = column.read(text) if text or not column.may_be_empty else ""
        except (ValueError, ArithmeticError, LookupError):
            values[name] = text
            code = "BAD_VALUE" if text else "EMPTY"
            faults.append(RowFault(line, name, code, "" if column.is_personal else text[:60]))
    return values, faults


def _differing(line: int, row: dict, others: list[dict] | None) -> list[RowFault]:
    first = others[0] if others else row
    return [
        RowFault(line, name, "DIFFERS", "")
        for name, column in COLUMNS.items()
        if column.is_of_order and first[name] != row[name]
    ]


def _order(rows: list[dict]) -> dict:
    """An order as `partners.inbound` takes it."""
    first = rows[0]
    lines = [
        {
            "line_no": row["line_no"],
            "out_id": row["out_id"],
            "out_sku_id": row["out_sku_id"],
            "quantity": row["quantity"],
            "price_fen": row["price"],
            "tax_fen": row["tax"],
        }
        for row in {row["line_no"]: row for row in rows}.values()
    ]
    where = ("province", "city", "district", "street", "region_code")
    return {
        "order_id": first["order_id"],
        "state": first["state"],
        "paid_at": first["paid_at"],
        "lines": lines,
        "freight_fen": first["freight"],
        "paid_fen": first["paid"],
        "buyer": {
            "name": first["buyer_name"],
            "id_number": first["buyer_id_number"],
            "phone": first["phone"],
        },
        "address": {name: first[name] for name in where}
        | {"name": first["receiver"], "phone": first["phone"], "detail": first["address"]},
    }


def _fitting(pattern: str) -> Callable[[str], str]:
    fits = re.compile(pattern + r"\Z", re.ASCII)

    def read(text: str) -> str:
        if not fits.match(text):
            raise ValueError(text)
        return text

    return read


def _text(text: str) -> str:
    if not text or len(text) > 200:
        raise ValueError(text)
    return text


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(text)
        return int(text)

    return read


def _fen(text: str) -> int:
    """Yuan with at most two decimals as fen."""
    _fitting(r"\d{1,8}(\.\d{1,2})?")(text)
    return int(Decimal(text) * 100)


def _time(text: str) -> str:
    return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=GMT8).isoformat()


@dataclass(frozen=True)
class Column:
    chinese: str
    read: Callable
    is_of_order: bool = True
    may_be_empty: bool = False
    is_personal: bool = False


ID = _fitting(r"[A-Za-z0-9_-]{1,64}")
OUT_ID = _fitting(r"[A-Za-z0-9_-]{1,40}")
COLUMNS = {
    "order_id": Column("订单号", ID),
    "state": Column("状态", STATES.__getitem__),
    "paid_at": Column("付款时间", _time),
    "line_no": Column("行号", _whole(1, 9999), is_of_order=False),
    "out_id": Column("商品编号", OUT_ID, is_of_order=False),
    "out_sku_id": Column("规格编号", OUT_ID, is_of_order=False),
    "quantity": Column("数量", _whole(1, 999), is_of_order=False),
    "price": Column("单价", _fen, is_of_order=False),
    "tax": Column("税费", _fen, is_of_order=False),
    "freight": Column("运费", _fen),
    "paid": Column("实付", _fen),
    "buyer_name": Column("订购人", _text, is_personal=True),
    "buyer_id_number": Column("身份证号", _fitting(r"\d{17}[\dXx]"), is_personal=True),
    "receiver": Column("收货人", _text, is_personal=True),
    "phone": Column("手机", _fitting(r"\+?\d{7,20}"), is_personal=True),
    "province": Column("省", _text),
    "city": Column("市", _text),
    "district": Column("区县", _text, may_be_empty=True),
    "street": Column("街道", _text, may_be_empty=True),
    "region_code": Column("行政区划代码", _fitting(r"\d{6}")),
    "address": Column("详细地址", _text, is_personal=True),
}
ENGLISH = {name: name for name in COLUMNS} | {column.chinese: name for name, column in COLUMNS.items()}
