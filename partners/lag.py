"""How long a partner takes to show what changed here, measured: its stock must allow for it (writes)."""

import datetime
import math
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from partners import wake
from partners.mark import mark_changed
from partners.models import PartnerMall

FEWEST = 20  # changes seen in a day, from which a lag is believed
DAY = datetime.timedelta(days=1)
# The last change of each listing that came to be seen within a day, from our commit to the partner's page.
_DELAYS = """
    select count(*), percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from shown_after))
    from partners_listing where partner_id = %s and shown_at >= %s
"""


@dataclass(frozen=True)
class Delay:
    """Seconds from our change to the partner's page, of `count` changes of the last 24 hours."""

    count: int
    half: float = 0
    most: float = 0  # nine of ten took no longer


def delay_at(partner: PartnerMall) -> Delay:
    """How long the partner took of late, measured by what was seen there."""
    with connection.cursor() as cursor:
        cursor.execute(_DELAYS, [partner.pk, timezone.now() - DAY])
        count, parts = cursor.fetchone()
    return Delay(count, *(parts or ()))


def measure_lag(partner: PartnerMall) -> int:
    """Take over the partner's lag of the last day; where it changed, stock is reckoned anew. Seconds.

    Rounded up to a power of two, so that a breath does not change it; kept where too little was seen.
    """
    delay = delay_at(partner)
    if delay.count < FEWEST:
        return partner.lag_seconds
    lag = 2 ** math.ceil(math.log2(max(delay.most, 1)))
    with transaction.atomic():
        changed = PartnerMall.objects.filter(pk=partner.pk).exclude(lag_seconds=lag)
        if changed.update(lag_seconds=lag):
            mark_changed(None, {"stock"}, partner_id=partner.pk)
            transaction.on_commit(lambda: wake.partner(partner.pk), robust=True)
    return lag
