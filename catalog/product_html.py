"""The HTML of a product page, kept under all that it shows: never stale, and nothing needs to be cleared."""

from hashlib import blake2b
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog import structured, today, tree
from catalog.cards import marks_of
from catalog.models import Product, Stock
from catalog.product_page import ProductPage, page_of, same_shop_rows

SECONDS = 600  # for what has no version of its own: a review's answer, freight


class Html(NamedTuple):
    head: SafeString
    main: SafeString
    bar: SafeString


def html_of(product: Product, sku_id: int | None = None) -> Html:
    """The parts of a product's page; three queries when it was rendered before."""
    key = key_of(product, sku_id)
    if (kept := cache.get(key)) is None:
        kept = render(page_of(product, sku_id))
        cache.set(key, kept, SECONDS)
    return kept


def render(page: ProductPage) -> Html:
    """Also of a page that is only previewed, and so kept nowhere."""
    context = {"page": page, "structured": structured.product(page)}
    return Html(*(render_to_string(f"catalog/product/{part}.html", context) for part in Html._fields))


def key_of(product: Product, sku_id: int | None) -> str:
    terms, seller = today.terms(), product.seller
    left = Stock.objects.filter(sku__product=product, sku__is_active=True).order_by("sku")
    others = same_shop_rows(product).values_list("product_id", flat=True)
    shown = (
        (get_language(), timezone.localdate(), terms.rate.pk, terms.policy.pk, sku_id),
        (product.rating_count, product.rating_sum),
        (seller.name, seller.slug, seller.town, seller.founded, seller.scene, seller.quote, seller.quote_by),
        [(step.slug, step.name) for step in tree.line_of(product.category)],
        list(left.values_list("sku_id", F("on_hand") - F("reserved"))),
        sorted(marks_of([product.pk, *others]).values()),
    )
    return f"product:{blake2b(repr(shown).encode(), digest_size=16).hexdigest()}"
