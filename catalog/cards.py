"""Cards of lists: rendered once for everything that they show, then joined from the cache."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from catalog.models import Picture, Product, SalePrice, Sku
from catalog.pricing import Price, Terms, sku_price, todays_terms
from catalog.tax import Landed, TaxTable, landed_price, rates_at

CARD_SECONDS = 24 * 3600
EAGER = 4  # cards of the first screen, whose pictures are not lazy


@dataclass(frozen=True)
class Offer:
    """A SKU with what it costs today. `is_lowest_of_many`: others of the product cost more."""

    sku: Sku
    price: Price
    landed: Landed
    is_lowest_of_many: bool = False

    @property
    def saved_fen(self) -> int:
        return self.price.was_fen - self.price.fen if self.price.was_fen else 0

    @property
    def rate_text(self) -> str:
        """The composite rate without empty places: 9.1%, 23.06%, 0%."""
        return f"{self.landed.rate.normalize() + Decimal(0):f}%"


def offer_of(sku: Sku, terms: Terms, table: TaxTable, at: datetime.datetime | None = None) -> Offer:
    price = sku_price(sku, terms, at)
    return Offer(sku, price, landed_price(sku, price.fen, table))


def lowest_offer(product: Product, terms: Terms, table: TaxTable) -> Offer | None:
    """The cheapest of a product's `active_skus` (for_card), or None where nothing is on offer."""
    offers = [offer_of(sku, terms, table) for sku in product.active_skus]
    if not offers:
        return None
    low = min(offers, key=lambda offer: offer.price.fen)
    many = any(offer.price.fen > low.price.fen for offer in offers)
    return Offer(low.sku, low.price, low.landed, is_lowest_of_many=many)


def cover_of(product: Product) -> Picture | None:
    return product.covers[0] if product.covers else None


def render_ids(ids: list[int], *, eager: int = EAGER, terms: Terms | None = None) -> list[SafeString]:
    """Cards of these products in this order, in the active language; `terms` are today's."""
    found = {product.id: product for product in Product.objects.filter(id__in=ids).only(*SHOWN)}
    products = [found[id] for id in ids if id in found]
    return render(products, get_language(), terms or todays_terms(), eager=eager)


# Of the product itself; the rest of a card hangs on its version.
SHOWN = ("id", "version", "has_stock", "sold")


def render(products: list[Product], language: str, terms: Terms, *, eager: int = EAGER) -> list[SafeString]:
    """Ready HTML for each product, from the cache where it was rendered before: two queries when all are.

    The key holds all that a card shows, so a card is never stale and nothing needs to be cleared.
    """
    sales = sale_marks([product.id for product in products])
    day = f"{language}:{terms.rate.pk}.{terms.policy.pk}.{timezone.localdate():%y%m%d}"
    keys = {product.id: card_key(product, day, sales.get(product.id, 0)) for product in products}
    kept = cache.get_many(keys.values())
    missing = [product.id for product in products if keys[product.id] not in kept]
    if missing:
        made = {keys[id]: html for id, html in render_new(missing, language, terms).items()}
        cache.set_many(made, CARD_SECONDS)
        kept |= made
    cards = [html for product in products if (html := kept.get(keys[product.id]))]
    return [mark_safe(eagerly(html) if place < eager else html) for place, html in enumerate(cards)]


def card_key(product: Product, day: str, sale: int) -> str:
    return f"card:{day}:{product.id}.{product.version}.{product.has_stock:d}.{product.sold}.{sale}"


def sale_marks(ids: list[int]) -> dict[int, int]:
    """Which sale prices are in force, by product: begins and ends change no version."""
    active = SalePrice.objects.active().filter(sku__product_id__in=ids, sku__is_active=True)
    marks: dict[int, int] = {}
    for product_id, sale_id in active.values_list("sku__product_id", "id"):
        marks[product_id] = marks.get(product_id, 0) + sale_id
    return marks


def render_new(ids: list[int], language: str, terms: Terms) -> dict[int, str]:
    table = rates_at(timezone.localdate())
    cards = {}
    with override(language):
        for product in Product.objects.filter(id__in=ids).for_card():
            if offer := lowest_offer(product, terms, table):
                context = {"product": product, "offer": offer, "cover": cover_of(product)}
                cards[product.id] = render_to_string("catalog/parts/card.html", context).strip()
    return cards


def eagerly(html: str) -> str:
    return html.replace('loading="lazy"', 'fetchpriority="high"', 1)
