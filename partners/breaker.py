"""The circuit breaker of a partner: opens after failed calls in a row, lets one trial call through, closes.

Its state is two columns of the partner's row, shared by all workers and seen at the desk.
"""

import datetime

from django.db.models import F
from django.utils import timezone

from partners import record
from partners.models import Listing, PartnerMall

OPENS_AFTER = 3
FIRST_PAUSE, LONGEST_PAUSE = 2, 30  # seconds
TRIAL = datetime.timedelta(seconds=15)  # that the one trial call has


def admits(partner: PartnerMall) -> bool:
    """Whether a call may be made now. While the breaker is open only one worker gets a yes for each trial."""
    row = PartnerMall.objects.filter(pk=partner.pk)
    failures, until = row.values_list("breaker_failures", "breaker_open_until").get()
    if failures < OPENS_AFTER:
        return True
    now = timezone.now()
    if until and until > now:
        return False
    trial = row.filter(breaker_failures=failures, breaker_open_until=until)
    return trial.update(breaker_open_until=now + TRIAL) == 1


def condition(partner: PartnerMall, now: datetime.datetime) -> str:
    """How its breaker stands, as the row says: `closed`; `failing`, closed after failures in a row; `open`,
    no call before `breaker_open_until`; `trial`, the next call decides.
    """
    if not partner.breaker_failures:
        return "closed"
    if partner.breaker_failures < OPENS_AFTER:
        return "failing"
    until = partner.breaker_open_until
    return "open" if until and until > now else "trial"


def failed(partner: PartnerMall) -> None:
    """Count a call that failed as a whole; each further one doubles the pause."""
    PartnerMall.objects.filter(pk=partner.pk).update(breaker_failures=F("breaker_failures") + 1)
    failures = PartnerMall.objects.values_list("breaker_failures", flat=True).get(pk=partner.pk)
    if failures >= OPENS_AFTER:
        pause = min(FIRST_PAUSE * 2 ** min(failures - OPENS_AFTER, 10), LONGEST_PAUSE)
        until = timezone.now() + datetime.timedelta(seconds=pause)
        PartnerMall.objects.filter(pk=partner.pk).update(breaker_open_until=until)


def succeeded(partner: PartnerMall) -> None:
    """Close the breaker. What had failed meanwhile need not wait out its own pause."""
    closed = PartnerMall.objects.filter(pk=partner.pk, breaker_failures__gt=0)
    if closed.update(breaker_failures=0, breaker_open_until=None):
        now = timezone.now()
        waiting = Listing.objects.filter(
            partner=partner, outcome__in=["failed", "unknown"], next_try_at__gt=now
        )
        record.change(waiting, next_try_at=now)
