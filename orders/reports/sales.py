"""Sales from order rows: by month, channel, partner, category, seller, province, under one filter.

Words: an order counts from the moment it was paid, in the mall's time zone, and so do its refunds, whenever
they came. *Gross* is goods and freight without tax; *refunds* are what of it was paid back, of whole orders
and of parts; *net* is the difference; *tax* is what was collected for customs and not given back;
*commission* is what partners earned with what was not given back. Everything is summed from order lines and
the lines of their refunds, so each breakdown adds up to the same fen (`manage.py check_sales`).
"""

import datetime
from dataclasses import dataclass, field, replace

from django.db import connection
from django.utils import timezone

from orders.models import Order
from orders.reports import periods

DIMENSIONS = {
    "month": "to_char(date_trunc('month', o.paid_at AT TIME ZONE %(zone)s), 'YYYY-MM')",
    "day": "to_char(o.paid_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD')",
    "channel": "o.channel_id::text",
    "partner": "CASE WHEN ch.kind = 'partner' THEN o.channel_id::text ELSE '' END",
    "category": "split_part(c.path, '.', 1) || '.'",
    "seller": "l.seller_id::text",
    "province": "o.province_code",
}

_SUMS = """
    count(DISTINCT l.order_id) AS orders,
    sum(l.quantity) AS units,
    sum(l.goods_fen + l.freight_fen) AS gross_fen,
    coalesce(sum(back.units), 0) AS units_back,
    coalesce(sum(back.value_fen), 0) AS refund_fen,
    sum(l.tax_fen) - coalesce(sum(back.tax_fen), 0) AS tax_fen,
    sum(l.commission_fen) - coalesce(sum(back.commission_fen), 0) AS commission_fen
"""

_ROWS = """
SELECT {keys}, {sums}
FROM orders_orderline l
JOIN orders_order o ON o.id = l.order_id
JOIN orders_channel ch ON ch.id = o.channel_id
JOIN catalog_category c ON c.id = l.category_id
{joins}
LEFT JOIN (
    SELECT r.line_id, sum(r.quantity) AS units, sum(r.goods_fen + r.freight_fen) AS value_fen,
           sum(r.tax_fen) AS tax_fen, sum(r.commission_fen) AS commission_fen
    FROM orders_refundline r JOIN orders_refund paid ON paid.id = r.refund_id AND paid.state = 'done'
    GROUP BY r.line_id
) back ON back.line_id = l.id
WHERE o.paid_at >= %(start)s AND o.paid_at < %(end)s {conditions}
GROUP BY {groups}
"""


@dataclass(frozen=True)
class Sums:
    """Money in fen. `net_fen` = gross − refunds; `units` were sold, `units_back` of them refunded."""

    orders: int = 0
    units: int = 0
    gross_fen: int = 0
    units_back: int = 0
    refund_fen: int = 0
    tax_fen: int = 0
    commission_fen: int = 0

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.refund_fen

    @property
    def kept_fen(self) -> int:
        """All that shoppers paid and did not get back, tax included."""
        return self.net_fen + self.tax_fen


@dataclass(frozen=True)
class Filter:
    """Days are inclusive, in the mall's time zone. `sellers` None: all; else only these."""

    first: datetime.date
    last: datetime.date
    channel: int | None = None
    category_path: str = ""
    seller: int | None = None
    province: str = ""
    sellers: tuple[int, ...] | None = field(default=None)
    by_link: bool = False  # only credited to a partner mall whose link the shopper came by

    def before(self) -> "Filter":
        """The period of the same length that ends the day before this one begins."""
        first, last = periods.before(self.first, self.last)
        return replace(self, first=first, last=last)


def totals(chosen: Filter) -> Sums:
    """All sales under a filter as one row."""
    rows = summed(("'all'",), chosen)
    return rows[0][1] if rows else Sums()


def summed(keys: tuple[str, ...], chosen: Filter, joins: str = "") -> list[tuple[tuple, Sums]]:
    """(values of the keys, sums). `keys` are SQL over l, o, ch, c and what `joins` adds to each line once.

    For apps above, whose breakdowns then add up to the same fen as those here.
    """
    zone = timezone.get_default_timezone()
    start = datetime.datetime.combine(chosen.first, datetime.time.min, zone)
    end = datetime.datetime.combine(chosen.last + datetime.timedelta(days=1), datetime.time.min, zone)
    values = {"zone": str(zone), "start": start, "end": end}
    sql = _ROWS.format(
        keys=", ".join(keys),
        joins=joins,
        sums=_SUMS,
        conditions=_conditions(chosen, values),
        groups=", ".join(str(number + 1) for number in range(len(keys))),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [(row[: len(keys)], Sums(*map(int, row[len(keys) :]))) for row in cursor.fetchall()]


def sold_since(day: datetime.date) -> bool:
    """Whether the mall sold on that day or before, so that a period from it on may be compared with."""
    return Order.objects.filter(paid_at__date__lte=day).exists()


def by(dimension: str, chosen: Filter) -> list[tuple[str, Sums]]:
    """(key, sums) by one of `DIMENSIONS`: months and days ascending, others by net descending."""
    rows = [(keys[0], sums) for keys, sums in summed((DIMENSIONS[dimension],), chosen)]
    if dimension in ("month", "day"):
        return sorted(rows, key=lambda row: row[0])
    return sorted(rows, key=lambda row: (-row[1].net_fen, row[0]))


def by_two(first: str, second: str, chosen: Filter) -> dict[tuple[str, str], Sums]:
    """Sums by two dimensions at once, for stacked charts."""
    return dict(summed((DIMENSIONS[first], DIMENSIONS[second]), chosen))


def _conditions(chosen: Filter, values: dict) -> str:
    parts = ["AND o.visit IS NOT NULL AND ch.kind = 'partner'"] if chosen.by_link else []
    for name, condition, value in (
        ("channel", "o.channel_id = %(channel)s", chosen.channel),
        ("path", "c.path LIKE %(path)s", f"{chosen.category_path}%" if chosen.category_path else None),
        ("seller", "l.seller_id = %(seller)s", chosen.seller),
        ("province", "o.province_code = %(province)s", chosen.province or None),
        (
            "sellers",
            "l.seller_id = ANY(%(sellers)s)",
            list(chosen.sellers) if chosen.sellers is not None else None,
        ),
    ):
        if value is not None:
            parts.append(f"AND {condition}")
            values[name] = value
    return " ".join(parts)
