"""What came of the displays' labels, from rows: scans, visitors, carts, orders, by one dimension or by day.

A *scan* is a row of its own (`partners.scans`); a *visitor* a phone, counted once for each row it is in, so
that the visitors of two products may be one; a *cart* a visit after which something was put into the cart.
An order counts on the day it was paid, as in the sales report, under the display, product and hour of its
scan. Scans and orders add up over each breakdown; `manage.py check_sales` proves it.
"""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractHour, TruncDay, TruncMonth
from django.utils import timezone

from orders.models import Channel, Order
from orders.reports import periods, sales
from orders.reports.periods import midnight
from orders.reports.proof import Difference
from partners.models import Scan, Visit

JOINS = """
    JOIN partners_display d ON d.channel_id = o.channel_id {where}
    LEFT JOIN partners_credit cr ON cr.order_id = o.id
    LEFT JOIN partners_visit v ON v.id = cr.visit_id
"""
# The same key of a scan or visit, in Django's words, and of an order's line, in SQL: both as text.
KEYS = {
    "market": (F("display__market"), "d.market_id::text"),
    "display": (F("display"), "d.id::text"),
    "product": (F("product"), "coalesce(v.product_id::text, '')"),
    "hour": (ExtractHour("at"), "coalesce(extract(hour FROM v.at AT TIME ZONE %(zone)s)::int::text, '')"),
    "day": (TruncDay("at"), sales.DIMENSIONS["day"]),
    "month": (TruncMonth("at"), sales.DIMENSIONS["month"]),
}
FORMS = {"day": "%Y-%m-%d", "month": "%Y-%m"}


@dataclass(frozen=True)
class Where:
    """Days are inclusive, in the mall's zone. `market` and `display` are keys, None for all."""

    first: datetime.date
    last: datetime.date
    market: int | None = None
    display: int | None = None

    def before(self) -> "Where":
        """The period of the same length that ends the day before."""
        return Where(*periods.before(self.first, self.last), self.market, self.display)


@dataclass(frozen=True)
class Footfall:
    scans: int = 0
    visitors: int = 0
    carts: int = 0
    sums: sales.Sums = field(default_factory=sales.Sums)

    @property
    def orders(self) -> int:
        return self.sums.orders

    @property
    def gross_fen(self) -> int:
        return self.sums.gross_fen


def by(dimension: str, where: Where) -> dict[str, Footfall]:
    """By one of `KEYS`: a key's text to its figures. Four queries."""
    found, sold = KEYS[dimension]
    counts = _counts(where, lambda rows, number: _grouped(rows, dimension, found, number))
    sums = {key: row for (key,), row in sales.summed((sold,), _filter(where), _joins(where))}
    keys = {key for part in (*counts.values(), sums) for key in part}
    return {
        key: Footfall(
            **{name: part.get(key, 0) for name, part in counts.items()}, sums=sums.get(key, sales.Sums())
        )
        for key in keys
    }


def total(where: Where) -> Footfall:
    """All of it, each visitor once. Four queries."""
    counts = _counts(where, lambda rows, number: rows.aggregate(n=number)["n"])
    rows = sales.summed(("'all'",), _filter(where), _joins(where))
    return Footfall(**counts, sums=rows[0][1] if rows else sales.Sums())


def differences() -> list[Difference]:
    """Whether each breakdown says what orders and scans say themselves; for `manage.py check_sales`."""
    where = Where(datetime.date(2000, 1, 1), timezone.localdate())
    orders = Order.objects.filter(channel__kind=Channel.Kind.DISPLAY, paid_at__isnull=False)
    sums = orders.aggregate(n=Count("pk"), fen=Coalesce(Sum(F("goods_fen") + F("freight_fen")), 0))
    truth = {"scans": Scan.objects.count(), "orders": sums["n"], "gross_fen": sums["fen"]}
    found = []
    for dimension in KEYS:
        rows = by(dimension, where).values()
        told = {name: sum(getattr(row, name) for row in rows) for name in truth}
        found += [
            Difference(f"displays by {dimension}", name, truth[name], told[name])
            for name in truth
            if truth[name] != told[name]
        ]
    return found


def _counts(where: Where, count) -> dict:
    start, end = midnight(where.first), midnight(where.last + datetime.timedelta(days=1))
    visits = _here(Visit.objects.filter(display__isnull=False), where)
    return {
        "scans": count(_here(Scan.objects.all(), where).filter(at__gte=start, at__lt=end), Count("pk")),
        "visitors": count(visits.filter(at__gte=start, at__lt=end), Count("visitor", distinct=True)),
        "carts": count(visits.filter(carted_at__isnull=False, at__gte=start, at__lt=end), Count("pk")),
    }


def _here(rows: QuerySet, where: Where) -> QuerySet:
    chosen = {"display__market": where.market, "display": where.display}
    return rows.filter(**{name: value for name, value in chosen.items() if value})


def _grouped(rows: QuerySet, dimension: str, key, number) -> dict[str, int]:
    found = rows.order_by().values_list(key).annotate(n=number)
    return {_text(dimension, value): n for value, n in found}


def _text(dimension: str, value) -> str:
    if dimension in FORMS:
        return timezone.localtime(value).strftime(FORMS[dimension])
    return "" if value is None else str(value)


def _filter(where: Where) -> sales.Filter:
    return sales.Filter(where.first, where.last)


def _joins(where: Where) -> str:
    chosen = (("d.market_id", where.market), ("d.id", where.display))
    return JOINS.format(where=" ".join(f"AND {name} = {int(value)}" for name, value in chosen if value))
