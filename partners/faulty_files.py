"""Files that a partner dropped with rows that could not be taken: kept, told to the partner (writes).

A day's statement that adds up to nothing is kept as such a file, however it came.
"""

import datetime
import logging
from dataclasses import asdict

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.calls import ask
from partners.connectors import connect
from partners.connectors.connector import BadCredentials, BadFile, Connector, Fault, RowFault
from partners.models import FaultyFile, PartnerMall

logger = logging.getLogger(__name__)
# What is wrong with a row, by the code that partners know it under.
FAULTS = {
    "NOT_WHOLE": _("The file is not what its digest says: nothing of it was taken."),
    "NOT_UTF8": _("The file is not in UTF-8: nothing of it was taken."),
    "BAD_QUOTING": _("A quotation mark is not closed: rows from here on were not taken."),
    "MISSING_COLUMN": _("The column is missing: nothing of the file was taken."),
    "EMPTY": _("The cell is empty."),
    "BAD_VALUE": _("The value cannot be read."),
    "DIFFERS": _("The rows of this order or request say different things."),
    "UNKNOWN_ORDER": _("No order of this number came before."),
    "TWICE": _("This order has a row further up."),
    "MISSING_TOTAL": _("The row with the sums is missing: nothing of the statement was taken."),
    "NO_SUM": _("It is not the sum that it should be: nothing of the statement was taken."),
}
KEPT = datetime.timedelta(days=90)
TOLD_WITHIN = datetime.timedelta(days=2)  # what the partner does not take by then KITA sees as not told


def keep(partner: PartnerMall, files: list[BadFile], *, day: datetime.date | None = None) -> None:
    """One row for each file, however often it is read. `day`: of the statement that it should have been."""
    rows = [
        FaultyFile(
            partner=partner,
            name=file.name,
            day=day,
            digest=file.digest,
            faults=[asdict(fault) for fault in file.faults],
        )
        for file in files
    ]
    FaultyFile.objects.bulk_create(rows, ignore_conflicts=True)


def tell(partner: PartnerMall, connector: Connector) -> None:
    """Tell the partner of each file that it was not told of; what it does not take is told again later.

    One that drops no files is not told: its statement is asked for again.
    """
    if not hasattr(connector, "return_rows"):
        return
    lately = FaultyFile.objects.filter(received_at__gte=timezone.now() - TOLD_WITHIN)
    for row in lately.filter(partner=partner, told_at=None).order_by("id"):
        file = BadFile(row.name, row.digest, [RowFault(**fault) for fault in row.faults])
        try:
            ask(partner, connector.return_rows, file, wait=5)
        except Fault as fault:
            logger.warning("bad file %s of partner %s not told: %s", row.pk, partner.pk, type(fault).__name__)
            return
        FaultyFile.objects.filter(pk=row.pk).update(told_at=timezone.now())


def is_told(partner: PartnerMall) -> bool:
    """Whether the partner is told of its faults at all."""
    try:
        return hasattr(connect(partner), "return_rows")
    except BadCredentials:
        return False


def said(code: str) -> str:
    """A fault's code in the reader's words."""
    return str(FAULTS.get(code, code))


def forget_old() -> None:
    FaultyFile.objects.filter(received_at__lt=timezone.now() - KEPT).delete()
