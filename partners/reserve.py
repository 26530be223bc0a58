"""Units kept back at a partner, since what sells elsewhere reaches its page only after a while.

The while is measured (`partners.lag`). Sales of a SKU
are taken as a Poisson stream as fast as in the last week, so what may sell meanwhile is a small number for
nearly all, and grows with the SKU's speed and the partner's lag.
"""

import datetime
import math

from django.db.models import Expression, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import StockMovement

WEEK = datetime.timedelta(days=7)
RISK = 0.01  # that more sells within a lag than was kept back
MOST = 100  # units; a SKU that sells faster than that is to be watched by people


def units(sold: int, lag_seconds: int) -> int:
    """What to keep back of a SKU of which `sold` units went in the last week.

    The least k with P(N > k) <= RISK, N being Poisson with the units expected in one lag.
    """
    expected = sold * lag_seconds / WEEK.total_seconds()
    if expected <= 0:
        return 0
    if expected > MOST:
        return MOST
    kept, share = 0, math.exp(-expected)
    total = share
    while total < 1 - RISK and kept < MOST:
        kept += 1
        share *= expected / kept
        total += share
    return kept


def sold_lately(since: datetime.datetime | Expression | None = None) -> Coalesce:
    """Units of a SKU sold since then, in the last week if nothing is said, as a column of a query of SKUs."""
    since = since or timezone.now() - WEEK
    sales = StockMovement.objects.filter(sku=OuterRef("pk"), reason=StockMovement.Reason.SALE, at__gte=since)
    total = sales.order_by().values("sku").annotate(units=-Sum("delta")).values("units")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)
