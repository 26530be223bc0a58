"""When a parcel is expected: what we have seen, not a promise."""

import datetime

from django.utils import timezone

SOONEST_DAYS = 8
LATEST_DAYS = 13


def arrival_window(start: datetime.date | None = None) -> tuple[datetime.date, datetime.date]:
    """First and last day on which goods paid on `start` (default: today in China) usually arrive."""
    start = start or timezone.localdate()
    return start + datetime.timedelta(days=SOONEST_DAYS), start + datetime.timedelta(days=LATEST_DAYS)
