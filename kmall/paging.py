"""Key-set paging: a page begins after a row, not after a number of rows, so the last is as fast as the first.

All columns of an order run one way, so that one row comparison, `(a, b) < (x, y)`, walks the index.
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import BooleanField, F, Func, QuerySet, Value

LONGEST_CURSOR = 200


@dataclass(frozen=True)
class Order:
    """Columns that together are unique, the last one a key; `types` are those of their values."""

    fields: tuple[str, ...]
    types: tuple[type, ...]
    descending: bool = True

    def read(self, text: str | None) -> "Cursor | None":
        """The cursor written as `text`; None (the first page) for rubbish or for one of another order."""
        if not text or len(text) > LONGEST_CURSOR:
            return None
        try:
            backward, *key = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
        except (ValueError, TypeError):
            return None
        if backward not in (0, 1) or tuple(map(type, key)) != self.types:
            return None
        if any(kind is int and abs(part) >= 2**63 for kind, part in zip(self.types, key, strict=True)):
            return None
        if any(kind is str and "\0" in part for kind, part in zip(self.types, key, strict=True)):
            return None
        return Cursor(bool(backward), tuple(key))

    def key_of(self, row) -> tuple:
        return tuple(getattr(row, field) for field in self.fields)

    def downward(self, backward: bool) -> bool:
        """Whether rows are read from high to low."""
        return self.descending != backward


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (or, going backward, before) the row with this key."""

    backward: bool
    key: tuple

    def __str__(self):
        text = json.dumps([int(self.backward), *self.key], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Page:
    """Rows in reading order; `next` and `previous` are cursors as text, empty at the ends."""

    rows: list
    next: str = ""
    previous: str = ""

    def with_rows(self, rows: Iterable) -> "Page":
        return replace(self, rows=list(rows))


def cut(found: list, *, order: Order, size: int, cursor: Cursor | None, key=None) -> Page:
    """The page from up to `size + 1` rows read in the cursor's direction; `key` gives the key of a row."""
    key = key or order.key_of
    backward = cursor is not None and cursor.backward
    rows, more = found[:size], len(found) > size
    if backward:
        rows.reverse()
    if not rows:
        return Page([])
    before, after = (more, True) if backward else (cursor is not None, more)
    return Page(
        rows,
        next=str(Cursor(False, key(rows[-1]))) if after else "",
        previous=str(Cursor(True, key(rows[0]))) if before else "",
    )


def paginate(queryset: QuerySet, *, order: Order, size: int, cursor: str | None) -> Page:
    """A page of a queryset in one query; the columns of `order` should have an index of their own."""
    at = order.read(cursor)
    page = _read(queryset, order, size, at)
    if at and at.backward and len(page.rows) < size:
        return _read(queryset, order, size, None)  # rows before went away: show a whole first page
    return page


def _read(queryset: QuerySet, order: Order, size: int, at: Cursor | None) -> Page:
    downward = order.downward(at is not None and at.backward)
    if at:
        queryset = queryset.filter(_Beyond(order, at.key, "<" if downward else ">"))
    sign = "-" if downward else ""
    found = list(queryset.order_by(*(sign + field for field in order.fields))[: size + 1])
    return cut(found, order=order, size=size, cursor=at)


class _Beyond(Func):
    """`(a, b) < (x, y)`: PostgreSQL's row comparison, which Django has no lookup for."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, order: Order, key: tuple, sign: str):
        super().__init__(*map(F, order.fields), *map(Value, key))
        self.sign = sign

    def as_sql(self, compiler, connection):
        half = len(self.source_expressions) // 2
        parts, params = zip(*map(compiler.compile, self.source_expressions), strict=True)
        sql = f"({', '.join(parts[:half])}) {self.sign} ({', '.join(parts[half:])})"
        return sql, [param for group in params for param in group]
