"""Commissions of the past onto the lines they were earned with, and off what was refunded since.

By largest remainder and cumulative rounding, as `orders.commission` and `orders.give_back` do.
"""

from django.db import migrations

STATEMENTS = [
    """
    WITH sold AS (
        SELECT l.id, l.order_id, c.commission_fen AS whole, c.commission_fen * l.goods_fen AS weighed,
               (sum(l.goods_fen) OVER (PARTITION BY l.order_id))::bigint AS goods
        FROM orders_orderline l JOIN partners_credit c ON c.order_id = l.order_id
    ), cut AS (
        SELECT id, weighed / goods AS fen,
               row_number() OVER (PARTITION BY order_id ORDER BY weighed % goods DESC, id) AS place,
               whole - sum(weighed / goods) OVER (PARTITION BY order_id) AS left_over
        FROM sold
    )
    UPDATE orders_orderline l SET commission_fen = cut.fen + (cut.place <= cut.left_over)::int
    FROM cut WHERE cut.id = l.id
    """,
    """
    WITH part AS (
        SELECT r.id, l.commission_fen AS whole, l.quantity AS units, r.quantity AS now,
               sum(r.quantity) OVER (PARTITION BY l.id ORDER BY r.id) AS after
        FROM orders_refundline r JOIN orders_orderline l ON l.id = r.line_id
        WHERE l.commission_fen > 0
    )
    UPDATE orders_refundline r
    SET commission_fen = floor((2 * part.whole * part.after + part.units) / (2 * part.units))
        - floor((2 * part.whole * (part.after - part.now) + part.units) / (2 * part.units))
    FROM part WHERE part.id = r.id
    """,
]


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_commission_of_lines"),
        ("partners", "0003_partner_members"),
    ]

    operations = [migrations.RunSQL(STATEMENTS, reverse_sql=migrations.RunSQL.noop)]
