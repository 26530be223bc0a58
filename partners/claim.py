"""Take due listings under a lease that expires, so that a killed worker's rows come back by themselves.

It outlasts the longest call of the partner; none begins when what is left is shorter.
"""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from kmall.database import among, one_write
from partners import locks, pace, record
from partners.models import Listing, PartnerMall

SPARE = datetime.timedelta(seconds=3)  # for the calls of a claim before its last


@dataclass(frozen=True)
class Claim:
    """Rows that are ours for a call that begins by `last_call_at`. Their product keys in `product_ids`."""

    lease: uuid.UUID
    rows: list[Listing]
    last_call_at: datetime.datetime
    stamp: str = ""  # of its rows: who changes one later leaves another

    def is_in_time(self) -> bool:
        """Whether the lease lasts for one more call."""
        return timezone.now() <= self.last_call_at

    def held(self, rows: Iterable[Listing]) -> QuerySet[Listing]:
        """Those of the rows that are still ours: by their keys, so that the lease needs no index."""
        return Listing.objects.filter(pk__in=among([row.pk for row in rows]), lease=self.lease)

    @property
    def product_ids(self) -> list[int]:
        return [row.product_id for row in self.rows]


def claim(partner: PartnerMall, *, quick: bool, size: int, call: int | None = None) -> Claim | None:
    """Up to `size` due rows of a lane, or None when there are none.

    Of several calls of `call` rows only so many that the others at work on this mall find as much:
    towards the end nobody has several left while the others have none.
    """
    now = timezone.now()
    if call:
        sharers = partner.batches_at_once
        due = locks.due_listings(partner.pk, now, quick=quick, most=size * sharers)
        size = max(due // sharers // call, 1) * call
    lease, last_call_at = uuid.uuid4(), now + SPARE
    until = last_call_at + pace.longest_call(partner)
    with one_write():
        rows, stamp = locks.lease_due_listings(
            partner.pk, now, quick=quick, size=size, lease=lease, until=until
        )
    if not rows:
        return None
    return Claim(lease=lease, rows=rows, last_call_at=last_call_at, stamp=stamp)


def put_off(claimed: Claim, rows: list[Listing], until: datetime.datetime) -> None:
    """Give back these of its rows until then; who marked one meanwhile has made it due, and due it stays."""
    held = claimed.held(rows)
    untouched = held.annotate(stamp=RawSQL(locks.OWN_STAMP, [])).filter(stamp=claimed.stamp)
    record.change(untouched, lease=None, leased_until=None, next_try_at=until)
    release(claimed, rows)


def release(claimed: Claim, rows: list[Listing] | None = None, **changes) -> None:
    """Give back what is still ours of a claim, or of these of its rows, with changes to it."""
    held = claimed.held(claimed.rows if rows is None else rows)
    record.change(held, lease=None, leased_until=None, **changes)
