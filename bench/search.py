"""Search and lists at the size of the demo mall and at a million rows: p50 and p95 of one call each.

    python -m bench.search [--rows 1000000]

The big mall is the demo mall's search rows over and over, with
other ids, sales, prices and dates, in a schema of its own that is dropped at the end. What is measured are
the statements of catalog/search; counts are made anew in each call that says so.
"""

import sys
import time
from collections.abc import Callable
from functools import partial

from django.db import connection
from django.db.models import Count

from bench.load import Report, arguments, timed
from catalog.models import Category, SearchRow, SearchWord
from catalog.pricing import todays_terms
from catalog.search import index
from catalog.search.filters import Filters
from catalog.search.query import search
from catalog.search.suggest import suggest
from kmall import caching
from kmall.paging import Cursor

SCHEMA = "bench_search"
TABLES = ("catalog_searchrow", "catalog_searchword")
SLOWEST, SLOWEST_COUNTED = 50.0, 100.0  # ms at the 95th percentile, at a million rows


def main() -> int:
    chosen = arguments(__doc__, rows={"type": int, "default": 1_000_000, "help": "rows of the big mall"})
    times, rows = (5, 100_000) if chosen.quick else (40, chosen.rows)
    report = Report(f"Search at {SearchRow.objects.count():,} and {rows:,} rows, milliseconds")
    words = pick_words()
    small = measure(make_calls(words), times)
    try:
        multiply(rows)
        big = measure(make_calls(words), times)
    finally:
        drop()
    for name, (p50, p95) in small.items():
        report.add(name, p50=p50, p95=p95, **{"p50 big": big[name][0], "p95 big": big[name][1]})
        label = name.partition(" (")[0].replace(",", "").replace(" ", "-")
        bound = SLOWEST_COUNTED if name.startswith("with counts") else SLOWEST
        report.target(f"{label}-p95", big[name][1], "<=", bound)
    return report.finish(chosen.json)


def pick_words() -> dict[str, str]:
    """Chinese words by how many of the demo's 8,000 products carry them."""
    words = SearchWord.objects.filter(kind="word", initials__gt="", word__regex="^[一-鿿]{2,3}$")
    picked = {}
    for name, most in {"common": 10**6, "middle": 120, "rare": 2}.items():
        picked[name] = (
            words.filter(documents__lte=most, documents__gt=0).order_by("-documents", "word")[0].word
        )
    picked["pinyin"] = words.get(word=picked["middle"]).sound
    return picked


def make_calls(words: dict[str, str]) -> dict[str, Callable]:
    fullest = (
        SearchRow.objects.values("category_path").annotate(n=Count("pk")).order_by("-n", "category_path")
    )
    leaf = Category.objects.get(path=fullest[0]["category_path"])
    top = Category.objects.filter(depth=0).order_by("path")[0]
    goods = partial(afresh, with_counts=False)
    terms = todays_terms()
    return {
        f"common word ({words['common']})": partial(goods, words["common"]),
        f"middle word ({words['middle']})": partial(goods, words["middle"]),
        f"rare word ({words['rare']})": partial(goods, words["rare"]),
        "two words": partial(goods, f"{words['common']} {words['middle']}"),
        "common word by price": partial(goods, words["common"], sort="price"),
        f"pinyin ({words['pinyin']})": partial(goods, words["pinyin"]),
        "one slip": partial(goods, words["pinyin"][:-1] + "x"),
        "leaf category": partial(goods, "", filters=Filters(category=leaf.slug)),
        "leaf, last page": partial(goods, "", filters=Filters(category=leaf.slug), **last_page(leaf)),
        "top category": partial(goods, "", filters=Filters(category=top.slug)),
        "top, last page": partial(goods, "", filters=Filters(category=top.slug), **last_page(top)),
        "top, in stock, newest": partial(
            goods, "", filters=Filters(category=top.slug, in_stock=True), sort="new"
        ),
        "all goods by price": partial(goods, "", sort="price"),
        "with counts, leaf": partial(counted, "", filters=Filters(category=leaf.slug), terms=terms),
        "with counts, top": partial(counted, "", filters=Filters(category=top.slug), terms=terms),
        "with counts, common word": partial(counted, words["common"], terms=terms),
        "suggest": partial(suggest, words["pinyin"][:2]),
    }


def afresh(q: str, **more) -> None:
    """A search whose order was forgotten, as after a change of the catalogue."""
    caching.forget("rankings")
    caching.forget("pages of lists")
    search(q, **more)


def counted(q: str, **more) -> None:
    """The same, its counts too."""
    caching.forget("facets")
    afresh(q, **more)


def last_page(category: Category) -> dict[str, str]:
    rows = SearchRow.objects.filter(category_path__startswith=category.path).order_by(
        "-price_krw", "-product_id"
    )
    return {"sort": "price", "cursor": str(Cursor(False, rows.values_list("price_krw", "product_id")[24]))}


def measure(calls: dict[str, Callable], times: int) -> dict[str, tuple[float, float]]:
    """p50 and p95 by name. How queries read is learnt anew, since it holds the counts of words."""
    caching.forget("reading")
    for call in calls.values():
        call()
    return {name: timed(call, times) for name, call in calls.items()}


def multiply(rows: int) -> None:
    """Fill tables of the same names, found first from now on, with the indexes of the real ones."""
    began = time.monotonic()
    drop()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in TABLES:
            cursor.execute(f"CREATE UNLOGGED TABLE {SCHEMA}.{table} (LIKE public.{table})")
        cursor.execute(f"INSERT INTO {SCHEMA}.catalog_searchword SELECT * FROM public.catalog_searchword")
        cursor.execute(
            f"""
            INSERT INTO {SCHEMA}.catalog_searchrow (product_id, tokens, category_path, seller_id, options,
                                                    price_krw, sold, rank, has_stock, approved_at)
            SELECT row_number() OVER (), tokens, category_path, seller_id, options,
                   greatest(1000, price_krw + (random() * 20000 - 10000)::int), (sold * random() * 2)::int,
                   rank + (random() * 200)::int, has_stock, approved_at + random() * interval '30 days'
            FROM public.catalog_searchrow, generate_series(1, %s) ORDER BY random() LIMIT %s
            """,
            [rows // SearchRow.objects.count() + 1, rows],
        )
        cursor.execute(
            "SELECT replace(indexdef, ' ON public.', %s) FROM pg_indexes WHERE schemaname = 'public'"
            " AND tablename = ANY(%s)",
            [f" ON {SCHEMA}.", list(TABLES)],
        )
        for (definition,) in cursor.fetchall():
            cursor.execute(definition)
        cursor.execute(f"SET search_path = {SCHEMA}, public")
    index.recount()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
    sys.stdout.write(f"{rows:,} rows made in {time.monotonic() - began:.0f} s\n")


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = public")
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


if __name__ == "__main__":
    sys.exit(main())
