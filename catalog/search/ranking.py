"""The order of a search by how well goods fit its words: made once, then paged through.

At most CAP products are ranked. Their keys are kept in the process while the catalogue stays as it is, and
for PAGE_SECONDS at most, since units sold move a rank without a word to anybody: a further page of the same
search, or the same page for somebody else, ranks nothing anew.
"""

import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from catalog.search import plan
from catalog.search.plan import CAP, Match
from catalog.search.vocabulary import Reading
from kmall.caching import recent
from kmall.page_store import PAGE_SECONDS
from kmall.paging import Cursor, Order, Page, cut

ORDER = Order(("score", "rank", "product_id"), (int, int, int))
_BY_RANK = Order(("rank", "product_id"), (int, int))
RECENT = 300  # kept in a process: 14 MB at most
_IN_STOCK = 100  # points; a word found in name, brand or category is one

Key = tuple[int, int, int]  # score, rank, product id


class Ranking:
    """Keys from the best down, packed: 2,000 take 48 kB instead of 300."""

    def __init__(self, keys: Iterator[Key]):
        self._numbers = array("q", [number for key in keys for number in key])

    def page(self, at: Cursor | None, size: int) -> Page:
        """As `kmall.paging.cut` gives it; rows are keys."""
        places = range(len(self._numbers) // 3)
        if at is None:
            places = places[: size + 1]
        elif at.backward:
            end = bisect_left(places, _falling(at.key), key=self._falling_at)
            places = places[max(end - size - 1, 0) : end][::-1]
        else:
            start = bisect_right(places, _falling(at.key), key=self._falling_at)
            places = places[start : start + size + 1]
        return cut([self._at(place) for place in places], order=ORDER, size=size, cursor=at, key=tuple)

    def _at(self, place: int) -> Key:
        return tuple(self._numbers[3 * place : 3 * place + 3])

    def _falling_at(self, place: int) -> Key:
        return _falling(self._at(place))


def _falling(key: Key) -> Key:
    return tuple(-number for number in key)


def ranking_of(match: Match, reading: Reading) -> Ranking:
    """`match` holds the query's groups of words."""
    span = int(time.time() // PAGE_SECONDS)
    key = (match, tuple(map(tuple, reading.words)), span)
    kept = recent("rankings", RECENT, ("catalog",))
    if key not in kept:
        kept[key] = rank(match, reading)
    return kept[key]


def rank(match: Match, reading: Reading) -> Ranking:
    """The best of the matches, at most CAP: in stock first, then by words in name, brand and category."""
    weighty = [mark + word for group in reading.words for word in group for mark in "=#"]
    score = " + ".join([f"{_IN_STOCK} * r.has_stock::int", *("(%s = ANY(r.tokens))::int" for _ in weighty)])
    columns = f"r.product_id, r.rank, {score} AS score"
    rows = plan.run(match, reading.counts, columns, _BY_RANK, CAP, before=tuple(weighty))
    return Ranking(sorted(((score, rank, pk) for pk, rank, score in rows), reverse=True))
