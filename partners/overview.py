"""How every partner mall stands, for KITA's overview: as many queries for one mall as for ten."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncHour
from django.utils import timezone

from partners import silence
from partners.causes import LACKING, REFUSED
from partners.models import (
    Call,
    Discrepancy,
    Drift,
    EmptyPolls,
    Feed,
    Listing,
    PartnerMall,
    PartnerOrder,
    PartnerRequest,
    Statement,
)

HOURS = 24


@dataclass(frozen=True)
class Hour:
    """Calls to a mall in the hour from `start`; `errors` of them failed as a whole, `empty` were polls that
    brought nothing, of which no row is kept.
    """

    start: datetime.datetime
    calls: int
    errors: int
    empty: int

    @property
    def fruitful(self) -> int:
        """Calls that went through and are kept."""
        return self.calls - self.errors - self.empty


@dataclass
class MallHealth:
    """Listings: shown there, due, refused there, lacking (never sent, since something of ours is missing),
    failing (to be tried again or looked up). `due_since` of the oldest that is due; `seen_at` of the shown
    one that was looked at longest ago, `unseen` never were.
    """

    partner: PartnerMall
    live: int = 0
    pending: int = 0
    refused: int = 0
    lacking: int = 0
    failing: int = 0
    unseen: int = 0
    due_since: datetime.datetime | None = None
    seen_at: datetime.datetime | None = None
    awaiting: int = 0  # orders that wait for a mapping
    drifts: int = 0  # found and not mended yet
    returns: int = 0  # that wait for a person's decision
    problems: int = 0  # requests that a person has to look at
    differences: int = 0  # to its statements, open
    stated: datetime.date | None = None  # the last day that it gave a statement of
    feed: Feed | None = None  # of a mall that should be reading it
    hours: list[Hour] = field(default_factory=list)

    @property
    def is_silent(self) -> bool:
        """Whether it has not read our feed for so long that somebody has to ask there."""
        return self.feed is not None and silence.is_silent(self.feed, timezone.now())

    @property
    def calls(self) -> int:
        return sum(hour.calls for hour in self.hours)

    @property
    def errors(self) -> int:
        return sum(hour.errors for hour in self.hours)

    @property
    def empty(self) -> int:
        return sum(hour.empty for hour in self.hours)


def malls_health() -> list[MallHealth]:
    """Every partner mall as it stands now, those that somebody has to look after first."""
    listings, hours, feeds = _listings(), _hours(), silence.feeds()
    orders = PartnerOrder.objects.filter(state=PartnerOrder.State.AWAITING_MAPPING)
    awaiting, drifts = _counted(orders), _counted(Drift.objects.filter(mended_at=None))
    returns = _counted(PartnerRequest.objects.waiting(), by="order__partner")
    problems = _counted(PartnerRequest.objects.to_look_at(), by="order__partner")
    differences = _counted(Discrepancy.objects.filter(settled_at=None))
    stated = dict(Statement.objects.order_by().values_list("partner").annotate(Max("day")))
    rows = [
        MallHealth(
            partner,
            **listings.get(partner.pk, {}),
            awaiting=awaiting.get(partner.pk, 0),
            drifts=drifts.get(partner.pk, 0),
            returns=returns.get(partner.pk, 0),
            problems=problems.get(partner.pk, 0),
            differences=differences.get(partner.pk, 0),
            stated=stated.get(partner.pk),
            feed=feeds.get(partner.pk),
            hours=hours(partner.pk),
        )
        for partner in PartnerMall.objects.all()
    ]
    ranks = {state: rank for rank, state in enumerate(("credentials", "active", "paused", "setup"))}
    return sorted(rows, key=lambda row: 0 if row.is_silent else ranks[row.partner.state])


def _listings() -> dict[int, dict]:
    due = Q(due_full=True) | Q(due_stock=True)
    figures = {
        "live": Count("pk", filter=Q(is_shown=True)),
        "pending": Count("pk", filter=due),
        "refused": Count("pk", filter=REFUSED),
        "lacking": Count("pk", filter=LACKING),
        "failing": Count("pk", filter=Q(outcome__in=(Listing.Outcome.FAILED, Listing.Outcome.UNKNOWN))),
        "unseen": Count("pk", filter=Q(is_shown=True, seen_at=None)),
        "due_since": Min("due_since", filter=due),
        "seen_at": Min("seen_at", filter=Q(is_shown=True)),
    }
    rows = Listing.objects.order_by().values("partner").annotate(**figures)
    return {row.pop("partner"): row for row in rows}


def _counted(rows, *, by: str = "partner") -> dict[int, int]:
    counts = rows.order_by().values_list(by).annotate(Count("pk"))
    return dict(counts)


def _hours():
    """A function from a mall's key to its last 24 hours, oldest first, the running one included."""
    first = timezone.now().replace(minute=0, second=0, microsecond=0) - datetime.timedelta(hours=HOURS - 1)
    rows = (
        Call.objects.filter(at__gte=first)
        .order_by()
        .values_list("partner", TruncHour("at", tzinfo=datetime.UTC))
        .annotate(calls=Count("pk"), errors=Count("pk", filter=~Q(outcome__in=Call.WELL)))
    )
    kept = {(partner, hour): (calls, errors) for partner, hour, calls, errors in rows}
    polls = EmptyPolls.objects.filter(hour__gte=first).values_list("partner", "hour", "number")
    empty = {(partner, hour): number for partner, hour, number in polls}
    starts = [first + datetime.timedelta(hours=number) for number in range(HOURS)]

    def hour_of(pk: int, start: datetime.datetime) -> Hour:
        (calls, errors), in_vain = kept.get((pk, start), (0, 0)), empty.get((pk, start), 0)
        return Hour(start, calls + in_vain, errors, in_vain)

    return lambda pk: [hour_of(pk, start) for start in starts]
