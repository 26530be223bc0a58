"""A partner's daily statements: fetched, kept as they came, held against our orders to the fen (writes)."""

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from partners import differences, faulty_files, statement_faults
from partners.calls import MOST_PAGES, Interrupted, ask
from partners.connectors import connect
from partners.connectors.connector import BadCredentials, Deferred, Fault, NotReady, StatementPage, Unknown
from partners.models import PartnerMall, Statement, StatementRow

logger = logging.getLogger(__name__)
DAYS_BACK = 7  # a day that was not ready, or not to be had, is asked for again so long


def fetch_missing(partner: PartnerMall) -> int:
    """Fetch and compare the days of the last week that are not here yet, oldest first; how many came.

    None of a partner whose connector knows no statements. A day that cannot be had holds up no other: its
    `Fault` is raised at the end. Raises at once where the partner takes no calls for now.
    """
    if not hasattr(connect(partner), "statement"):
        return 0
    today, came, failed = timezone.localdate(), 0, None
    days = [today - datetime.timedelta(days=back) for back in range(DAYS_BACK, 0, -1)]
    here = set(Statement.objects.filter(partner=partner, day__in=days).values_list("day", flat=True))
    first = first_day(partner) or today
    for day in days:
        if day in here or day < first:
            continue
        try:
            came += fetch(partner, day) is not None
        except (Interrupted, Deferred, BadCredentials):
            raise
        except Fault as fault:
            logger.warning("statement of %s of partner %s not had: %s", day, partner.pk, type(fault).__name__)
            failed = fault
    if failed:
        raise failed
    return came


def first_day(partner: PartnerMall) -> datetime.date | None:
    """The day of its first order, before which there is nothing to state; None while it has sold nothing."""
    first = partner.orders.order_by("received_at").values_list("received_at", flat=True).first()
    return timezone.localdate(first) if first else None


def fetch(partner: PartnerMall, day: datetime.date) -> Statement | None:
    """Fetch a day anew and compare it; None while it is not ready, or a file with faults. Raises `Fault`.

    One that does not add up is shown to KITA as such a file and is `Unknown`: it is fetched again later.
    """
    try:
        pages = _pages(partner, day)
    except NotReady:
        return None
    if bad := [file for page in pages for file in page.bad]:
        faulty_files.keep(partner, bad, day=day)
        return None
    if faults := statement_faults.faults_of(pages):
        faulty_files.keep(partner, [statement_faults.as_file(day, pages, faults)], day=day)
        raise Unknown(f"statement of {day} does not add up: {faults[:3]}")
    with transaction.atomic():
        statement = _keep(partner, day, pages)
        differences.compare(statement)
    return statement


def _pages(partner: PartnerMall, day: datetime.date) -> list[StatementPage]:
    """All pages of a day. Raises `Fault`, also where they do not end."""
    connector, pages, cursor, before = connect(partner), [], "", set()
    while cursor not in before:
        if len(before) >= MOST_PAGES:
            raise Unknown(f"the statement of {day} does not end")
        before.add(cursor)
        pages.append(page := ask(partner, connector.statement, day, cursor))
        cursor = page.cursor
        if not cursor:
            break
    return pages


def _keep(partner: PartnerMall, day: datetime.date, pages: list[StatementPage]) -> Statement:
    rows, totals = [row for page in pages for row in page.rows], pages[-1].totals
    statement, _ = Statement.objects.update_or_create(
        partner=partner,
        day=day,
        defaults={
            "raw": statement_faults.as_it_came(pages),
            "orders": len(rows),
            **{name: totals[name] for name in statement_faults.FIGURES},
            "fetched_at": timezone.now(),
        },
    )
    statement.rows.all().delete()
    names = ("remote_id", "state", "paid_fen", "refunded_fen", "commission_fen")
    StatementRow.objects.bulk_create(
        StatementRow(statement=statement, **{name: row[name] for name in names}) for row in rows
    )
    return statement
