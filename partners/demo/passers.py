"""Who scanned a label or followed a link and bought nothing: a year of them at each display and partner."""

import datetime
import itertools
from collections import Counter
from collections.abc import Callable

from kmall.demo import Mall
from orders.demo.season import HOURS, moments, share_of, weight_of
from orders.models import Channel
from partners.demo.credits import FROM_SECTION
from partners.demo.rows import Shown, Tables, shown_at
from partners.models import Credit, Display, PartnerMall, RefusedLink
from partners.select import chosen

DAYS = 365
# Visitors for each one who bought, and the share of their visits that put something into the cart.
AT_DISPLAYS, FROM_PARTNERS = 27, 16
CARTED = 0.07
# By hour of the day: the market is open from 10 to 21, and fullest in the afternoon and after work.
MARKET_HOURS = [0] * 10 + [4, 6, 5, 6, 9, 11, 11, 9, 7, 9, 5, 0, 0, 0]
WEEKEND = 1.5
SCANS = ([1, 2, 3, 4, 6], [62, 21, 10, 5, 2])  # of one visitor
LOOKS = ([1, 2, 3, 5, 8], [44, 26, 16, 10, 4])
KNOWN = 400  # goods of a partner that its shoppers come for
REFUSED = 0.2  # a day's chance of links that credit nobody


def load(mall: Mall) -> None:
    chance = mall.chance("passers")
    with Tables(mall, chance) as tables:
        for display in Display.objects.order_by("pk"):
            _stroll(mall, display, tables, chance)
        for partner in PartnerMall.objects.order_by("pk"):
            _follow(mall, partner, tables, chance)
            _refuse(mall, partner, chance)


def footfall(kind: str, *, weekend: float) -> Callable:
    """How many come on a day: a great sales day makes fewer come than buy, and the channel grows."""

    def weigh(day: datetime.date, first: datetime.date, days: int) -> float:
        grown = share_of(kind, days - (day - first).days)
        return grown * weight_of(day, first, days) ** 0.6 * (weekend if day.weekday() in (5, 6) else 1)

    return weigh


def _stroll(mall: Mall, display: Display, tables: Tables, chance) -> None:
    bought = Counter(Credit.objects.filter(visit__display=display).values_list("visit__product", flat=True))
    shelf = shown_at(display)
    weights = [(bought[item.product_id] + 2) * chance.uniform(0.6, 1.5) for item in shelf]
    drawn = _Goods(shelf, weights, chance)
    count = bought.total() * AT_DISPLAYS
    weigh = footfall(Channel.Kind.DISPLAY, weekend=WEEKEND)
    for at in moments(count, now=mall.now, days=DAYS, chance=chance, hours=MARKET_HOURS, weigh=weigh):
        visitor = None
        for number, item in enumerate(drawn.some(at, chance.choices(*SCANS)[0])):
            seen = min(at + datetime.timedelta(seconds=95 * number), mall.now)
            carted = chance.random() < CARTED
            made = tables.scanned(display, item, seen, carted=carted, visitor=visitor)
            visitor = visitor or made


def _follow(mall: Mall, partner: PartnerMall, tables: Tables, chance) -> None:
    rows = chosen(partner).order_by("-sold", "pk").values_list("pk", "slug", "approved_at")[:KNOWN]
    goods = [Shown(*row) for row in rows]
    drawn = _Goods(goods, [1 / (rank + 3) for rank in range(len(goods))], chance)
    count = Credit.objects.filter(visit__partner=partner).count() * FROM_PARTNERS
    weigh = footfall(Channel.Kind.PARTNER, weekend=1)
    for at in moments(count, now=mall.now, days=DAYS, chance=chance, hours=HOURS, weigh=weigh):
        if looked_at := drawn.some(at, chance.choices(*LOOKS)[0]):
            is_section, carted = chance.random() < FROM_SECTION, chance.random() < CARTED
            tables.followed(partner, looked_at, at, carted=carted, from_section=is_section)


def _refuse(mall: Mall, partner: PartnerMall, chance) -> None:
    today = mall.now.date()
    RefusedLink.objects.bulk_create(
        RefusedLink(
            day=today - datetime.timedelta(days=back),
            partner=partner,
            kind=chance.choice(["listing", "listing", "section"]),
            reason=chance.choice(["stale", "stale", "stale", "tampered"]),
            count=chance.randint(1, 4),
        )
        for back in range(1, DAYS)
        if share_of(Channel.Kind.PARTNER, back) and chance.random() < REFUSED
    )


class _Goods:
    """Goods to draw from by their weights."""

    def __init__(self, goods: list[Shown], weights: list[float], chance):
        self.goods, self.chance = goods, chance
        self.sums = list(itertools.accumulate(weights))

    def some(self, at: datetime.datetime, count: int) -> list[Shown]:
        """Up to `count` different goods that were on sale at the moment."""
        drawn = self.chance.choices(self.goods, cum_weights=self.sums, k=count) if self.goods else []
        return list(dict.fromkeys(item for item in drawn if item.approved_at < at))
