"""A mall of many products, made in bulk: for what must cost the same at 10 and at 1,000."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from catalog import models
from catalog.search.index import recount, reindex
from tests.factories.catalog import CategoryFactory, HsCodeFactory, OptionFactory, SellerFactory, review


def parts_of_many():
    """What products are made of: 3 leaves below one branch, 5 sellers, an option, an HS code."""
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
    with connection.cursor() as cursor:  # as autovacuum would: plans for the empty tables of before are slow
        cursor.execute("analyze")
