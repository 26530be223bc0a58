"""CSV of a mall, read by a table of its columns, each row held against them; and CSV of ours for it."""

import csv
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from orders.identity import has_number
from orders.reports.export import safe
from partners.connectors.connector import RowFault, Unknown
from partners.connectors.reading import gmt8


@dataclass(frozen=True)
class Column:
    """`read` makes the value of a cell, or raises ValueError or LookupError. `is_of_whole`: alike in all rows
    of one key; `is_personal`: what stands there is not repeated in a fault.
    """

    chinese: str
    read: Callable
    is_of_whole: bool = True
    may_be_empty: bool = False
    is_personal: bool = False


# What cannot be a person's: one character, a time, or a short word without as many digits as a telephone's.
_IS_OF_NOBODY = re.compile(
    r"(?s:.|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ T]?[\d:]{0,8}|(?!(?:\D*\d){7})[!-~]{1,20})\Z", re.ASCII
)
NOT_WHOLE = "NOT_WHOLE"  # code of a file that is not what its digest says


class NotWhole(Unknown):
    """A file is not what its digest says: it is read again later."""


Row = tuple[int, dict]  # line, values by the English names of the columns


@dataclass
class Sheet:
    """A file's rows by the value of its key, of those keys whose rows have no fault; and the faults.

    `stand`: the rows of all keys as they stand, by line; `refused`: those of the other keys.
    """

    groups: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)
    stand: dict[str, dict[int, dict[str, str]]] = field(default_factory=dict)
    refused: dict[str, dict[int, dict[str, str]]] = field(default_factory=dict)

    def refuse(self, key: str, fault: RowFault) -> None:
        """Name one more fault: all rows of its key are not taken."""
        self.faults.append(fault)
        self.groups.pop(key, None)


def read(name: str, raw: bytes, digest: str, columns: dict[str, Column], key: str, number: str = "") -> Sheet:
    """What of a file can be taken, and what is wrong with the rest.

    `number`: the column that numbers the rows of one key; those of one number are alike. Raises `NotWhole`.
    """
    if hashlib.sha256(raw).hexdigest() != digest:
        raise NotWhole(f"{name} is not what its digest says", status=200)
    sheet, bad = Sheet(), set()
    for line, cells, is_shifted in _rows(raw, sheet, columns):
        row, faults = _checked(line, cells, columns, is_shifted=is_shifted)
        sheet.stand.setdefault(row[key], {})[line] = cells
        before = sheet.groups.setdefault(row[key], [])
        faults = faults or _differing(line, row, before, columns) or _numbered(line, row, before, number)
        sheet.faults += faults
        if faults:
            bad.add(row[key])
        before.append((line, row))
    for value in bad:
        del sheet.groups[value]
        sheet.refused[value] = sheet.stand[value]
    return sheet


def text_of(rows: list[dict[str, str]]) -> str:
    """Rows as they stand in a file, which `read` reads again."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def written(head: list[str], rows: list[list]) -> bytes:
    """Rows for a mall; what a spreadsheet would run is only text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _rows(raw: bytes, sheet: Sheet, columns: dict[str, Column]) -> list[tuple[int, dict[str, str], bool]]:
    """(line, cells by English name, whether there are more or fewer than the head has) of the rows; what
    cannot be read at all is a fault of the file.
    """
    try:
        text = raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        sheet.faults.append(RowFault(line, "", "NOT_UTF8", f"byte {error.start}"))
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    english = {name: name for name in columns} | {column.chinese: name for name, column in columns.items()}
    rows: list[tuple[int, dict[str, str], bool]] = []
    line = 1
    try:
        head = [english.get(cell.strip(), "") for cell in next(reader, [])]
        missing = [name for name in columns if name not in head]
        sheet.faults += [RowFault(1, name, "MISSING_COLUMN", columns[name].chinese) for name in missing]
        line = reader.line_num + 1
        for cells in reader if not missing else ():
            if any(cells):
                found = dict(zip(head, cells, strict=False))
                row = {name: _plain(found.get(name, "")) for name in columns}
                rows.append((line, row, len(cells) != len(head)))
            line = reader.line_num + 1
    except csv.Error as error:
        sheet.faults.append(RowFault(line, "", "BAD_QUOTING", str(error)))
    return rows


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    cell = cell.strip(" ")
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def _checked(
    line: int, cells: dict[str, str], columns: dict[str, Column], *, is_shifted: bool
) -> tuple[dict, list[RowFault]]:
    """The row's values, and a fault for each cell that has none. Of shifted cells any may be personal, and in
    a file with persons any that could be one's.
    """
    values, faults = {}, []
    for name, column in columns.items():
        text = cells[name]
        try:
            values[name] = column.read(text) if text or not column.may_be_empty else ""
        except (ValueError, ArithmeticError, LookupError):
            values[name] = text
            code = "BAD_VALUE" if text else "EMPTY"
            has_persons = any(column.is_personal for column in columns.values())
            is_hidden = column.is_personal or is_shifted or (has_persons and not _IS_OF_NOBODY.match(text))
            is_hidden = bool(text) and (is_hidden or has_number(text))
            faults.append(RowFault(line, name, code, text, is_hidden=is_hidden))
    return values, faults


def _differing(line: int, row: dict, before: list[Row], columns: dict[str, Column]) -> list[RowFault]:
    first = before[0][1] if before else row
    return [
        RowFault(line, name, "DIFFERS", "")
        for name, column in columns.items()
        if column.is_of_whole and first[name] != row[name]
    ]


def _numbered(line: int, row: dict, before: list[Row], number: str) -> list[RowFault]:
    others = number and any(other[number] == row[number] and other != row for _line, other in before)
    return [RowFault(line, number, "DIFFERS", str(row[number]))] if others else []


def fitting(pattern: str) -> Callable[[str], str]:
    fits = re.compile(pattern + r"\Z", re.ASCII)

    def read(text: str) -> str:
        if not fits.match(text):
            raise ValueError(text)
        return text

    return read


def of_nobody(read: Callable[[str], str]) -> Callable[[str], str]:
    """The same of a number of goods or orders: an ID number there was typed in the wrong column."""

    def read_if_nobodys(text: str) -> str:
        if has_number(text):
            raise ValueError("an ID number")
        return read(text)

    return read_if_nobodys


def text(value: str) -> str:
    if not value or len(value) > 200:
        raise ValueError(value)
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(text)
        return int(text)

    return read


def time(text: str) -> str:
    return gmt8(text, "%Y-%m-%d %H:%M:%S").isoformat()


def either(english: tuple[str, ...], chinese: tuple[str, ...]) -> Callable[[str], str]:
    """One of these words, in either language, as the English one."""
    return ({word: word for word in english} | dict(zip(chinese, english, strict=True))).__getitem__
