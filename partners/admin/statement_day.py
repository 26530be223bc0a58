"""A day of a partner's statement beside ours, order by order (reads)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kmall.languages import listed
from partners.books import Entry, entries, states
from partners.differences import day_of
from partners.models import Discrepancy, PartnerOrder, Statement

FIGURES = {
    "paid_fen": _("amount paid"),
    "refunded_fen": _("amount refunded"),
    "commission_fen": _("commission earned"),
    "net_fen": _("owed to us"),
}


@dataclass(frozen=True)
class Line:
    """An order of the day on both sides; None where a side has nothing of it on that day."""

    number: str
    order: PartnerOrder | None
    theirs: Entry | None
    ours: Entry | None
    differences: list[Discrepancy]

    def cells(self) -> list:
        """A row of the CSV: numbers, states, each figure there and here in yuan, open differences."""
        ours = self.order.order.number if self.order and self.order.order else ""
        cells = [self.number, ours, *(side.state if side else "" for side in (self.theirs, self.ours))]
        for name in FIGURES:
            cells += [
                Decimal(getattr(side, name)).scaleb(-2) if side else "" for side in (self.theirs, self.ours)
            ]
        return [*cells, listed(row.get_kind_display() for row in self.differences)]


def day_lines(statement: Statement) -> list[Line]:
    """Every order that either side has on that day, by its number, with what is open of it."""
    start, end = day_of(statement)
    theirs = {row.remote_id: _entry(row) for row in statement.rows.all()}
    ours = entries(statement.partner, since=start, until=end)
    for number, state in states(statement.partner, until=end, numbers=ours).items():
        ours[number].state = state
    found: dict[str, list[Discrepancy]] = {}
    for row in statement.discrepancies.filter(settled_at=None).select_related("order__order"):
        found.setdefault(row.remote_id, []).append(row)
    numbers = sorted(theirs.keys() | ours.keys() | found.keys())
    rows = PartnerOrder.objects.filter(partner=statement.partner, remote_id__in=numbers)
    orders = {row.remote_id: row for row in rows.select_related("order").defer("raw", "told")}
    return [
        Line(number, orders.get(number), theirs.get(number), ours.get(number), found.get(number, []))
        for number in numbers
    ]


def day_sums(statement: Statement, lines: list[Line]) -> list[tuple[str, int, int, int]]:
    """(figure, theirs, ours, difference) of the day, in fen; theirs as the partner added it up."""
    sums = []
    for name, label in FIGURES.items():
        ours = sum(getattr(line.ours, name) for line in lines if line.ours)
        theirs = getattr(statement, name)
        sums.append((str(label), theirs, ours, theirs - ours))
    return sums


def _entry(row) -> Entry:
    return Entry(row.paid_fen, row.refunded_fen, row.commission_fen, row.state)
