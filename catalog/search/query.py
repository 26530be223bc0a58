"""Search and lists: products that match, in order, a page at a time.

    results = search("补水面膜", filters=Filters.from_query(request.GET), sort="sold", cursor=…, terms=terms)
    results = listing(filters=Filters.from_query(request.GET, category=slug), terms=terms)

How a query reads, what its choices count, how its goods rank and which of them a page shows is remembered
until the catalogue changes.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import get_language, override

from catalog.pricing import Terms
from catalog.search import facets, plan, ranking, typos, vocabulary
from catalog.search.facets import Facet
from catalog.search.filters import Filters
from catalog.search.plan import Match
from kmall.caching import recent, remembered
from kmall.page_store import PAGE_SECONDS
from kmall.paging import Cursor, Order, Page, cut

PAGE_SIZE = 48
RECENT_PAGES = 2_000  # kept in a process: 6 MB at most
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 2**52  # microseconds

# What a page may be sorted by; "rank" is 综合: how well it fits the words first, when there are any.
BY_RANK = "rank"
SORTS = {
    BY_RANK: Order(("rank", "product_id"), (int, int)),
    "sold": Order(("sold", "product_id"), (int, int)),
    "price": Order(("price_krw", "product_id"), (int, int), descending=False),
    "-price": Order(("price_krw", "product_id"), (int, int)),
    "new": Order(("approved_at", "product_id"), (int, int)),
}
_NEAR = 5


@dataclass(frozen=True)
class Results:
    """A page of product ids in order. `total` stops at CAP, then `is_floor` is set: "2,000+".

    `corrected`: the query as it was understood, where a slip was mended. `near`: words to try instead,
    where nothing was found. `next` and `previous` are cursors, empty at the ends.
    """

    ids: list[int]
    total: int
    is_floor: bool
    facets: tuple[Facet, ...]
    next: str = ""
    previous: str = ""
    corrected: str = ""
    near: tuple[str, ...] = ()


def listing(**arguments) -> Results:
    """All that pass the filters: a category, a seller. Arguments as those of `search`."""
    return search("", **arguments)


def search(
    q: str,
    *,
    filters: Filters | None = None,
    sort: str = BY_RANK,
    cursor: str = "",
    size: int = PAGE_SIZE,
    terms: Terms | None = None,
    language: str = "",
    with_counts: bool = True,
) -> Results:
    """Products for a query in any of the mall's scripts. Never fails on what was typed.

    Without `terms` (no price is known today) nothing is counted or narrowed by price. `with_counts=False`
    leaves out total and facets, where only the goods are wanted.
    """
    filters, q = filters or Filters(), q[: vocabulary.LONGEST_QUERY]
    match = filters.match(terms)
    tokens = match.tokens()
    asked = ("reading", q, tuple(sorted(tokens)))
    reading, corrected = remembered(asked, ("catalog",), lambda: _understand(q, tokens))
    if reading.unknown or (q and not reading.groups):
        return Results([], 0, False, (), near=_near(reading))
    counts = facets.NOTHING
    if with_counts:
        with override(language or get_language()):
            counts = _counted(filters, terms, reading)
    page = _page(match.with_groups(reading.groups), reading, sort, cursor, size)
    return Results(
        ids=page.rows,
        total=counts.total,
        is_floor=counts.is_floor,
        facets=counts.facets,
        next=page.next,
        previous=page.previous,
        corrected=corrected,
        near=() if page.rows else _near(reading),
    )


def _understand(q: str, tokens: set[str]) -> tuple[vocabulary.Reading, str]:
    """The query read, if need be after mending, and then how it reads now."""
    reading = vocabulary.read(q, tokens)
    mended = {run.text: better for run in reading.unknown if (better := typos.mend(run))}
    if not mended or len(mended) < len(reading.unknown):
        return reading, ""
    text = reading.text
    for wrong, right in mended.items():
        text = text.replace(wrong, right)
    again = vocabulary.read(text, tokens)
    return again, "" if again.unknown else text


def _counted(filters: Filters, terms: Terms | None, reading: vocabulary.Reading) -> facets.Counts:
    groups = tuple(reading.groups)
    asked = groups, repr(filters), filters.among
    key = ("facets", get_language(), *asked, terms and terms.fen_per_won)
    return remembered(key, ("catalog",), lambda: facets.count(groups, filters, terms, reading.counts))


def _page(match: Match, reading: vocabulary.Reading, sort: str, cursor: str, size: int) -> Page:
    if reading.groups and (sort == BY_RANK or sort not in SORTS):
        return _by_fit(match, reading, cursor, size)
    order = SORTS.get(sort, SORTS[BY_RANK])
    kept = recent("pages of lists", RECENT_PAGES, ("catalog",))
    # Units sold move an order without a word to anybody, so a page is as old as a whole one may be at most.
    key = (match, order, cursor, size, int(time.time() // PAGE_SECONDS))
    if (page := kept.get(key)) is None:
        page = kept[key] = _by_column(match, reading.counts, order, cursor, size)
    return page


def _by_column(match: Match, counts: dict[str, int], order: Order, cursor: str, size: int) -> Page:
    dated = order.fields[0] == "approved_at"
    at = order.read(cursor)
    if dated and at and not 0 <= at.key[0] < _LATEST:
        at = None

    def read(at: Cursor | None) -> Page:
        inner = Cursor(at.backward, (_moment(at.key[0]), at.key[1])) if at and dated else at
        columns = f"r.{order.fields[0]}, r.product_id"
        rows = plan.run(match, counts, columns, order, size + 1, inner)
        found = [(product, _microseconds(value) if dated else value) for value, product in rows]
        return cut(found, order=order, size=size, cursor=at, key=lambda row: (row[1], row[0]))

    return _ids(_whole(read, at, size))


def _by_fit(match: Match, reading: vocabulary.Reading, cursor: str, size: int) -> Page:
    best = ranking.ranking_of(match, reading)
    page = _whole(lambda at: best.page(at, size), ranking.ORDER.read(cursor), size)
    return page.with_rows(pk for _score, _rank, pk in page.rows)


def _whole(read: Callable[[Cursor | None], Page], at: Cursor | None, size: int) -> Page:
    page = read(at)
    if at and at.backward and len(page.rows) < size:
        return read(None)
    return page


def _ids(page: Page) -> Page:
    return page.with_rows(row[0] for row in page.rows)


def _near(reading: vocabulary.Reading) -> tuple[str, ...]:
    known = [group[0] for group in reading.groups if len(reading.runs) > 1]
    alike = [word for run in reading.unknown for word in typos.near(run)]
    return tuple(dict.fromkeys([*known, *alike]))[:_NEAR]


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
