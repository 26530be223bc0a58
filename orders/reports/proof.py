"""The report proves itself: every breakdown against the orders, and orders against refunds, to the fen."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F, Q, Sum
from django.utils import timezone

from orders.models import Order, Refund
from orders.refund import SURPLUS
from orders.reports.sales import DIMENSIONS, Filter, by


@dataclass(frozen=True)
class Difference:
    dimension: str
    what: str
    orders: int
    report: int


# What apps above this one know of the same figures: each adds a function of no arguments.
further: list[Callable[[], list[Difference]]] = []


def differences(first: datetime.date | None = None, last: datetime.date | None = None) -> list[Difference]:
    """What the report's breakdowns and the orders' own sums do not agree on; empty when all is well."""
    chosen = Filter(first or datetime.date(2000, 1, 1), last or timezone.localdate())
    truth, found = _from_orders(chosen), []
    for dimension in DIMENSIONS:
        rows = [sums for _key, sums in by(dimension, chosen)]
        for what, told_by_orders in truth.items():
            told = sum(getattr(row, what) for row in rows)
            if told != told_by_orders:
                found.append(Difference(dimension, what, told_by_orders, told))
    return found + _of_refunds() + [row for check in further for row in check()]


def _from_orders(chosen: Filter) -> dict[str, int]:
    """From the columns of orders alone: sales, and what was paid and not given back."""
    paid = Order.objects.filter(paid_at__date__gte=chosen.first, paid_at__date__lte=chosen.last)
    sums = paid.aggregate(
        gross_fen=Sum(F("goods_fen") + F("freight_fen")),
        kept_fen=Sum(F("total_fen") + F("discount_fen") - F("refunded_fen")),
    )
    return {name: fen or 0 for name, fen in sums.items()}


def _of_refunds() -> list[Difference]:
    """Orders say as much of refunds as the refunds themselves, and those as much as their lines."""
    refunds = Refund.objects.exclude(reason=SURPLUS)
    orders = Order.objects.aggregate(promised=Sum("promised_fen"), refunded=Sum("refunded_fen"))
    sums = refunds.aggregate(promised=Sum("amount_fen"), refunded=Sum("amount_fen", filter=Q(state="done")))
    lines = refunds.aggregate(fen=Sum(F("lines__goods_fen") + F("lines__freight_fen") + F("lines__tax_fen")))
    pairs = [
        ("promised_fen", orders["promised"], sums["promised"]),
        ("refunded_fen", orders["refunded"], sums["refunded"]),
        ("refund_lines_fen", orders["promised"], lines["fen"]),
    ]
    return [
        Difference("refunds", what, ours or 0, theirs or 0)
        for what, ours, theirs in pairs
        if (ours or 0) != (theirs or 0)
    ]
