"""What the home page shows today: patches, tiles, offers, stories, best sold."""

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog import today, tree
from catalog.cards import cover_of, lowest_offers, render_ids
from catalog.models import Category, Collection, Product, SalePrice, SearchRow, Seller, StockMovement
from catalog.pricing import Terms
from catalog.product_page import units_left
from catalog.tax import TaxTable
from kmall.caching import remembered

PATCHES, TILES, DEALS, STORIES, POPULAR, CURATED = 4, 10, 5, 4, 20, 10


def of_today() -> dict:
    """Everything of the home page. All but the cards is looked up and rendered once a minute at most."""
    minute = timezone.now().replace(second=0, microsecond=0)
    window = remembered(("window", get_language(), minute), ("catalog",), look_up)
    chosen = window["collection"]
    return window | {
        "cards": render_ids(best_sold(POPULAR), eager=0),
        "collection_cards": render_ids(chosen["ids"], eager=0) if chosen else [],
    }


def look_up() -> dict:
    """`front` (patches, tiles, offers) and `stories` as HTML; the curated set, whose cards have versions."""
    terms, table = today.terms(), today.table()
    deals, first_end = deals_of_the_day(terms, table)
    makers = Seller.objects.open().filter(featured__isnull=False).order_by("featured")
    front = {
        "tiles": tiles_of("top", Category.objects.filter(depth=0))[:TILES],
        "patches": patches(terms, table),
        "deals": deals,
        "deals_end": first_end,
    }
    return {
        "front": render_to_string("catalog/home/front.html", front),
        "stories": render_to_string("catalog/home/stories.html", {"makers": makers[:STORIES]}),
        "collection": collection_of_today(),
    }


def collection_of_today() -> dict | None:
    """The curated set that is open for the home page: its title and products in stock, in its order."""
    found = Collection.objects.open("home").first()
    if not found:
        return None
    items = found.items.filter(product__search_row__has_stock=True)
    return {"title": found.title, "ids": list(items.values_list("product_id", flat=True)[:CURATED])}


def best_sold(count: int) -> list[int]:
    rows = SearchRow.objects.filter(has_stock=True).order_by("-sold", "-product_id")
    return list(rows.values_list("product_id", flat=True)[:count])


def tiles_of(name: str, categories: QuerySet) -> list[dict]:
    """`category_tiles`, remembered under a name until something of the catalogue changes."""
    return remembered(("tiles", name, get_language()), ("catalog",), lambda: category_tiles(categories))


def strip_of(category: Category) -> SafeString:
    """The strip above a category's list, remembered until something of the catalogue changes."""

    def render() -> SafeString:
        shown = Category.objects.filter(pk__in=[other.pk for other in tree.beside(category)])
        context = {"tiles": category_tiles(shown), "category": category}
        return render_to_string("catalog/parts/strip.html", context)

    return remembered(("strip", get_language(), category.path), ("catalog",), render)


def category_tiles(categories: QuerySet) -> list[dict]:
    """Categories with the cover of their best sold product; empty ones are left out. Four queries."""
    best = SearchRow.objects.filter(category_path=OuterRef("path")).order_by("-sold", "-product_id")
    leaves = Category.objects.filter(path__startswith=OuterRef("path")).annotate(
        sold=Subquery(best.values("sold")[:1]), top=Subquery(best.values("product_id")[:1])
    )  # one look at the index for each leaf, however many goods it has
    top = leaves.filter(top__isnull=False).order_by("-sold", "-top").values("top")[:1]
    found = list(categories.annotate(top=Subquery(top)).filter(top__isnull=False))
    products = Product.objects.filter(pk__in=[category.top for category in found]).for_card()
    by_id = {product.pk: product for product in products}
    return [tile(category, by_id[category.top]) for category in found if category.top in by_id]


def tile(category: Category, product: Product) -> dict:
    return {
        "name": category.name,
        "path": category.path,
        "url": reverse("catalog:category", args=[category.slug]),
        "cover": cover_of(product),
        "product": product,
    }


def patches(terms: Terms, table: TaxTable) -> list[dict]:
    """The best sold branch of each of four top categories, with the price that its best sold product has."""
    tiles = sorted(
        tiles_of("branches", Category.objects.filter(depth=1)),
        key=lambda tile: -tile["product"].sold,
    )
    best = {tile["path"][:4]: tile for tile in reversed(tiles)}
    chosen = sorted(best.values(), key=lambda tile: -tile["product"].sold)[:PATCHES]
    offers, _untaxed = lowest_offers([patch["product"] for patch in chosen], terms, table)
    return [
        patch | {"from_fen": offers[pk].price.fen if (pk := patch["product"].pk) in offers else None}
        for patch in chosen
    ]


def deals_of_the_day(terms: Terms, table: TaxTable):
    """Sale prices in force, soonest to end first, with units sold in the sale; and when the first ends."""
    active = SalePrice.objects.active().filter(sku__is_active=True, sku__product__search_row__has_stock=True)
    sales = list(
        active.order_by("ends_at", "-sku__product__sold", "id").select_related("sku__stock")[: DEALS * 3]
    )
    products = {
        product.pk: product
        for product in Product.objects.filter(pk__in={sale.sku.product_id for sale in sales}).for_card()
    }
    offers, _untaxed = lowest_offers(products.values(), terms, table)
    sold = sold_in(sales)
    deals = {}
    for sale in sales:
        product = products[sale.sku.product_id]
        offer = offers.get(product.pk)
        if product.pk in deals or not offer or offer.price.was_fen is None or not units_left(sale.sku):
            continue
        deals[product.pk] = deal(product, offer, units_left(sale.sku), sold.get(sale.sku_id, 0))
    shown = list(deals.values())[:DEALS]
    return shown, sales[0].ends_at if shown else None


def sold_in(sales: list[SalePrice]) -> dict[int, int]:
    """Units sold since each sale began, by SKU, from the ledger."""
    if not sales:
        return {}
    since = {sale.sku_id: sale.starts_at for sale in sales}
    moved = StockMovement.objects.filter(
        sku_id__in=since, reason=StockMovement.Reason.SALE, at__gte=min(since.values())
    )
    return {row["sku"]: -row["units"] for row in moved.values("sku").annotate(units=Sum("delta"))}


def deal(product: Product, offer, left: int, sold: int) -> dict:
    return {
        "name": product.name,
        "url": reverse("catalog:product", args=[product.slug]),
        "cover": cover_of(product),
        "price": offer.price,
        "left": left,
        "sold": sold,
        "all": left + sold,
    }
