"""The report proves itself: every breakdown against the orders, to the fen."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, F, Sum
from django.utils import timezone

from orders.models import Order
from orders.reports.sales import DIMENSIONS, Filter, Sums, by


@dataclass(frozen=True)
class Difference:
    dimension: str
    what: str
    orders: int
    report: int


def differences(first: datetime.date | None = None, last: datetime.date | None = None) -> list[Difference]:
    """What the report's breakdowns and the orders' own sums do not agree on; empty when all is well."""
    chosen = Filter(first or datetime.date(2000, 1, 1), last or timezone.localdate())
    truth = _from_orders(chosen)
    found = []
    for dimension in DIMENSIONS:
        rows = [sums for _key, sums in by(dimension, chosen)]
        for what in ("gross_fen", "refund_fen", "tax_fen"):
            told = sum(getattr(row, what) for row in rows)
            if told != getattr(truth, what):
                found.append(Difference(dimension, what, getattr(truth, what), told))
    return found


def _from_orders(chosen: Filter) -> Sums:
    paid = Order.objects.filter(paid_at__date__gte=chosen.first, paid_at__date__lte=chosen.last)
    value = F("goods_fen") + F("freight_fen")
    all_orders = paid.aggregate(n=Count("pk"), gross=Sum(value), tax=Sum("tax_fen"))
    back = paid.filter(refunded_fen=F("total_fen")).aggregate(gross=Sum(value), tax=Sum("tax_fen"))
    return Sums(
        orders=all_orders["n"],
        gross_fen=all_orders["gross"] or 0,
        refund_fen=back["gross"] or 0,
        tax_fen=(all_orders["tax"] or 0) - (back["tax"] or 0),
    )
