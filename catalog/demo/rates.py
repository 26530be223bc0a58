"""Thirteen months of exchange rates and the price policies of that time."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from catalog.models import ExchangeRate, PricePolicy
from catalog.rates import demo_rate
from kmall.copying import Table
from kmall.demo import Mall

DAYS = 400
# Days before today, margin: it came down when the parcels became more.
POLICIES = [(DAYS, Decimal("0.10")), (210, Decimal("0.08"))]


def load(mall: Mall) -> None:
    today = timezone.localdate(mall.now)
    known = set(ExchangeRate.objects.values_list("date", flat=True))
    with Table(ExchangeRate, now=mall.now) as table:
        for day in range(DAYS + 1):
            on = today - timedelta(days=DAYS - day)
            if on not in known:
                table.add(date=on, rate=demo_rate(on), source="demo")
    for days, margin in POLICIES:
        PricePolicy.objects.get_or_create(
            valid_from=today - timedelta(days=days), defaults={"margin": margin}
        )
