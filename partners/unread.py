"""What a partner told of an order and nobody can read: kept as it came, seen by KITA, read again (writes).

Most often the partner mends it: a newer telling is taken, and the old one is fetched again. Else our reading
of it is mended, or a person sets it aside.
"""

import datetime
import hashlib
import logging

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from partners.connectors import connect
from partners.connectors.connector import BadCredentials
from partners.connectors.reading import UNREADABLE, Unread
from partners.models import PartnerMall, PartnerOrder

logger = logging.getLogger(__name__)
AGAIN, LONGEST = datetime.timedelta(minutes=10), datetime.timedelta(hours=6)  # between two tries
FETCHED = datetime.timedelta(days=7)  # for so long it is asked for as well
BEFORE = datetime.timedelta(days=1)  # that its last change may be older than our row


def keep(partner: PartnerMall, told: Unread, *, came_by: str) -> None:
    """Keep it with its order, or as one of which nothing is known yet; the same however often it comes, and
    nothing of one that was read as newer.
    """
    text = told.text.encode(errors="backslashreplace").decode()  # half a character, as JSON writes it
    row, _is_new = PartnerOrder.objects.get_or_create(
        partner=partner,
        remote_id=told.number or _number_of(text),
        defaults={"came_by": came_by, "raw": ""},
    )
    if row.unread == text or row.is_refused_unread or (row.raw and _is_old(row, told)):
        return
    logger.error("order %s of partner %s cannot be read: %s", row.pk, partner.pk, told.field)
    PartnerOrder.objects.filter(pk=row.pk).update(
        unread=text,
        unread_field=told.field[:60],
        erased_at=None,
        next_try_at=Coalesce("next_try_at", Value(_again_at(row))),
    )


def read(row: PartnerOrder) -> dict | None:
    """What the partner told, if it can be read by now."""
    try:
        return connect(row.partner).read_order(row.unread)
    except (*UNREADABLE, BadCredentials):
        return None


def forget(row: PartnerOrder) -> None:
    """Something newer of it was read."""
    PartnerOrder.objects.filter(pk=row.pk).exclude(unread_field="").update(unread="", unread_field="")


def wait(row: PartnerOrder) -> None:
    """It is fetched and read again after a while, unless something is to be done for the order before."""
    waiting = PartnerOrder.objects.filter(pk=row.pk).exclude(unread_field="")
    later = waiting.filter(Q(next_try_at=None) | Q(raw="")).update(next_try_at=_again_at(row))
    if later and timezone.now() - row.received_at < FETCHED:
        since = (row.received_at - BEFORE).isoformat()
        mall = PartnerMall.objects.filter(pk=row.partner_id, order_cursor__gt=since)
        mall.update(order_cursor=since)  # so that the next pull goes over it


def is_nameless(row: PartnerOrder) -> bool:
    """Whether not even its number could be read: then nothing can be told of it."""
    return row.remote_id == _number_of(row.unread)


def _is_old(row: PartnerOrder, told: Unread) -> bool:
    """Whether the order was read as it is told here, or as it stood later."""
    if told.at and row.remote_updated_at:
        return told.at <= row.remote_updated_at
    return not told.is_dated


def _again_at(row: PartnerOrder) -> datetime.datetime:
    """The longer it stands, the later."""
    now = timezone.now()
    return now + min(max((now - row.received_at) / 4, AGAIN), LONGEST)


def _number_of(text: str) -> str:
    """A name for what has none."""
    return f"?{hashlib.sha256(text.encode()).hexdigest()[:12]}"
