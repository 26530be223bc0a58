"""Persons' data that partners sent: erased when nobody may need it any more (writes).

What we sold is kept in the order, by law as long as any other; the telling of the partner is a copy of it.
"""

import datetime
import json

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orders.identity import KEPT_UNUSED
from partners.models import PartnerOrder, PartnerRequest

KEPT_REFUSED = datetime.timedelta(days=30)  # for the partner's questions; we have sold nothing
AT_ONCE = 1_000
# What of an order names no person.
KEPT = ("order_id", "state", "created_at", "paid_at", "updated_at", "lines", "freight_fen", "paid_fen")


def erase_due(now: datetime.datetime) -> int:
    """Blot out buyers, addresses and payers of old orders, and what shoppers asked; how many orders."""
    refused = Q(state=PartnerOrder.State.REFUSED, received_at__lt=now - KEPT_REFUSED)
    due = PartnerOrder.objects.filter(erased_at=None).filter(refused | Q(received_at__lt=now - KEPT_UNUSED))
    erased = 0
    while keys := list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        _erase(keys)
        erased += len(keys)
    return erased


@transaction.atomic
def _erase(keys: list[int]) -> None:
    rows = list(PartnerOrder.objects.filter(pk__in=keys).only("raw", "told", "unread"))
    for row in rows:
        if row.raw:
            told = json.loads(row.raw)
            row.raw = json.dumps({name: told[name] for name in KEPT if name in told}, ensure_ascii=False)
        row.told = row.unread = row.unread_field = ""
        row.erased_at = timezone.now()
    PartnerOrder.objects.bulk_update(rows, ["raw", "told", "unread", "unread_field", "erased_at"])
    never_read = [row.pk for row in rows if not row.raw]  # and nothing is left to be read
    PartnerOrder.objects.filter(pk__in=never_read).update(next_try_at=None)
    PartnerRequest.objects.filter(order__in=keys).update(words="", told="")
