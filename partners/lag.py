"""How long a partner takes to show what changed here, measured: its stock must allow for it (writes)."""

import datetime
import math

from django.db import connection, transaction
from django.utils import timezone

from partners import wake
from partners.mark import mark_changed
from partners.models import PartnerMall

FEWEST = 20  # changes seen in a day, from which a lag is believed
# Nine of ten changes of the last day were seen at the partner within so many seconds.
_LAG = """
    select count(*), percentile_cont(0.9) within group (order by extract(epoch from shown_after))
    from partners_listing where partner_id = %s and shown_at >= %s
"""


def measure_lag(partner: PartnerMall) -> int:
    """Take over the partner's lag of the last day; where it changed, stock is reckoned anew. Seconds.

    Rounded up to a power of two, so that a breath does not change it; kept where too little was seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAG, [partner.pk, timezone.now() - datetime.timedelta(days=1)])
        count, seconds = cursor.fetchone()
    if count < FEWEST:
        return partner.lag_seconds
    lag = 2 ** math.ceil(math.log2(max(seconds, 1)))
    with transaction.atomic():
        changed = PartnerMall.objects.filter(pk=partner.pk).exclude(lag_seconds=lag)
        if changed.update(lag_seconds=lag):
            mark_changed(None, {"stock"}, partner_id=partner.pk)
            transaction.on_commit(lambda: wake.partner(partner.pk), robust=True)
    return lag
