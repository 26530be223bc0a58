"""The commission of an order, frozen on its lines at the sale; docs/money.md, Commission (writes)."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import connection

# The rate that was in force, and what the line earns by it, in fen.
Earned = tuple[Decimal, int]


def freeze_commission(earned: Mapping[int, Earned]) -> None:
    """Write rates and commissions, by line key, onto order lines.

    Whoever earns it says how much it is; from here on it is the line's own figure, for reports to sum and
    for refunds to take back.
    """
    rates, fen = [rate for rate, _fen in earned.values()], [fen for _rate, fen in earned.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_orderline l SET commission_rate = s.rate, commission_fen = s.fen"
            " FROM unnest(%s::bigint[], %s::numeric[], %s::bigint[]) AS s (id, rate, fen) WHERE l.id = s.id",
            [list(earned), rates, fen],
        )
