"""The catalogue's part of the demo mall."""

from catalog.demo import desk, logins, offers, pictures, products, rates, sellers, tree
from catalog.models import Product, Seller
from catalog.search import index
from kmall import caching
from kmall.demo import occupied_if, step


@occupied_if
def has_sellers() -> bool:
    return Seller.objects.exists()


step(5, "rates")(rates.load)
step(10, "categories")(tree.load)
step(11, "sellers")(sellers.load)
step(12, "products")(products.load)
step(20, "desks")(desk.load)
step(21, "offers")(offers.load)
step(25, "logins")(logins.load)


@step(80, "search")
def search(mall):
    index.reindex(Product.objects.on_sale().values_list("pk", flat=True))
    caching.bump()  # pages of the empty mall may be kept already


step(90, "order of the pictures")(pictures.load)
