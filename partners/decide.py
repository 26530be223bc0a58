"""A partner's order that waits is placed like our own, refused, or waits on for a mapping (writes)."""

import datetime
import json
import logging
from functools import partial

from django.db import transaction
from django.utils import timezone

from catalog.rates import StaleRate
from catalog.tax import NoTaxRate
from kmall.database import Busy
from orders.limits import NoImportLimit
from partners import locks, verdict, wake
from partners.connectors.reading import zoned
from partners.fulfil import NotFillable, UnknownItem, fill
from partners.mapping import mapped_names
from partners.models import PartnerOrder

logger = logging.getLogger(__name__)

REASON_OF = {StaleRate: "no_rate", NoTaxRate: "no_tax_rate", NoImportLimit: "no_import_limit"}
WAIT_FOR_TERMS = WAIT_FOR_MAPPING = datetime.timedelta(minutes=5)
MAPPING_TRIES = 12  # then the order is refused: its shopper must not wait for ever
State = PartnerOrder.State


def decide(row: PartnerOrder) -> None:
    """Place the order or say why not; in one transaction with the row."""
    order, now = json.loads(row.raw), timezone.now()
    try:
        with transaction.atomic():
            row.order = fill(row.partner, order)
        row.state, row.reason, row.names = State.PLACED, "", mapped_names(row.partner, order)
        row.next_try_at, row.attempts = now, 0
    except UnknownItem as unknown:
        row.attempts += 1
        row.state, row.reason = State.AWAITING_MAPPING, f"unknown_item: {unknown}"[:300]
        row.next_try_at = now + WAIT_FOR_MAPPING
        if row.attempts >= MAPPING_TRIES:
            row.state, row.next_try_at = State.REFUSED, now
    except Busy:
        row.next_try_at = now + datetime.timedelta(seconds=2)
    except NotFillable as why:
        row.state, row.reason, row.next_try_at = State.REFUSED, f"{why.reason}: {why.text}"[:300], now
    except tuple(REASON_OF) as lack:
        day = timezone.localdate(zoned("paid_at", order["paid_at"]))
        row.attempts = min(row.attempts + 1, 30_000)
        row.next_try_at, row.reason = now + WAIT_FOR_TERMS, f"{REASON_OF[type(lack)]}: {day}"
    except Exception:  # an order like none before: it must not hold up the others
        logger.exception("partner order %s not placed, will be tried again", row.pk)
        row.attempts = min(row.attempts + 1, 30_000)
        row.next_try_at, row.reason = now + verdict.backoff(row.attempts + 3), "not_placed"
    row.save(update_fields=["order", "state", "reason", "names", "next_try_at", "attempts"])


def place_now(row: PartnerOrder) -> PartnerOrder:
    """Try at once to place an order that waits, as a person wishes; its answer is told by a worker."""
    with transaction.atomic():
        row = locks.partner_order(row.pk)
        if row.state in (State.RECEIVED, State.AWAITING_MAPPING):
            decide(row)
        transaction.on_commit(partial(wake.orders, row.partner_id), robust=True)
    return row


def refused_at(row: PartnerOrder) -> datetime.datetime | None:
    """When an order that waits for a mapping will be refused, unless somebody maps its items before."""
    if row.state != State.AWAITING_MAPPING or row.next_try_at is None:
        return None
    return row.next_try_at + WAIT_FOR_MAPPING * max(MAPPING_TRIES - row.attempts - 1, 0)
