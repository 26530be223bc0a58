"""The drift report: what looks found at partners otherwise than sent, and when it was mended (writes)."""

import datetime

from django.utils import timezone

from partners.desired import out_id
from partners.models import Drift, Listing

KEPT = datetime.timedelta(days=90)
_TO_BE_MENDED = {Drift.Finding.MISSING, Drift.Finding.DIFFERENT, Drift.Finding.EXTRA}
_MENDED = {"seen", "absent"}


def note(findings: list[tuple[Listing, str]]) -> None:
    """Open a drift for what is not as sent, close those of what is. What drifted twice is one drift."""
    drifted = [
        Drift(partner_id=row.partner_id, listing=row, out_id=out_id(row.product_id), finding=finding)
        for row, finding in findings
        if finding in _TO_BE_MENDED
    ]
    Drift.objects.bulk_create(drifted, ignore_conflicts=True)
    mended([row.pk for row, finding in findings if finding in _MENDED])


def mended(listings: list[int], *, before: datetime.datetime | None = None) -> None:
    """Close what is open of these listings (keys), or only what was found before a moment."""
    found = Drift.objects.filter(listing__in=listings, mended_at=None)
    found = found.filter(found_at__lt=before) if before else found
    found.update(mended_at=timezone.now())


def forget_old() -> None:
    Drift.objects.filter(found_at__lt=timezone.now() - KEPT).delete()
