"""The month view of statements: each day compared or not, agreed or open, with its sums; a gap in words."""

import calendar
import datetime
from collections.abc import Callable

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.reports.periods import day_of
from partners.admin.faulty_files import in_words
from partners.connectors import able
from partners.faulty_files import is_told
from partners.models import Discrepancy, FaultyFile, PartnerMall, Statement
from partners.statements import DAYS_BACK, first_day

FIGURES = ("orders", "paid_fen", "refunded_fen", "commission_fen", "net_fen")


def context(request) -> dict:
    """Partner and month by `partner` and `month` (2026-11) of the query, or the first one and this month."""
    malls = _malls()
    chosen = next((mall for mall in malls if str(mall.pk) == request.GET.get("partner")), malls and malls[0])
    first = _first_day(request.GET.get("month", ""))
    days = _days(chosen, first) if chosen else []
    fetched = [day for day in days if day["statement"]]
    return {
        "malls": malls,
        "mall": chosen,
        "can_fetch": chosen and chosen.state == PartnerMall.State.ACTIVE and "statements" in able(chosen),
        "first": first,
        "before": first - datetime.timedelta(days=1),
        "after": first + datetime.timedelta(days=31),
        "is_current": first.replace(day=1) == timezone.localdate().replace(day=1),
        "days": days,
        "compared": len(fetched),
        "agreed": sum(not day["open"] for day in fetched),
        "open": sum(day["open"] for day in fetched),
        "sums": {name: sum(getattr(day["statement"], name) for day in fetched) for name in FIGURES},
    }


def _malls() -> list[PartnerMall]:
    """Those that were started and give statements, or gave some once."""
    gave = set(Statement.objects.order_by().values_list("partner", flat=True).distinct())
    started = PartnerMall.objects.exclude(state=PartnerMall.State.SETUP)
    giving = {mall.pk for mall in started if "statements" in able(mall)}
    return list(PartnerMall.objects.filter(pk__in=gave | giving))


def _days(mall: PartnerMall, first: datetime.date) -> list[dict]:
    """The days of the month that are over, newest first."""
    length = calendar.monthrange(first.year, first.month)[1]
    last = min(first.replace(day=length), timezone.localdate() - datetime.timedelta(days=1))
    statements = {row.day: row for row in Statement.objects.filter(partner=mall, day__range=(first, last))}
    open_rows = Discrepancy.objects.filter(statement__in=statements.values(), settled_at=None)
    found = dict(open_rows.values_list("statement").annotate(n=Count("pk")).order_by())
    gap = _gaps(mall, first, last)
    days = [first + datetime.timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        {"day": day, "statement": row} | ({"open": found.get(row.pk, 0)} if row else gap(day))
        for day in reversed(days)
        for row in [statements.get(day)]
    ]


def _gaps(mall: PartnerMall, first: datetime.date, last: datetime.date) -> Callable[[datetime.date], dict]:
    """What is said of a day without a statement: `file` with faults and what is `wrong` with it, what comes
    `next`; whether it `is_before` the first order, the mall `is_told` of it, or `may_ask` because it takes
    questions.
    """
    found = FaultyFile.objects.filter(partner=mall, day__range=(first, last)).order_by("pk")
    files, begun = {file.day: file for file in found}, first_day(mall)
    is_active = mall.state == PartnerMall.State.ACTIVE

    def gap(day: datetime.date) -> dict:
        if begun is None or day < begun:
            return {"is_before": True}
        until = day + datetime.timedelta(days=DAYS_BACK)
        is_past = until < timezone.localdate()
        said = {"may_ask": is_active, "next": _what_comes(is_active, is_past, until)}
        if file := files.get(day):
            said |= {"file": file, "wrong": in_words(file.faults[0]), "more": len(file.faults) - 1}
            said |= {"is_told": is_told(mall)}
        return said

    return gap


def _what_comes(is_active: bool, is_past: bool, until: datetime.date) -> str:
    if not is_active:
        return _("It is asked for once the mall is active again.")
    if is_past:
        return _("It is not asked for by itself any more.")
    return _("It is asked for again every day, until %(day)s.") % {"day": f"{until:%m-%d}"}


def _first_day(text: str) -> datetime.date:
    return day_of(f"{text}-01") or timezone.localdate().replace(day=1)
