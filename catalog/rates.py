"""The day's exchange rate: fetched once a day, refused when stale."""

import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.models import ExchangeRate
from catalog.signals import product_changed
from kmall.database import InForce
from kmall.http import client

MOST_DAYS = 3
PLACES = Decimal("1e-10")
DEMO_RATE = Decimal("0.0052")


class StaleRate(Exception):
    """The newest rate is missing or too old to quote by. `newest` is its day, or None."""

    def __init__(self, newest: datetime.date | None):
        super().__init__(f"newest rate: {newest}")
        self.newest = newest


class NoRatePublished(Exception):
    """The source has no rate for the day (a holiday), or not yet."""


_RATES = InForce(ExchangeRate, "date")


def rate_at(on: datetime.date) -> ExchangeRate:
    """The newest rate not later than the day. Raises `StaleRate` when it is more than three days old."""
    row = last_rate(on)
    if (on - row.date).days > MOST_DAYS:
        raise StaleRate(row.date)
    return row


def last_rate(on: datetime.date) -> ExchangeRate:
    """The same, however old: what a partner sells is agreed by it. Raises `StaleRate` before the first."""
    row = _RATES.at(on)
    if row is None:
        raise StaleRate(None)
    return row


def fetch_rate(on: datetime.date | None = None) -> ExchangeRate:
    """Ask the source of `settings.RATE_SOURCE` for a day's rate and keep it; a rate once kept stays.

    Raises `NoRatePublished`, or what `kmall.http` raises.
    """
    on = on or timezone.localdate()
    if row := ExchangeRate.objects.filter(date=on).first():
        return row
    rate = SOURCES[settings.RATE_SOURCE](on)
    with transaction.atomic():
        row, created = ExchangeRate.objects.get_or_create(
            date=on, defaults={"rate": rate, "source": settings.RATE_SOURCE}
        )
        if created:
            product_changed.send(sender=ExchangeRate, product_ids=None, kinds={"price"})
    return row


def demo_rate(on: datetime.date) -> Decimal:
    """A rate that wanders within one per cent around 0.0052 and is the same whenever asked for a day."""
    wave = (on.toordinal() * 37) % 101 - 50
    return (DEMO_RATE * (1 + Decimal(wave) / 5000)).quantize(PLACES)


def koreaexim_rate(on: datetime.date) -> Decimal:
    """Base rate of the Export-Import Bank of Korea (won for one CNH, 매매기준율), turned round."""
    with client(settings.KOREAEXIM_URL) as http:
        answer = http.get(
            "/site/program/financial/exchangeJSON",
            params={"authkey": settings.KOREAEXIM_KEY, "searchdate": f"{on:%Y%m%d}", "data": "AP01"},
        )
    for row in answer.raise_for_status().json() or []:
        if row.get("cur_unit") == "CNH" and row.get("deal_bas_r"):
            return (1 / Decimal(row["deal_bas_r"].replace(",", ""))).quantize(PLACES)
    raise NoRatePublished(on)


SOURCES = {"demo": demo_rate, "koreaexim": koreaexim_rate}
