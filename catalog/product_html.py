"""The HTML of a product page, kept under all that it shows: never stale, and nothing needs to be cleared."""

from hashlib import blake2b
from typing import NamedTuple

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog import structured, today, tree
from catalog.cards import MARKS
from catalog.models import Product
from catalog.product_page import SAME_SHOP, ProductPage, page_of
from catalog.score import SHOWN
from kmall.caching import recent
from kmall.database import Prepared

SECONDS = 600  # for what no row tells: the templates and texts of the release before
RECENT = 500  # kept in a process: about 10 MB
# All that a public product's page shows and that may change: its seller, units left of each SKU, attribute
# values with their names, the newest reviews, and the cards' marks of it and of the same shop. One statement,
# since ten pages are asked for where one is rendered.
_SHOWN = Prepared(
    "product_shown",
    f"""
        WITH it AS (
            SELECT p.id, p.seller_id, c.path, p.rating_count, p.rating_sum, md5(s::text) AS seller
            FROM catalog_product p
            JOIN catalog_seller s ON s.id = p.seller_id JOIN catalog_category c ON c.id = p.category_id
            WHERE p.slug = %(slug)s AND p.state = 'on_sale' AND s.state = 'admitted'
        ), near AS (
            SELECT o.id FROM catalog_product o JOIN it ON it.seller_id = o.seller_id AND it.id <> o.id
            WHERE o.state = 'on_sale' AND o.has_stock ORDER BY o.sold DESC, o.id DESC LIMIT {SAME_SHOP}
        ), marks AS ({MARKS.format(ids="ARRAY(TABLE near UNION ALL SELECT id FROM it)")}),
        units AS (
            SELECT k.id, n.on_hand - n.reserved FROM catalog_sku k
            JOIN catalog_stock n ON n.sku_id = k.id JOIN it ON it.id = k.product_id WHERE k.is_active
        )
        SELECT it.*,
            (
                SELECT bit_xor(hash_record_extended((v, a, o), 0)) FROM catalog_productattribute v
                JOIN catalog_attribute a ON a.id = v.attribute_id
                LEFT JOIN catalog_attributeoption o ON o.id = v.option_id WHERE v.product_id = it.id
            ),
            (SELECT bit_xor(hash_record_extended(said, 0)) FROM (
                SELECT * FROM catalog_review r WHERE r.product_id = it.id AND r.state = 'shown'
                ORDER BY r.created_at DESC, r.id DESC LIMIT {SHOWN}) said),
            ARRAY(SELECT units::text FROM units ORDER BY 1),
            ARRAY(SELECT marks::text FROM marks ORDER BY 1)
        FROM it
    """,
    {"slug": "varchar", "now": "timestamptz"},
)


class Html(NamedTuple):
    """`path` is the category's, for the open place of the navigation."""

    name: str
    path: str
    head: SafeString
    main: SafeString
    bar: SafeString


def html_of(slug: str, sku_id: int | None = None) -> Html | None:
    """The parts of a product's page; one query when it was rendered before. None: it is not public."""
    if (key := key_of(slug, sku_id)) is None:
        return None
    lately = recent("product pages", RECENT)
    if (kept := lately.get(key) or cache.get(key)) is None:
        product = Product.objects.select_related("seller", "category", "hs").get(slug=slug)
        kept = render(page_of(product, sku_id))
        cache.set(key, kept, SECONDS)
    lately[key] = kept
    return kept


def render(page: ProductPage) -> Html:
    """Also of a page that is only previewed, and so kept nowhere."""
    context = {"page": page, "structured": structured.product(page)}
    parts = (render_to_string(f"catalog/product/{part}.html", context) for part in ("head", "main", "bar"))
    return Html(page.product.name, page.product.category.path, *parts)


def key_of(slug: str, sku_id: int | None) -> str | None:
    if not (rows := _SHOWN.rows(slug=slug, now=timezone.now())):
        return None
    row = rows[0]
    _id, _seller, path, *_rest = row
    line = [(step.slug, step.name) for step in tree.line_of(path)]
    span = timezone.now().timestamp() // SECONDS
    shown = (get_language(), span, timezone.localdate(), today.mark(), sku_id, line, row)
    return f"product:{blake2b(repr(shown).encode(), digest_size=16).hexdigest()}"
