"""Days and months as reports cut time: a period, the one before it, what a key such as `2026-11` means."""

import calendar
import datetime

from django.utils import timezone
from django.utils.formats import date_format

DAYS_BY_DAY = 62  # a longer period is drawn by months
# What may be asked for: the periods before and behind it are still in the calendar.
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)
_DIGITS = {"day": 10, "month": 7}  # of an ISO date


def day_of(text: str | None) -> datetime.date | None:
    """The day of an ISO date as somebody sent it; None where it is none between `FIRST` and `LAST`."""
    try:
        day = datetime.date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def midnight(day: datetime.date) -> datetime.datetime:
    """The moment in which a day of China's begins."""
    return datetime.datetime.combine(day, datetime.time.min, timezone.get_default_timezone())


def before(first: datetime.date, last: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The period of the same length that ends the day before this one begins."""
    end = first - datetime.timedelta(days=1)
    return end - (last - first), end


def month_of(key: str) -> tuple[datetime.date, datetime.date]:
    """First and last day of `2026-11`."""
    year, month = map(int, key.split("-"))
    return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])


def span_of(by: str, key: str, first: datetime.date, last: datetime.date):
    """What of a period lies in a `day` or `month` of it."""
    start, end = month_of(key) if by == "month" else (datetime.date.fromisoformat(key),) * 2
    return max(start, first), min(end, last)


def name_of(by: str, key: str) -> str:
    return date_format(month_of(key)[0], "YEAR_MONTH_FORMAT") if by == "month" else key


def steps(first: datetime.date, last: datetime.date) -> tuple[str, list[str]]:
    """How a chart of the period goes, by `day` or by `month`, and the key of each step."""
    by = "day" if (last - first).days < DAYS_BY_DAY else "month"
    days = (first + datetime.timedelta(days=n) for n in range((last - first).days + 1))
    return by, list(dict.fromkeys(day.isoformat()[: _DIGITS[by]] for day in days))
