"""Files of a mall that are not whole yet: the others do not wait, these are read again, then KITA sees them.

Until a file is what its digest says it may be in the midst of being written (writes).
"""

import datetime

from django.utils.dateparse import parse_datetime

from partners import faulty_files
from partners.connectors.connector import BadFile
from partners.models import PartnerMall

SHOWN_AFTER = datetime.timedelta(minutes=5)
READ_FOR = datetime.timedelta(hours=1)  # then the mall has to drop it anew, as it was told


def advance(partner: PartnerMall, began: datetime.datetime, late: list[BadFile]) -> None:
    """All was pulled that had come when the pull began, but for the late files: the next goes over them."""
    before = parse_datetime(partner.order_cursor) if partner.order_cursor else began - READ_FOR
    if late and began - before >= SHOWN_AFTER:
        faulty_files.keep(partner, late)
    cursor = max(before, began - READ_FOR) if late else began
    PartnerMall.objects.filter(pk=partner.pk).update(order_cursor=cursor.isoformat())
