"""Every page asks a fixed number of queries, however large the mall is."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import models
from catalog.search.index import recount, reindex
from kmall import caching
from tests.factories.catalog import (
    CategoryFactory,
    HsCodeFactory,
    OptionFactory,
    SellerFactory,
    daily_terms,
    review,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(settings):
    """What products are made of: 3 leaves below one branch, 5 sellers, an option, today's terms."""
    settings.PAGE_CACHE = False
    daily_terms()
    top = CategoryFactory(path="801.", slug="top")
    leaves = [CategoryFactory(parent=top, depth=1, path=f"801.{n:03}.", position=n) for n in (1, 2, 3)]
    return leaves, [SellerFactory(featured=n) for n in range(5)], OptionFactory(), HsCodeFactory()


def stock_the_mall(parts, numbers: range) -> None:
    """Products with two SKUs, a picture and an option each; every fifth is in a sale."""
    leaves, sellers, option, hs = parts
    now = timezone.now()
    products = models.Product.objects.bulk_create(
        models.Product(
            slug=f"p-{n}", name_ko=f"병풀 세럼 {n}호", name_zh_hans=f"积雪草精华液{n}号", category=leaves[n % 3],
            seller=sellers[n % 5], hs=hs, state="on_sale", approved_at=now, sold=n, sort_price_krw=18_000, has_stock=True,
        )
        for n in numbers
    )  # fmt: skip
    skus = models.Sku.objects.bulk_create(
        models.Sku(product=product, seller=product.seller, code=f"{product.slug}-{n}", label=f"{n}", price_krw=18_000 * n,
                   weight_g=180, net_content=50, net_unit="ml", position=n)
        for product in products for n in (1, 2)
    )  # fmt: skip
    models.Stock.objects.bulk_create(models.Stock(sku=sku, on_hand=9) for sku in skus)
    models.Picture.objects.bulk_create(
        models.Picture(product=product, art={}, digest=f"{product.pk:064x}", width=1200, height=1200)
        for product in products
    )
    models.ProductAttribute.objects.bulk_create(
        models.ProductAttribute(product=product, attribute=option.attribute, option=option)
        for product in products
    )
    models.SalePrice.objects.bulk_create(
        models.SalePrice(sku=sku, price_krw=9_000, starts_at=now, ends_at=now + timedelta(days=2))
        for sku in skus[::10]
    )
    review(products[-1])
    reindex([product.pk for product in products])
    recount()


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
