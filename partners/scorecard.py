"""How a partner's section stands, for its own people: nothing of other malls, of sellers, of persons."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, Min, OuterRef, Q, Sum, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.models import Consignment, Order, RefundLine
from orders.reports import sales
from partners.causes import LACKING, NOT_LISTABLE, reason
from partners.lag import DAY, Delay, delay_at
from partners.models import Listing, PartnerMall, PartnerOrder, PartnerRequest
from partners.traffic import Traffic, traffic

DAYS = 30  # of orders, returns and visits
EXAMPLES = 3


@dataclass(frozen=True)
class Freshness:
    """`wanted` should be on sale there and lack nothing for it; `shown` are, `seen` of them were looked at in
    the last 24 hours.
    """

    wanted: int
    shown: int
    seen: int
    oldest: datetime.datetime | None

    @property
    def percent(self) -> int:
        return self.seen * 100 // self.shown if self.shown else 0


@dataclass(frozen=True)
class Refusal:
    """Listings that the partner refused for one reason, or that we could not offer it."""

    code: str
    reason: str
    count: int
    examples: list[Listing]


@dataclass(frozen=True)
class Returns:
    """Numbers of orders: sent; sent back by their shoppers, also in part; with money given back."""

    sent: int
    returned: int
    refunded: int
    refunded_fen: int


@dataclass(frozen=True)
class Scorecard:
    freshness: Freshness
    delay: Delay
    refusals: list[Refusal]  # by the partner
    lacking: list[Refusal]  # of ours: it has never heard of them
    orders: list[tuple[str, int]]  # state in words, number; of the mall's own orders
    returns: Returns  # of its own orders too
    visits: Traffic  # of shoppers whom its links sent
    sold: sales.Sums  # to them

    @property
    def half(self) -> str:
        return lasting(round(self.delay.half))

    @property
    def most(self) -> str:
        """What nine of ten changes took no longer than."""
        return lasting(round(self.delay.most))

    @property
    def refused(self) -> int:
        return sum(refusal.count for refusal in self.refusals)

    @property
    def ordered(self) -> int:
        return sum(number for _state, number in self.orders)


def scorecard(partner: PartnerMall) -> Scorecard:
    """As it stands now; orders, returns and visits of the last 30 days. A fixed number of queries."""
    today = timezone.localdate()
    first = today - datetime.timedelta(days=DAYS - 1)
    since = timezone.now() - datetime.timedelta(days=DAYS)
    refusals = _refusals(partner)
    sent = sales.Filter(first, today, channel=partner.channel_id, by_link=True)
    return Scorecard(
        freshness=_freshness(partner),
        delay=delay_at(partner),
        refusals=[refusal for refusal in refusals if refusal.code not in NOT_LISTABLE],
        lacking=[refusal for refusal in refusals if refusal.code in NOT_LISTABLE],
        orders=_orders(partner, since),
        returns=_returns(partner, since),
        visits=traffic("partner", first, today, partner.pk).get(partner.pk, Traffic()),
        sold=sales.totals(sent),
    )


def lasting(seconds: int) -> str:
    """A time in the unit in which it is small: 40 s, 12 min, 5 h."""
    if seconds < 120:
        return _("%(n)s s") % {"n": seconds}
    if seconds < 7200:
        return _("%(n)s min") % {"n": round(seconds / 60)}
    return _("%(n)s h") % {"n": round(seconds / 3600)}


def _freshness(partner: PartnerMall) -> Freshness:
    fresh = Q(is_shown=True, seen_at__gte=timezone.now() - DAY)
    return Freshness(
        **Listing.objects.filter(partner=partner).aggregate(
            wanted=Count("pk", filter=Q(is_wanted=True) & ~LACKING),
            shown=Count("pk", filter=Q(is_shown=True)),
            seen=Count("pk", filter=fresh),
            oldest=Min("seen_at", filter=Q(is_shown=True)),
        )
    )


def _refusals(partner: PartnerMall) -> list[Refusal]:
    """By reason, the most frequent first; a few examples of each. One query."""
    same = {"partition_by": "error_code"}
    rows = (
        Listing.objects.filter(partner=partner, outcome=Listing.Outcome.REFUSED)
        .annotate(place=Window(RowNumber(), order_by="pk", **same), n=Window(Count("pk"), **same))
        .filter(place__lte=EXAMPLES)
        .select_related("product")
        .order_by("-n", "error_code", "place")
    )
    groups = [list(group) for _code, group in groupby(rows, key=lambda row: row.error_code)]
    return [Refusal(group[0].error_code, reason(group[0]), group[0].n, group) for group in groups]


def _orders(partner: PartnerMall, since: datetime.datetime) -> list[tuple[str, int]]:
    rows = PartnerOrder.objects.filter(partner=partner, received_at__gte=since)
    placed = dict(
        rows.filter(order__isnull=False).order_by().values_list("order__state").annotate(n=Count("pk"))
    )
    waiting = dict(rows.filter(order=None).order_by().values_list("state").annotate(n=Count("pk")))
    found = [(PartnerOrder.State(state).label, n) for state, n in waiting.items()]
    return found + [(Order.State(state).label, placed[state]) for state in Order.State if state in placed]


def _returns(partner: PartnerMall, since: datetime.datetime) -> Returns:
    """Of the mall's own orders. A return is one that the mall took back or lets come, or that KITA took."""
    asked = PartnerRequest.objects.filter(order=OuterRef("pk")).taken_back()
    given = RefundLine.objects.filter(
        refund__order=OuterRef("order"), refund__reason="returned", was_sent=True
    )
    parcels = Consignment.objects.filter(order=OuterRef("order"), shipped_at__isnull=False)
    return Returns(
        **PartnerOrder.objects.filter(partner=partner, received_at__gte=since).aggregate(
            sent=Count("pk", filter=Exists(parcels)),
            returned=Count("pk", filter=Exists(asked) | Exists(given)),
            refunded=Count("pk", filter=Q(order__refunded_fen__gt=0)),
            refunded_fen=Coalesce(Sum("order__refunded_fen"), 0),
        )
    )
