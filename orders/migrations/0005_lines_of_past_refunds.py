"""Refunds so far were of whole orders: each gets its order and the lines that it gave back."""

from django.db import migrations

STATEMENTS = [
    "UPDATE orders_refund r SET order_id = p.order_id FROM orders_payment p WHERE p.id = r.payment_id",
    # What a partner gave back was kept on the order alone.
    """
    INSERT INTO orders_refund (order_id, number, key, amount_fen, reason, state, attempts, last_answer,
                               created_at, done_at)
    SELECT o.id, 'R' || o.number, '', o.total_fen, 'given_back_by_partner', 'done', 0, '',
           coalesce(o.closed_at, o.placed_at), coalesce(o.closed_at, o.placed_at)
    FROM orders_order o
    WHERE o.refunded_fen = o.total_fen AND o.total_fen > 0
      AND NOT EXISTS (SELECT 1 FROM orders_refund r WHERE r.order_id = o.id AND r.reason <> 'paid_twice')
    """,
    """
    INSERT INTO orders_refundline (refund_id, line_id, quantity, goods_fen, freight_fen, tariff_fen,
                                   consumption_fen, vat_fen, tax_fen, was_sent, is_restocked, is_uncounted)
    SELECT r.id, l.id, l.quantity, l.goods_fen, l.freight_fen, l.tariff_fen, l.consumption_fen, l.vat_fen,
           l.tax_fen, c.shipped_at IS NOT NULL,
           c.shipped_at IS NULL AND r.reason <> 'cannot_be_filled',
           NOT EXISTS (SELECT 1 FROM orders_consignment s
                       WHERE s.order_id = r.order_id AND s.shipped_at IS NOT NULL)
    FROM orders_refund r
    JOIN orders_orderline l ON l.order_id = r.order_id
    JOIN orders_consignment c ON c.id = l.consignment_id
    WHERE r.reason <> 'paid_twice'
    """,
    """
    UPDATE orders_orderline l SET refunded_quantity = l.quantity
    WHERE EXISTS (SELECT 1 FROM orders_refundline r WHERE r.line_id = l.id)
    """,
    """
    UPDATE orders_order o SET promised_fen = o.total_fen
    WHERE EXISTS (SELECT 1 FROM orders_refund r WHERE r.order_id = o.id AND r.reason <> 'paid_twice')
    """,
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_parts_of_a_refund")]

    operations = [migrations.RunSQL(STATEMENTS, reverse_sql=migrations.RunSQL.noop)]
