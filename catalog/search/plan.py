"""Which way PostgreSQL goes to the rows that match.

`ORDER BY … LIMIT` beside a match lets its planner guess how soon the list fills, and at a million rows a
wrong guess costs half a second. We know how many products carry each token, so we choose, and write the
statement so that it leaves no choice:

- gin: collect what the rarest token allows, then sort. For few hits.
- walk: along the index of the order, keeping what matches, until the page is full. For many hits.
- leaves: the same along each category's own part of the index, then merge. For lists of a category.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import NamedTuple

from django.db import connection

from catalog.search.index import EVERY
from kmall.paging import Cursor, Order

FEW = 1_000  # rows that a walk may look at in any case: a millisecond
CAP = 2_000  # rows that are ranked or counted exactly
_SLACK = 4  # how much longer than expected a walk may be before we collect instead
_SHARE_OF_PRICE = 0.3  # guesses for what the vocabulary does not count
_SHARE_IN_STOCK = 0.9
_SHARE_AMONG = 0.5
_BRANCHES = 8

Sql = tuple[str, list]


class Among(NamedTuple):
    """A narrower set of goods that another app knows: a SELECT of product keys, and its parameters."""

    sql: str
    params: tuple


@dataclass(frozen=True)
class Match:
    """Rows wanted: each group must be met by one of its tokens; limits in KRW, either may be None."""

    groups: tuple[tuple[str, ...], ...] = ()
    category: str = ""
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False
    among: Among | None = None

    def tokens(self) -> set[str]:
        """All whose counts the plan needs."""
        return {token for group in self._all_groups() for token in group} | {EVERY}

    def with_groups(self, groups: Iterable[tuple[str, ...]]) -> "Match":
        return replace(self, groups=(*self.groups, *groups))

    def _all_groups(self) -> tuple[tuple[str, ...], ...]:
        return (*self.groups, (f"c:{self.category}",)) if self.category else self.groups

    def by_index(self) -> Sql:
        """The condition over `r` in the form that the GIN index answers."""
        single = [group[0] for group in self._all_groups() if len(group) == 1]
        parts: list[Sql] = [("r.tokens @> %s::text[]", [single])] if single else []
        parts += [
            ("r.tokens && %s::text[]", [list(group)]) for group in self._all_groups() if len(group) != 1
        ]
        return _all(parts + self._limits())

    def row_by_row(self, *, category: bool = True) -> Sql:
        """The same in the form that is quickest on a row at hand, and that no index answers."""
        groups = self._all_groups() if category else self.groups
        parts: list[Sql] = [("%s = ANY(r.tokens)", [group[0]]) for group in groups if len(group) == 1]
        parts += [
            ("(r.tokens || '{}'::text[]) && %s::text[]", [list(group)]) for group in groups if len(group) != 1
        ]
        return _all(parts + self._limits())

    def _limits(self) -> list[Sql]:
        limits = [("r.price_krw >= %s", self.price_from), ("r.price_krw <= %s", self.price_to)]
        stock = [("r.has_stock", [])] if self.in_stock else []
        among = [(f"r.product_id IN ({self.among.sql})", list(self.among.params))] if self.among else []
        return [(sql, [won]) for sql, won in limits if won is not None] + stock + among


def _all(parts: list[Sql]) -> Sql:
    return " AND ".join(sql for sql, _ in parts) or "true", [value for _, params in parts for value in params]


@dataclass(frozen=True)
class Plan:
    way: str  # gin, walk or leaves
    rows: int  # that we expect to look at

    @property
    def window(self) -> int:
        """Rows after which a walk gives up."""
        return self.rows * _SLACK + FEW

    def fell_short(self, found: int, limit: int, counts: Mapping[str, int]) -> bool:
        """Whether a walk gave up though there may be more: rare together, or far down."""
        return self.way == "walk" and found < limit and self.window < counts.get(EVERY, 0)


COLLECT = Plan("gin", 10**9)  # whatever it costs


def choose(match: Match, counts: Mapping[str, int], wanted: int) -> Plan:
    """The cheapest way to the first `wanted` rows, taking words as independent of each other."""
    every = max(counts.get(EVERY, 0), 1)
    sizes = [min(sum(counts.get(token, 0) for token in group), every) for group in match._all_groups()]
    rarest = min(sizes, default=every)
    if rarest <= wanted:
        return Plan("gin", rarest)
    share = prod(size / every for size in sizes)
    if match.price_from is not None or match.price_to is not None:
        share *= _SHARE_OF_PRICE
    if match.in_stock:
        share *= _SHARE_IN_STOCK
    if match.among:
        share *= _SHARE_AMONG
    plans = [Plan("gin", rarest), Plan("walk", min(every, int(wanted / share) + 1))]
    if match.category:
        size = max(counts.get(f"c:{match.category}", 0), 1)
        each = wanted / min(share * every / size, 1)
        plans.append(Plan("leaves", min(size, int(each * _BRANCHES))))
    return min(plans, key=lambda plan: plan.rows)


def statement(
    match: Match,
    plan: Plan,
    columns: str,
    order: Order,
    limit: int,
    cursor: Cursor | None = None,
    before: tuple = (),
) -> Sql:
    """SELECT of `columns` (of `r`, with those of the order) of the matching rows, from the cursor on.

    `before`: parameters in the columns.
    """
    backward = cursor is not None and cursor.backward
    way = "DESC" if order.downward(backward) else "ASC"
    end = "ORDER BY " + ", ".join(f"r.{field} {way}" for field in order.fields)
    ends = f"{end} LIMIT {int(limit)}"
    keys = ", ".join(f"r.{field}" for field in order.fields)
    marks = ", ".join("%s" for _ in order.fields)
    beyond = f"({keys}) {'<' if way == 'DESC' else '>'} ({marks})" if cursor else "true"
    key = list(cursor.key) if cursor else []
    if plan.way == "walk":
        where, params = match.row_by_row()
        window = f"{end} LIMIT {plan.window}"
        inner = f"SELECT * FROM catalog_searchrow r WHERE {beyond} {window}"
        return f"SELECT {columns} FROM ({inner}) r WHERE {where} {ends}", [*before, *key, *params]
    if plan.way == "leaves":
        where, params = match.row_by_row(category=False)
        where = f"r.category_path = c.path AND {beyond} AND {where}"
        inner = f"SELECT * FROM catalog_searchrow r WHERE {where} {ends}"
        sql = f"SELECT {columns} FROM catalog_category c CROSS JOIN LATERAL ({inner}) r WHERE c.path LIKE %s"
        return f"{sql} {ends}", [*before, *key, *params, match.category + "%"]
    where, params = match.by_index()
    if plan.rows <= limit:  # all are wanted: what is read to sort them is read whole
        hits = f"SELECT {columns} FROM catalog_searchrow r WHERE {where} AND {beyond}"
        return f"WITH hit AS MATERIALIZED ({hits}) SELECT * FROM hit r {ends}", [*before, *params, *key]
    hits = f"SELECT {keys} FROM catalog_searchrow r WHERE {where} AND {beyond}"
    sql = f"WITH hit AS MATERIALIZED ({hits}), first AS MATERIALIZED (SELECT * FROM hit r {ends})"
    if columns == keys:
        return f"{sql} SELECT {columns} FROM first r {end}", [*params, *key]
    join = "first JOIN catalog_searchrow r ON r.product_id = first.product_id"
    return f"{sql} SELECT {columns} FROM {join} {end}", [*params, *key, *before]


def run(
    match: Match,
    counts: Mapping[str, int],
    columns: str,
    order: Order,
    limit: int,
    cursor: Cursor | None = None,
    before: tuple = (),
) -> list[tuple]:
    """Up to `limit` rows, read in the cursor's direction. A walk that found too little collects instead."""
    plan = choose(match, counts, limit)
    rows = rows_of(statement(match, plan, columns, order, limit, cursor, before))
    if plan.fell_short(len(rows), limit, counts):
        rows = rows_of(statement(match, COLLECT, columns, order, limit, cursor, before))
    return rows


def rows_of(statement: Sql) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchall()
