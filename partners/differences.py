"""What a partner's statements and our orders do not agree on: found, settled, explained (writes).

An order is held against the sum of all statements so far, so that a refund that the partner booked a day
later than we is a difference for a day and then none. What was before the first statement is left alone.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from partners.books import Entry, entries, states
from partners.connectors.reading import GMT8
from partners.models import Discrepancy, PartnerOrder, Statement, StatementRow

Kind = Discrepancy.Kind
# kind of a difference to the figure of both sides
OF = {
    Kind.AMOUNT: "paid_fen",
    Kind.REFUND: "refunded_fen",
    Kind.COMMISSION: "commission_fen",
    Kind.STATE: "state",
}
Found = dict[tuple[str, str], tuple[str, str]]  # (number, kind) to what (they, we) say


class NoteNeeded(Exception):
    """A difference is explained in words or not at all."""


def day_of(statement: Statement) -> tuple[datetime.datetime, datetime.datetime]:
    """The first moment of a statement's day, and of the next."""
    start = datetime.datetime.combine(statement.day, datetime.time.min, GMT8)
    return start, start + datetime.timedelta(days=1)


@transaction.atomic
def compare(statement: Statement) -> int:
    """Hold a day, and every order that is still open, against our orders; how many differences are open."""
    partner, (start, end) = statement.partner, day_of(statement)
    days = Statement.objects.filter(partner=partner)
    span = day_of(days.earliest("day"))[0], day_of(days.latest("day"))[1]
    still_open = Discrepancy.objects.filter(partner=partner, settled_at=None)
    numbers = set(statement.rows.values_list("remote_id", flat=True))
    numbers |= entries(partner, since=start, until=end).keys()
    numbers |= set(still_open.values_list("remote_id", flat=True))
    _note(statement, numbers, _found(partner, numbers, *span))
    return still_open.count()


@transaction.atomic
def explain(*, discrepancy_id: int, note: str, seen: tuple[str, str], actor) -> Discrepancy:
    """A person settles a difference in words; the same figures do not open it again.

    `seen`: theirs and ours as the person read them; where they are others by now nothing is settled. Raises
    `NoteNeeded`.
    """
    if not note.strip():
        raise NoteNeeded
    row = Discrepancy.objects.select_related("statement").get(pk=discrepancy_id)
    still_open = Discrepancy.objects.filter(pk=discrepancy_id, settled_at=None, theirs=seen[0], ours=seen[1])
    if still_open.update(settled_at=timezone.now(), settled_by=actor, note=note.strip()):
        row.refresh_from_db()
    return row


def _found(partner, numbers: Iterable[str], start: datetime.datetime, end: datetime.datetime) -> Found:
    """What differs both from ours as it was at the end of the last day, and from ours as it is now."""
    theirs = _theirs(partner, numbers)
    then, today = (_ours(partner, numbers, start, moment) for moment in (end, timezone.now()))
    found: Found = {}
    for number in numbers:
        said, held = theirs.get(number), [side[number] for side in (then, today) if number in side]
        if said and not held:
            found[number, Kind.MISSING_HERE] = (str(said.paid_fen), "")
        elif number in then and not said:
            found[number, Kind.MISSING_THERE] = ("", str(then[number].paid_fen))
        elif said:
            for kind, name in OF.items():
                if getattr(said, name) not in [getattr(entry, name) for entry in held]:
                    found[number, kind] = (str(getattr(said, name)), str(getattr(held[0], name)))
    return found


def _theirs(partner, numbers) -> dict[str, Entry]:
    """Sums of all statements, with the state of the last."""
    rows = StatementRow.objects.filter(statement__partner=partner, remote_id__in=numbers)
    sums = rows.values("remote_id").annotate(*(Sum(name) for name in list(OF.values())[:3])).order_by()
    last = dict(rows.order_by("statement__day").values_list("remote_id", "state"))
    return {
        row["remote_id"]: Entry(
            paid_fen=row["paid_fen__sum"],
            refunded_fen=row["refunded_fen__sum"],
            commission_fen=row["commission_fen__sum"],
            state=last[row["remote_id"]],
        )
        for row in sums
    }


def _ours(partner, numbers, start, until) -> dict[str, Entry]:
    """Our figures since the first statement, of every order that was booked at all."""
    booked = entries(partner, since=start, until=until, numbers=numbers)
    held = {}
    for number, state in states(partner, until=until, numbers=numbers).items():
        held[number] = booked.get(number, Entry())
        held[number].state = state
    return held


def _note(statement: Statement, numbers, found: Found) -> None:
    """Settle what agrees by now, bring up to date what does not, and open what is new."""
    rows = Discrepancy.objects.filter(partner=statement.partner, remote_id__in=numbers)
    known = {(row.remote_id, row.kind): row for row in rows.filter(settled_at=None)}
    still_open = Discrepancy.objects.filter(settled_at=None)  # a person may explain one at this moment
    agreed = [row.pk for key, row in known.items() if key not in found]
    still_open.filter(pk__in=agreed).update(settled_at=timezone.now())
    explained = set(rows.exclude(settled_by=None).values_list("remote_id", "kind", "theirs", "ours"))
    for key, row in known.items():
        theirs, ours = found.get(key, (row.theirs, row.ours))
        if (theirs, ours) != (row.theirs, row.ours):
            still_open.filter(pk=row.pk).update(theirs=theirs, ours=ours)
    orders = dict(
        PartnerOrder.objects.filter(partner=statement.partner, remote_id__in=numbers).values_list(
            "remote_id", "pk"
        )
    )
    Discrepancy.objects.bulk_create(
        Discrepancy(
            partner=statement.partner,
            statement=statement,
            remote_id=number,
            order_id=orders.get(number),
            kind=kind,
            theirs=theirs,
            ours=ours,
        )
        for (number, kind), (theirs, ours) in sorted(found.items())
        if (number, kind) not in known and (number, kind, theirs, ours) not in explained
    )
