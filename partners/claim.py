"""Take due listings under a lease that expires, so that a killed worker's rows come back by themselves."""

import datetime
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from partners import locks, record
from partners.models import Listing, PartnerMall

LEASE = datetime.timedelta(seconds=30)  # longer than a call may take, with the wait for the pace
SPARE = datetime.timedelta(seconds=3)  # for the calls of a claim before its last
BATCHES_AT_ONCE = 3  # of one partner; one that hangs must not take all workers


@dataclass(frozen=True)
class Claim:
    """Rows that are ours until `until`. Their product keys in `product_ids`."""

    lease: uuid.UUID
    rows: list[Listing]
    until: datetime.datetime

    @property
    def has_time(self) -> bool:
        """Whether the lease lasts for one more call."""
        return timezone.now() <= self.until - LEASE

    @property
    def product_ids(self) -> list[int]:
        return [row.product_id for row in self.rows]


def claim(partner: PartnerMall, *, quick: bool, size: int) -> Claim | None:
    """Up to `size` due rows of a lane, or None when there are none or enough batches are on their way."""
    now = timezone.now()
    with transaction.atomic():
        on_the_way = Listing.objects.filter(partner=partner, lease__isnull=False, leased_until__gt=now)
        if on_the_way.values("lease").distinct().count() >= BATCHES_AT_ONCE:
            return None
        lease, until = uuid.uuid4(), now + LEASE + SPARE
        rows = locks.lease_due_listings(partner.pk, now, quick=quick, size=size, lease=lease, until=until)
    if not rows:
        return None
    return Claim(lease=lease, rows=rows, until=until)


def release(claimed: Claim, **changes) -> None:
    """Give back what is still ours of a claim, with changes to it."""
    held = Listing.objects.filter(lease=claimed.lease)
    if held.exists():  # mostly they were given back one by one
        record.change(held, lease=None, leased_until=None, **changes)
