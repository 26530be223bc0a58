"""The commission of an order, frozen on its lines at the sale; docs/money.md, Commission (writes)."""

from collections import defaultdict
from collections.abc import Mapping

from django.db import connection

from kmall.money import split
from orders.models import OrderLine


def freeze_commission(commission_fen: Mapping[int, int]) -> None:
    """Spread commissions, in fen by order key, over the orders' lines in proportion to their goods.

    Whoever earns it says how much it is; from here on it is the order's own figure, for reports to sum and
    for refunds to take back.
    """
    lines = defaultdict(list)
    rows = OrderLine.objects.filter(order__in=commission_fen).order_by("pk")
    for order_id, line_id, goods_fen in rows.values_list("order", "pk", "goods_fen"):
        lines[order_id].append((line_id, goods_fen))
    shares = []
    for order_id, of_order in lines.items():
        fen = split(commission_fen[order_id], [goods_fen for _line_id, goods_fen in of_order])
        shares += zip((line_id for line_id, _goods_fen in of_order), fen, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_orderline l SET commission_fen = s.fen"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS s (id, fen) WHERE l.id = s.id",
            [[line_id for line_id, _fen in shares], [fen for _line_id, fen in shares]],
        )
