"""What the catalogue does behind the pages."""

import datetime
import logging
import os

import httpx
from celery import shared_task
from celery.signals import task_prerun, worker_ready
from django.core.cache import cache
from django.utils import timezone

from catalog import price_changes, rates, stock
from catalog.models import Picture
from catalog.pictures.derive import derive, derive_waiting
from catalog.search import index
from kmall.caching import PRICES_TURNED
from kmall.http import TimedOut, Unreachable

logger = logging.getLogger(__name__)

# One beat starts one; it ends before the next begins, so that a stop loses no more than one picture.
PICTURE_SECONDS = 25
PICTURE_NICENESS = 19
# An order's end frees its units itself; what is left after so long belongs to nobody who will.
HOLD_GRACE = datetime.timedelta(minutes=10)


@shared_task(name="catalog.tasks.derive_picture")
def derive_picture(picture_id: int) -> None:
    """Sizes of one upload, as soon as it is stored."""
    picture = Picture.objects.filter(pk=picture_id, state=Picture.State.WAITING).first()
    if picture:
        derive(picture)


@shared_task(name="catalog.tasks.derive_waiting_pictures")
def derive_waiting_pictures() -> None:
    """Sizes of the pictures that wait, most viewed first."""
    derive_waiting(PICTURE_SECONDS)


@task_prerun.connect(sender=derive_waiting_pictures)
def step_aside(**_):
    """Thousands of pictures take hours: their worker leaves the processor to whom somebody waits for."""
    os.setpriority(os.PRIO_PROCESS, 0, PICTURE_NICENESS)


@shared_task(name="catalog.tasks.sweep_holds")
def sweep_holds() -> int:
    """Free units whose hold ended long ago."""
    return stock.sweep_expired(timezone.now() - HOLD_GRACE)


@shared_task(name="catalog.tasks.turn_prices")
def turn_prices() -> None:
    """Tell of prices that the clock changed since the last run; after a loss of Redis, of a day."""
    now = timezone.now()
    price_changes.turn(cache.get(PRICES_TURNED, now - datetime.timedelta(days=1)), now)
    cache.set(PRICES_TURNED, now, timeout=None)


@shared_task(name="catalog.tasks.refresh_search")
def refresh_search() -> None:
    """Take over what was sold, and count how common each word has become."""
    index.refresh(None)
    index.recount()


@shared_task(name="catalog.tasks.fetch_rate")
def fetch_rate() -> None:
    """The day's rate, until the source has it."""
    try:
        rates.fetch_rate()
    except rates.NoRatePublished:
        logger.info("no rate published yet")
    except (Unreachable, TimedOut, httpx.HTTPError, ValueError) as error:
        logger.warning("the rate source gave no rate: %s", type(error).__name__)


@worker_ready.connect
def start_with_todays_rate(**_):
    """A mall that was off for days can quote at once."""
    fetch_rate.delay()
