"""The columns of a product that are sums of other rows: lowest price, stock, version."""

from django.db import connection

_REFRESH = """
UPDATE catalog_product AS p SET
    version = p.version + 1,
    sort_price_krw = COALESCE((
        SELECT min(LEAST(s.price_krw, COALESCE(sale.price_krw, s.price_krw)))
        FROM catalog_sku s
        LEFT JOIN catalog_saleprice sale
            ON sale.sku_id = s.id AND sale.starts_at <= now() AND sale.ends_at > now()
        WHERE s.product_id = p.id AND s.is_active), 0),
    has_stock = EXISTS (
        SELECT 1 FROM catalog_sku s JOIN catalog_stock st ON st.sku_id = s.id
        WHERE s.product_id = p.id AND s.is_active AND st.on_hand > st.reserved)
WHERE p.id = ANY(%s)
"""


def refresh(product_ids) -> None:
    """Bring `version`, `sort_price_krw` and `has_stock` of products up to their SKUs, sales and stock."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [list(product_ids)])
