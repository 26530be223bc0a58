"""How many products each further choice would leave.

Within a group a second choice widens the list, so a group is counted as if nothing were chosen in it
(disjunctive). Counts are exact up to CAP products; beyond, they are those among the first CAP of the list,
and `is_floor` says that there are more.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext

from catalog.pricing import Terms
from catalog.search import plan
from catalog.search.filters import Filters, category_list, first_krw, names_of, option_tree
from catalog.search.plan import CAP, Match
from kmall.paging import Order

Tally = dict[str, dict[str, int]]
BANDS_YUAN = (50, 100, 200, 500)
_MOST_SELLERS = 12
_MOST_CATEGORIES = 12
_ORDER = Order(("rank", "product_id"), (int, int))
_COLUMNS = "r.product_id, r.rank, r.options, r.seller_id, r.category_path, r.price_krw, r.has_stock"


@dataclass(frozen=True)
class Choice:
    """One line of a group: `value` goes into the address under the facet's parameter."""

    value: str
    label: str
    count: int
    is_chosen: bool = False


@dataclass(frozen=True)
class Facet:
    """`kind`: option, seller, category, price or stock. A price is `from-to` in yuan, either may be empty."""

    kind: str
    parameter: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Counts:
    total: int
    is_floor: bool
    facets: tuple[Facet, ...]


NOTHING = Counts(0, False, ())


def count(groups, filters: Filters, terms: Terms | None, counts: Mapping[str, int]) -> Counts:
    """Total and facets of a list; `groups` are those of the query, `counts` the vocabulary's."""
    bands = [first_krw(yuan * 100, terms) for yuan in BANDS_YUAN] if terms else []
    everything = _tally(filters.match(terms).with_groups(groups), counts, bands)
    apart = {
        group: _tally(filters.match(terms, without=group).with_groups(groups), counts, bands)
        for group in filters.groups()
    }
    total = everything["total"][""]
    facets = [
        _categories(everything, filters),
        *_options(everything, apart, filters),
        _prices(apart.get("price", everything), filters) if terms else None,
        _sellers(apart.get("seller", everything), filters),
        _stock(apart.get("stock", everything), filters),
    ]
    return Counts(min(total, CAP), total > CAP, tuple(facet for facet in facets if facet and facet.choices))


def _tally(match: Match, counts: Mapping[str, int], bands: list[int]) -> Tally:
    """Products by kind of choice and value."""
    way = plan.choose(match, counts, CAP + 1)
    tally = _tally_by(way, match, bands)
    if way.fell_short(tally["total"][""], CAP + 1, counts):
        tally = _tally_by(plan.COLLECT, match, bands)
    return tally


def _tally_by(way: plan.Plan, match: Match, bands: list[int]) -> Tally:
    sql, params = plan.statement(match, way, _COLUMNS, _ORDER, CAP + 1)
    rows = plan.rows_of(
        (
            f"""
            WITH base AS MATERIALIZED ({sql}), head AS (SELECT * FROM base LIMIT {CAP})
            SELECT 'total', '', count(*) FROM base
            UNION ALL SELECT 'option', o::text, count(*) FROM head, unnest(options) o GROUP BY 2
            UNION ALL SELECT 'category', category_path, count(*) FROM head GROUP BY 2
            UNION ALL SELECT 'price', width_bucket(price_krw, %s::bigint[])::text, count(*)
            FROM head GROUP BY 2
            UNION ALL SELECT 'stock', '1', count(*) FROM head WHERE has_stock
            UNION ALL (SELECT 'seller', seller_id::text, count(*) FROM head
                       GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT {_MOST_SELLERS})
            """,
            [*params, bands or [0]],
        )
    )
    tally: Tally = defaultdict(dict)
    for kind, value, number in rows:
        tally[kind][value] = number
    return tally


def _options(everything: Tally, apart: dict[str, Tally], filters: Filters) -> list[Facet]:
    facets = []
    for code, options in option_tree().items():
        chosen = filters.options.get(code, ())
        tally = apart.get(f"f_{code}", everything)["option"]
        choices = tuple(
            Choice(option.code, option.label, tally.get(str(option.pk), 0), option.code in chosen)
            for option in options
            if str(option.pk) in tally or option.code in chosen
        )
        if choices:
            facets.append(Facet("option", f"f_{code}", options[0].attribute.name, choices))
    return facets


def _categories(tally: Tally, filters: Filters) -> Facet:
    """The branches below the chosen category, or, without one, the leaves."""
    tree = category_list()
    here = next((node for node in tree if node.slug == filters.category), None)
    found = Counter()
    for node in tree:
        if here and node.parent_id != here.pk:
            continue
        for path, number in tally["category"].items():
            if path.startswith(node.path) if here else path == node.path:
                found[node] += number
    choices = tuple(
        Choice(node.slug, node.name, number) for node, number in found.most_common(_MOST_CATEGORIES)
    )
    return Facet("category", "c", gettext("Category"), choices)


def _prices(tally: Tally, filters: Filters) -> Facet:
    chosen = f"{_text(filters.price_from)}-{_text(filters.price_to)}"
    edges = ["", *map(str, BANDS_YUAN), ""]
    choices = []
    for band, (low, high) in enumerate(pairwise(edges)):
        if number := tally["price"].get(str(band), 0):
            label = f"¥{low or 0}–{high}" if high else gettext("¥%(yuan)s and more") % {"yuan": low}
            choices.append(Choice(f"{low}-{high}", label, number, f"{low}-{high}" == chosen))
    return Facet("price", "price", gettext("Price"), tuple(choices))


def _sellers(tally: Tally, filters: Filters) -> Facet:
    known = names_of(int(number) for number in tally["seller"])
    choices = [
        Choice(*known[int(number)], count, known[int(number)][0] in filters.sellers)
        for number, count in sorted(tally["seller"].items(), key=lambda item: (-item[1], int(item[0])))
    ]
    return Facet("seller", "seller", gettext("Makers"), tuple(choices))


def _stock(tally: Tally, filters: Filters) -> Facet:
    choice = Choice("1", gettext("In stock"), tally["stock"]["1"], filters.in_stock)
    return Facet("stock", "stock", gettext("Stock"), (choice,))


def _text(yuan: int | None) -> str:
    return "" if yuan is None else str(yuan)
