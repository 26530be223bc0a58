"""Tells of prices that changed by an edited row, or by the clock alone: a sale begins, a day's rate comes."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog import locks, standing
from catalog.models import SalePrice
from catalog.signals import product_changed


@transaction.atomic
def tell(product_ids: Iterable[int] | None) -> None:
    """Prices of these products (None: all, by a rate, policy or tax) changed in this transaction."""
    if product_ids is not None:
        product_ids = sorted(set(product_ids))
        list(locks.products(product_ids))
        standing.refresh(product_ids)
    product_changed.send(sender=SalePrice, product_ids=product_ids, kinds={"price"})


def turn(since: datetime.datetime, now: datetime.datetime) -> None:
    """Tell what the clock alone changed in between: sales that began or ended, and a new day in China.

    A new day may bring a rate, a policy or a tax rate that was entered before.
    """
    edges = Q(starts_at__gt=since, starts_at__lte=now) | Q(ends_at__gt=since, ends_at__lte=now)
    products = SalePrice.objects.filter(edges).values_list("sku__product", flat=True).distinct()
    if ids := list(products):
        tell(ids)
    if timezone.localdate(since) != timezone.localdate(now):
        tell(None)
