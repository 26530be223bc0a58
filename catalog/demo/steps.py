"""The catalogue's part of the demo mall."""

from contextlib import nullcontext

from django.db import connection

from catalog.demo import desk, logins, offers, pictures, products, rates, sellers, tree
from catalog.models import Product, SearchRow, Seller
from catalog.search import index
from kmall import caching
from kmall.copying import indexes_afterwards
from kmall.demo import occupied_if, step


@occupied_if
def has_sellers() -> bool:
    return Seller.objects.exists()


step(5, "rates")(rates.load)
step(10, "categories")(tree.load)
step(11, "sellers")(sellers.load)
step(12, "products")(products.load)


@step(13, "statistics")
def analyze(mall):
    """Nobody has counted rows that are not committed yet: without this, later steps read whole tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


step(20, "desks")(desk.load)
step(21, "offers")(offers.load)
step(25, "logins")(logins.load)


@step(80, "search")
def search(mall):
    products = Product.objects.on_sale().values_list("pk", flat=True)
    with indexes_afterwards(SearchRow) if mall.scale > 1 else nullcontext():
        index.reindex(products)
    caching.bump()  # pages of the empty mall may be kept already


step(90, "order of the pictures")(pictures.load)
