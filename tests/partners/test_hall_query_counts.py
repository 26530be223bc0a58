"""Every page of a partner's section, and its feed, asks a fixed number of queries, and few more than the shop's."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from kmall import caching
from partners.models import CategoryMap, PartnerMall, SharedAddress
from partners.shared import address_of
from tests.factories.catalog import daily_terms
from tests.factories.many import parts_of_many, stock_the_mall
from tests.factories.partners import partner_mall

pytestmark = pytest.mark.django_db
RULE = {"price_to_krw": 1_000_000, "in_stock": True}


@pytest.fixture
def parts(settings):
    """What products are made of, a partner that has them all, and no page that is kept whole."""
    settings.PAGE_CACHE = False
    daily_terms()
    made = leaves, *_rest = parts_of_many()
    partner = partner_mall(rule=RULE)
    CategoryMap.objects.create(partner=partner, category=leaves[0].parent, remote_code="beauty-skincare")
    address_of(partner, SharedAddress.Purpose.FEED)
    return made


def pages() -> dict[str, tuple[str, str]]:
    """Address in the section, and of the same page of the mall."""
    best = Product.objects.select_related("category").order_by("-sold")[0]
    leaf, words, product = f"c/{best.category.slug}/", "search/?q=精华液", f"p/{best.slug}/"
    mall, hall = "/zh-hans/", "/zh-hans/partner/igetmall/"
    found = {"front": (hall, mall + "search/"), "bonded": (hall + "bonded/", mall + "search/")}
    same = {"branch": "c/top/", "leaf": leaf, "search": words, "product": product}
    same |= {"filtered": leaf + "?stock=1&price_from=10&sort=price"}
    return found | {name: (hall + path, mall + path) for name, path in same.items()}


def queries(client, path: str, *, cold: bool) -> int:
    """`cold`: without cards, lists and trees that were kept."""
    if cold:
        cache.clear()
        caching.raise_now(caching.EVERYTHING)
    else:
        client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200, path
    return len(asked)


def counts(client, *, cold: bool) -> dict[str, int]:
    feed = "/" + address_of(PartnerMall.objects.get(), SharedAddress.Purpose.FEED).split("/", 3)[3]
    found = {name: queries(client, path, cold=cold) for name, (path, _mall) in pages().items()}
    return found | {"feed": queries(client, feed, cold=cold)}


def test_pages_ask_as_many_queries_at_1000_products_as_at_10(client, parts):
    stock_the_mall(parts, range(10))
    cold, warm = counts(client, cold=True), counts(client, cold=False)
    stock_the_mall(parts, range(10, 1000))
    assert counts(client, cold=True) == cold
    assert counts(client, cold=False) == warm


def test_a_page_made_anew_asks_about_as_many_as_the_malls_own(client, parts):
    """Once more to see that a product is the partner's; cold, to read the partner and what it has."""
    stock_the_mall(parts, range(10))
    for name, (path, malls_own) in pages().items():
        warm = queries(client, path, cold=False) - queries(client, malls_own, cold=False)
        assert warm <= (1 if name == "product" else 0), name
        assert queries(client, path, cold=True) - queries(client, malls_own, cold=True) <= 6, name
