"""Cards of lists: rendered once for everything that they show, then joined from the cache."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from catalog import today
from catalog.models import Picture, Product, Sku
from catalog.pricing import Price, Terms, sku_price
from catalog.tax import Landed, NoTaxRate, TaxTable, landed_price
from kmall.caching import recent
from kmall.database import Prepared

CARD_SECONDS = 24 * 3600
RECENT_CARDS = 5_000  # kept in a process: about 7 MB
EAGER = 4  # cards of the first screen, whose pictures are not lazy
MARKS = """
    SELECT p.id, p.version, p.has_stock::int, p.sold, coalesce(live.sales, 0),
        hashtext(concat(m.town_ko, m.town_zh_hans))
    FROM catalog_product p JOIN catalog_seller m ON m.id = p.seller_id
    LEFT JOIN (
        SELECT k.product_id, sum(s.id) AS sales FROM catalog_saleprice s JOIN catalog_sku k ON k.id = s.sku_id
        WHERE s.starts_at <= %(now)s AND s.ends_at > %(now)s AND s.sku_id = ANY(
            ARRAY(SELECT o.id FROM catalog_sku o WHERE o.product_id = ANY({ids}) AND o.is_active)
        )
        GROUP BY 1
    ) live ON live.product_id = p.id
    WHERE p.id = ANY({ids})
"""
_MARKS = Prepared("card_marks", MARKS.format(ids="%(ids)s"), {"ids": "bigint[]", "now": "timestamptz"})


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
    """The cheapest of a product's `active_skus` (for_card), or None where nothing is on offer.

    Raises `NoTaxRate`.
    """
    offers = [offer_of(sku, terms, table) for sku in product.active_skus]
    if not offers:
        return None
    low = min(offers, key=lambda offer: offer.price.fen)
    many = any(offer.price.fen > low.price.fen for offer in offers)
    return Offer(low.sku, low.price, low.landed, is_lowest_of_many=many)


def lowest_offers(
    goods: Iterable[Product], terms: Terms, table: TaxTable
) -> tuple[dict[int, Offer], dict[int, NoTaxRate]]:
    """By product the cheapest of its `active_skus`, where something is on offer; and the tax rates that lack.

    One product without its rate must not keep the others from being shown.
    """
    offers, untaxed = {}, {}
    for product in goods:
        try:
            if offer := lowest_offer(product, terms, table):
                offers[product.pk] = offer
        except NoTaxRate as missing:
            untaxed[product.pk] = missing
    return offers, untaxed


def cover_of(product: Product) -> Picture | None:
    return product.covers[0] if product.covers else None


def render_ids(ids: list[int], *, eager: int = EAGER, terms: Terms | None = None) -> SafeString:
    """Cards of these products in this order, joined, in the active language; `terms` are today's."""
    return render(ids, get_language(), terms or today.terms(), eager=eager)


def render(ids: Iterable[int], language: str, terms: Terms, *, eager: int = EAGER) -> SafeString:
    """HTML of the products that are there, from the cache where it was rendered before: one query then.

    The key holds all that a card shows, so a card is never stale and nothing needs to be cleared. Raises
    `NoTaxRate` where none is left since it is missing.
    """
    day = f"{language}:{today.mark()}.{timezone.localdate():%y%m%d}"
    keys = {pk: f"card:{day}:{mark}" for pk, mark in marks_of(ids).items()}
    kept = recall(keys.values())
    if missing := [pk for pk, key in keys.items() if key not in kept]:
        found, untaxed = render_new(missing, language, terms)
        made = {keys[pk]: html for pk, html in found.items()}
        cache.set_many(made, CARD_SECONDS)
        kept |= made
        if untaxed and not kept:
            raise next(iter(untaxed.values()))
    cards = [html for pk in ids if (html := kept.get(keys.get(pk)))]
    return mark_safe("".join([*map(eagerly, cards[:eager]), *cards[eager:]]))


def recall(keys: Collection[str]) -> dict[str, str]:
    """The cards that are kept, those seen lately from this process's memory, which asks nobody."""
    lately = recent("cards", RECENT_CARDS)
    kept = {key: html for key in keys if (html := lately.get(key))}
    if missing := [key for key in keys if key not in kept]:
        found = cache.get_many(missing)
        lately.update(found)
        kept |= found
    return kept


def marks_of(ids: Iterable[int]) -> dict[int, str]:
    """What a card of each product hangs on besides the day: version, stock, units sold, sales in force, town.

    A sale that begins or ends changes no version, so it is looked for.
    """
    rows = _MARKS.rows(ids=list(ids), now=timezone.now())
    return {pk: f"{pk}." + ".".join(map(str, marks)) for pk, *marks in rows}


def render_new(ids: list[int], language: str, terms: Terms) -> tuple[dict[int, str], dict[int, NoTaxRate]]:
    """Cards by product, without what is not on offer; and what has no tax rate today."""
    goods = list(Product.objects.filter(id__in=ids).for_card())
    offers, untaxed = lowest_offers(goods, terms, today.table())
    cards = {}
    with override(language):
        for product in goods:
            if offer := offers.get(product.pk):
                context = {"product": product, "offer": offer, "cover": cover_of(product)}
                cards[product.id] = render_to_string("catalog/parts/card.html", context).strip()
    return cards, untaxed


def eagerly(html: str) -> str:
    return html.replace('loading="lazy"', 'fetchpriority="high"', 1)
