"""Start, pause and empty the partners of a bench, and wait for what comes of it."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from kmall.database import Prepared
from partners import breaker
from partners.mark import rules_changed
from partners.models import Listing, PartnerMall

LONGEST = 600  # seconds for anything
# Asked fifty times a second beside what is measured: made by the ORM it took a tenth of a processor.
_AT_REST = Prepared(
    "is_a_mall_at_rest",
    "select not exists (select from partners_listing where partner_id = %(partner)s"
    " and (due_full or due_stock) order by next_try_at limit 1)",
    {"partner": "bigint"},
)


def start(partner: PartnerMall) -> None:
    PartnerMall.objects.filter(pk=partner.pk).update(state=PartnerMall.State.ACTIVE, **breaker.CLOSED)
    with transaction.atomic():
        rules_changed(partner)


def pause(partner: PartnerMall) -> None:
    PartnerMall.objects.filter(pk=partner.pk).update(state=PartnerMall.State.PAUSED)
    until(lambda: not Listing.objects.filter(partner=partner, lease__isnull=False).exists(), every=0.2)
    Listing.objects.filter(partner=partner).update(look_at=None)


def forget(partner: PartnerMall) -> None:
    """Its listings as if nothing had ever been sent."""
    Listing.objects.filter(partner=partner).delete()


def is_at_rest(partner: PartnerMall) -> bool:
    """Whether nothing is due there."""
    return _AT_REST.rows(partner=partner.pk)[0][0]


@contextmanager
def repeated(act: Callable[[], object]) -> Iterator[None]:
    """Do something now, and every two seconds meanwhile."""
    over = threading.Event()

    def go():
        while not over.wait(2):
            act()
        connection.close()

    act()
    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def timed(act: Callable[[], object], done: Callable[[], bool]) -> float:
    began = time.monotonic()
    act()
    until(done)
    return time.monotonic() - began


def million_additions() -> float:
    """What they take this processor just now, ms."""
    began, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return (time.process_time() - began) * 1000


def until(holds: Callable[[], bool], every: float = 0.02) -> None:
    end = time.monotonic() + LONGEST
    while not holds():
        if time.monotonic() > end:
            sys.exit("bench.listings: it did not come to its end, see var/bench/bench-partners-*.log")
        time.sleep(every)
