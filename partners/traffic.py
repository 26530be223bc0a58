"""What came of a partner's links, from rows: visits, goods looked at, carts, links that credit nobody."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth
from django.utils import timezone

from orders.reports.periods import midnight
from partners.models import ProductView, RefusedLink, Visit

BUCKETS = {"month": (TruncMonth, "%Y-%m"), "day": (TruncDay, "%Y-%m-%d")}


@dataclass(frozen=True)
class Traffic:
    """`views`: goods looked at, each once a visit. `carts`: visits that put something into the cart."""

    visits: int = 0
    views: int = 0
    carts: int = 0
    refused: int = 0


def traffic(
    by: str, first: datetime.date, last: datetime.date, partner_id: int | None = None
) -> dict[int | str, Traffic]:
    """By partner (its key), month or day (`2026-11`, `2026-11-28`); days inclusive, of the mall's zone."""
    start, end = midnight(first), midnight(last + datetime.timedelta(days=1))
    visits = Visit.objects.filter(partner__isnull=False)
    views = ProductView.objects.filter(visit__partner__isnull=False)
    refused = RefusedLink.objects.filter(partner__isnull=False, day__range=(first, last))
    if partner_id:
        visits, refused = visits.filter(partner=partner_id), refused.filter(partner=partner_id)
        views = views.filter(visit__partner=partner_id)
    came = visits.filter(at__gte=start, at__lt=end)
    carts = visits.filter(carted_at__gte=start, carted_at__lt=end)
    views = views.filter(at__gte=start, at__lt=end)
    counts = {
        "visits": _by(by, came, "partner", "at", Count("pk")),
        "views": _by(by, views, "visit__partner", "at", Count("pk")),
        "carts": _by(by, carts, "partner", "carted_at", Count("pk")),
        "refused": _by(by, refused, "partner", "day", Sum("count")),
    }
    keys = {key for found in counts.values() for key in found}
    return {key: Traffic(**{name: found.get(key, 0) for name, found in counts.items()}) for key in keys}


def _by(by: str, rows: QuerySet, partner: str, moment: str, number) -> dict[int | str, int]:
    if by == "partner":
        return dict(rows.order_by().values_list(partner).annotate(n=number))
    trunc, form = BUCKETS[by]
    found = rows.order_by().values_list(trunc(moment)).annotate(n=number)
    return {(timezone.localtime(at) if hasattr(at, "hour") else at).strftime(form): n for at, n in found}
