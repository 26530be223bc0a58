"""What refunds took back of commission, where a SKU stands in several lines: from the first line on."""

from django.db import migrations

# Only such lines of orders with a refund are touched. Rounded as `orders.give_back`: half up, cumulative.
PAST = """
    WITH sold AS (
        SELECT l.id, l.order_id, l.sku_id, l.quantity, l.commission_fen,
               sum(l.quantity) OVER (PARTITION BY l.order_id, l.sku_id ORDER BY l.id) - l.quantity AS before,
               count(*) OVER (PARTITION BY l.order_id, l.sku_id) AS lines
        FROM orders_orderline l
        WHERE l.goods_fen > 0
          AND l.order_id IN (SELECT r.order_id FROM orders_refund r JOIN orders_refundline b ON b.refund_id = r.id)
    ), back AS (
        SELECT b.id, s.order_id, s.sku_id, b.quantity,
               sum(b.quantity) OVER (PARTITION BY s.order_id, s.sku_id ORDER BY b.id) AS gone
        FROM orders_refundline b JOIN sold s ON s.id = b.line_id
        WHERE s.lines > 1
    ), lost AS (
        SELECT b.id, sum(
            div(2 * s.commission_fen * least(greatest(b.gone - s.before, 0), s.quantity) + s.quantity,
                2 * s.quantity)
            - div(2 * s.commission_fen * least(greatest(b.gone - b.quantity - s.before, 0), s.quantity)
                  + s.quantity, 2 * s.quantity)
        ) AS fen
        FROM back b JOIN sold s USING (order_id, sku_id)
        GROUP BY b.id
    )
    UPDATE orders_refundline r SET commission_fen = lost.fen
    FROM lost WHERE lost.id = r.id AND r.commission_fen <> lost.fen
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0012_units_called_off'),
    ]

    operations = [migrations.RunSQL(PAST, reverse_sql=migrations.RunSQL.noop)]
