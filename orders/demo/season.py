"""When and where a year's orders are placed: growth, feasts and sales days of China, weekdays, hours."""

import bisect
import datetime
import itertools
import random
from collections.abc import Callable

from django.utils import timezone

from orders.models import Channel

# (month, day) from, to, and by how much a day is busier: the day itself last, since it wins.
BUSY = [
    ((10, 20), (10, 31), 1.3),  # 双11 presale
    ((11, 1), (11, 10), 1.7),
    ((11, 11), (11, 11), 9.0),
    ((11, 12), (11, 13), 2.2),
    ((12, 1), (12, 11), 1.3),
    ((12, 12), (12, 12), 4.5),
    ((12, 24), (12, 31), 1.25),
    ((1, 1), (1, 3), 1.4),
    ((3, 1), (3, 7), 1.3),
    ((3, 8), (3, 8), 3.0),
    ((5, 18), (5, 20), 1.8),
    ((6, 1), (6, 17), 1.6),
    ((6, 18), (6, 18), 6.5),
    ((6, 19), (6, 20), 1.7),
    ((9, 9), (9, 9), 1.6),
]
# First day of the Chinese year. Gifts are bought in the weeks before; in the week itself nobody ships.
NEW_YEAR = [datetime.date(2025, 1, 29), datetime.date(2026, 2, 17), datetime.date(2027, 2, 6)]
MID_AUTUMN = [datetime.date(2025, 10, 6), datetime.date(2026, 9, 25), datetime.date(2027, 9, 15)]
HOURS = [5, 3, 2, 1, 1, 2, 4, 7, 10, 13, 15, 15, 16, 14, 13, 13, 13, 12, 12, 15, 20, 23, 19, 11]
GROWTH = 1.6  # how much busier the last day of the year is than the first
# Days ago that each kind of channel began, and its share of orders today.
BEGAN = {Channel.Kind.PARTNER: (300, 0.2), Channel.Kind.DISPLAY: (500, 0.08)}


def weight_of(day: datetime.date, first: datetime.date, days: int) -> float:
    """How busy a day is; an ordinary day at the beginning is 1."""
    weight = 1 + (GROWTH - 1) * (day - first).days / max(days, 1)
    busy = [factor for start, end, factor in BUSY if start <= (day.month, day.day) <= end]
    weight *= busy[-1] if busy else 1
    for new_year in NEW_YEAR:
        if 3 <= (new_year - day).days <= 28:
            weight *= 1.7
        elif -6 <= (new_year - day).days <= 2:
            weight *= 0.45
    if any(2 <= (feast - day).days <= 16 for feast in MID_AUTUMN):
        weight *= 1.35
    return weight * (1.15 if day.weekday() in (5, 6) else 1)


def share_of(kind: str, days_ago: int) -> float:
    """A channel's share of the orders of a day; it grows from nothing since it began."""
    began, share = BEGAN[kind]
    return share * max(0, (began - days_ago) / began)


def moments(
    count: int,
    *,
    now: datetime.datetime,
    days: int,
    chance: random.Random,
    hours: list[int] = HOURS,
    weigh: Callable[[datetime.date, datetime.date, int], float] = weight_of,
) -> list[datetime.datetime]:
    """Moments of `count` orders in the last `days` days up to now, in order.

    `hours`: how busy each hour is; `weigh(day, first, days)`: how busy a day of them is.
    """
    today = timezone.localdate(now)
    first = today - datetime.timedelta(days=days)
    dates = [first + datetime.timedelta(days=day) for day in range(days + 1)]
    sums = list(itertools.accumulate(weigh(day, first, days) for day in dates))
    found = []
    while len(found) < count:
        day = dates[bisect.bisect(sums, chance.random() * sums[-1])]
        hour = chance.choices(range(24), hours)[0]
        at = datetime.datetime.combine(
            day,
            datetime.time(hour, chance.randrange(60), chance.randrange(60)),
            timezone.get_default_timezone(),
        )
        if at < now - datetime.timedelta(minutes=20):
            found.append(at)
    return sorted(found)


def is_gift_time(on: datetime.date) -> bool:
    """The weeks before the new year and mid-autumn, when red ginseng and sweets are bought."""
    return any(3 <= (feast - on).days <= 28 for feast in (*NEW_YEAR, *MID_AUTUMN))
