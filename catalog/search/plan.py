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

from django.db import connection

from catalog.search.index import EVERY
from kmall.paging import Cursor, Order

FEW = 1_000  # collecting so many rows costs a millisecond: not worth a thought
CAP = 2_000  # rows that are ranked or counted exactly
_SLACK = 4  # how much longer than expected a walk may be before we collect instead
_SHARE_OF_PRICE = 0.3  # guesses for what the vocabulary does not count
_SHARE_IN_STOCK = 0.9
_BRANCHES = 8

Sql = tuple[str, list]


@dataclass(frozen=True)
class Match:
    """Rows wanted: each group must be met by one of its tokens; limits in KRW, either may be None."""

    groups: tuple[tuple[str, ...], ...] = ()
    category: str = ""
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False

    def tokens(self) -> set[str]:
        """All whose counts the plan needs."""
        return {token for group in self._all_groups() for token in group} | {EVERY}

    def with_groups(self, groups: Iterable[tuple[str, ...]]) -> "Match":
        return replace(self, groups=(*self.groups, *groups))

    def _all_groups(self) -> tuple[tuple[str, ...], ...]:
        return (*self.groups, (f"c:{self.category}",)) if self.category else self.groups

    def conditions(self, *, category: bool = True, hidden: bool = False) -> Sql:
        """As SQL over `r`. `hidden`: written so that the GIN index cannot be used for it."""
        column = "(r.tokens || '{}'::text[])" if hidden else "r.tokens"
        groups = self._all_groups() if category else self.groups
        single = [group[0] for group in groups if len(group) == 1]
        parts: list[Sql] = [(f"{column} @> %s::text[]", [single])] if single else []
        parts += [(f"{column} && %s::text[]", [list(group)]) for group in groups if len(group) != 1]
        if self.price_from is not None:
            parts.append(("r.price_krw >= %s", [self.price_from]))
        if self.price_to is not None:
            parts.append(("r.price_krw <= %s", [self.price_to]))
        if self.in_stock:
            parts.append(("r.has_stock", []))
        return " AND ".join(sql for sql, _ in parts) or "true", [x for _, params in parts for x in params]


@dataclass(frozen=True)
class Plan:
    way: str  # gin, walk or leaves
    rows: int  # that we expect to look at


def choose(match: Match, counts: Mapping[str, int], wanted: int) -> Plan:
    """The cheapest way to the first `wanted` rows, taking words as independent of each other."""
    every = max(counts.get(EVERY, 0), 1)
    sizes = [min(sum(counts.get(token, 0) for token in group), every) for group in match._all_groups()]
    rarest = min(sizes, default=every)
    if rarest <= FEW:
        return Plan("gin", rarest)
    share = prod(size / every for size in sizes)
    if match.price_from is not None or match.price_to is not None:
        share *= _SHARE_OF_PRICE
    if match.in_stock:
        share *= _SHARE_IN_STOCK
    plans = [Plan("gin", rarest), Plan("walk", min(every, int(wanted / share) + 1))]
    if match.category:
        size = max(counts.get(f"c:{match.category}", 0), 1)
        each = wanted / min(share * every / size, 1)
        plans.append(Plan("leaves", min(size, int(each * _BRANCHES))))
    return min(plans, key=lambda plan: plan.rows)


def statement(match: Match, plan: Plan, columns: str, order: Order, cursor: Cursor | None, limit: int) -> Sql:
    """SELECT of `columns` (of `r`, with those of the order) of the matching rows, from the cursor on."""
    backward = cursor is not None and cursor.backward
    way = "DESC" if order.downward(backward) else "ASC"
    sort = ", ".join(f"r.{field} {way}" for field in order.fields)
    beyond, key = "true", []
    if cursor:
        fields, marks = ", ".join(f"r.{field}" for field in order.fields), ", ".join("%s" for _ in cursor.key)
        beyond, key = f"({fields}) {'<' if way == 'DESC' else '>'} ({marks})", list(cursor.key)
    end = f"ORDER BY {sort} LIMIT {int(limit)}"
    if plan.way == "walk":
        where, params = match.conditions()
        window = f"ORDER BY {sort} LIMIT {plan.rows * _SLACK + FEW}"
        inner = f"SELECT * FROM catalog_searchrow r WHERE {beyond} {window}"
        return f"SELECT {columns} FROM ({inner}) r WHERE {where} {end}", [*key, *params]
    if plan.way == "leaves":
        where, params = match.conditions(category=False, hidden=True)
        inner = (
            f"SELECT * FROM catalog_searchrow r WHERE r.category_path = c.path AND {beyond} AND {where} {end}"
        )
        sql = f"SELECT {columns} FROM catalog_category c CROSS JOIN LATERAL ({inner}) r"
        return f"{sql} WHERE c.path LIKE %s {end}", [*key, *params, match.category + "%"]
    where, params = match.conditions()
    inner = f"SELECT {columns} FROM catalog_searchrow r WHERE {where} AND {beyond}"
    return f"WITH r AS MATERIALIZED ({inner}) SELECT {columns} FROM r {end}", [*params, *key]


def run(
    match: Match, counts: Mapping[str, int], columns: str, order: Order, cursor: Cursor | None, limit: int
) -> list[tuple]:
    """Up to `limit` rows, read in the cursor's direction. A walk that found too little collects instead."""
    plan = choose(match, counts, limit)
    rows = rows_of(statement(match, plan, columns, order, cursor, limit))
    if plan.way == "walk" and len(rows) < limit and plan.rows * _SLACK + FEW < counts.get(EVERY, 0):
        rows = rows_of(statement(match, Plan("gin", 0), columns, order, cursor, limit))
    return rows


def rows_of(statement: Sql) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchall()
