"""Every page asks a fixed number of queries, however large the mall is."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import models
from kmall import caching
from tests.factories.catalog import daily_terms
from tests.factories.many import parts_of_many, stock_the_mall

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(settings):
    settings.PAGE_CACHE = False
    daily_terms()
    return parts_of_many()


def queries_by_page(client, *, cold: bool) -> dict[str, int]:
    """Queries of each page without a page cache; `cold`: without cards and trees that were kept either."""
    best = models.Product.objects.select_related("category", "seller").order_by("-sold")[0]
    pages = {
        "home": "",
        "tree": "categories/",
        "branch": "c/top/",
        "leaf": f"c/{best.category.slug}/",
        "filtered": f"c/{best.category.slug}/?stock=1&price_from=10&sort=price",
        "search": "search/?q=精华液",
        "nothing": "search/?q=qqqq",
        "suggest": "suggest/?q=jing",
        "product": f"p/{best.slug}/",
        "seller": f"s/{best.seller.slug}/",
    }
    counts = {}
    for name, path in pages.items():
        if cold:
            cache.clear()
            caching.raise_now(caching.EVERYTHING)
        else:
            client.get(f"/zh-hans/{path}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/zh-hans/{path}").status_code == 200, name
        counts[name] = len(asked)
    return counts


def test_pages_ask_as_many_queries_at_1000_products_as_at_10(client, parts):
    stock_the_mall(parts, range(10))
    cold, warm = queries_by_page(client, cold=True), queries_by_page(client, cold=False)
    stock_the_mall(parts, range(10, 1000))
    assert queries_by_page(client, cold=True) == cold
    assert queries_by_page(client, cold=False) == warm
    assert max(cold.values()) <= 40
    assert max(warm.values()) <= 30
