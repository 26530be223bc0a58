"""What each claimed listing should be by now, against what its partner confirmed; what is to be sent.

The same version never carries two different states.
"""

import datetime
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from partners import locks
from partners.claim import Claim
from partners.connectors.connector import Connector, Item
from partners.desired import NotListable, desired, digest, frame, out_id, products
from partners.links import signing_day
from partners.models import Listing, PartnerMall
from partners.select import chosen

OFFER_FIELDS = {"price_fen", "was_fen", "landed_fen", "stock"}


@dataclass
class Work:
    """One row of a batch: what it should be, and what is to be done about it."""

    row: Listing
    version: int
    content: dict | None = None
    offer: dict | None = None
    content_hash: str = ""
    offer_hash: str = ""
    link_day: datetime.date | None = None
    action: str = "nothing"  # nothing, upsert, offer, withdraw
    left: bool = False  # texts stay due after the quick lane
    is_text_refused: bool = False  # the partner refused these very texts before
    refusal: NotListable | None = None

    @property
    def item(self) -> Item:
        row, kind = self.row, self.action
        key = f"{row.partner_id}:{row.product_id}:{self.version}:{kind}"
        offer = self.offer if kind != "withdraw" else None
        return Item(
            out_id(row.product_id), self.version, key, self.content if kind == "upsert" else None, offer
        )


def plan(partner: PartnerMall, connector: Connector, claimed: Claim) -> list[Work]:
    """What each row should be by now, against what the partner confirmed."""
    ids, of = claimed.product_ids, frame(partner)
    wanted = set(chosen(partner).filter(pk__in=ids).values_list("pk", flat=True))
    found, today = products(ids), timezone.localdate()
    works = []
    for row in claimed.rows:
        work = Work(row=row, version=row.version, link_day=signing_day(row.link_day, partner, today))
        if row.product_id in wanted:
            _want(work, connector, found[row.product_id], of, claimed.quick)
        if work.content is None and row.confirmed_hash:
            work.action = "withdraw"
        works.append(work)
    return works


def _want(work: Work, connector: Connector, product, of, quick: bool) -> None:
    row = work.row
    try:
        state = desired(product, of, work.link_day)
    except NotListable as refusal:
        work.refusal = refusal
        return
    work.content, work.offer = connector.content(state.content), connector.offer_part(state.offer)
    work.content_hash, work.offer_hash = digest(work.content), digest(work.offer)
    other_text, other_offer = (
        work.content_hash != row.confirmed_hash,
        work.offer_hash != row.confirmed_offer_hash,
    )
    if row.outcome == Listing.Outcome.REFUSED and work.content_hash == row.sent_hash:
        work.is_text_refused = row.error_field not in OFFER_FIELDS
        if not work.is_text_refused and work.offer_hash == row.sent_offer_hash:
            return  # the same would be refused again
    if (quick or work.is_text_refused) and row.confirmed_hash:
        work.action = "offer" if other_offer else "nothing"
        work.left = other_text and not work.is_text_refused
    elif other_text and not work.is_text_refused:
        work.action = "upsert"
    elif other_offer and row.confirmed_hash:
        work.action = "offer"


def prepare(claimed: Claim, works: list[Work]) -> list[Work]:
    """Note what is about to be sent under which version; rows that changed since they were read drop out."""
    for work in works:
        row = work.row
        sent = (row.sent_hash, row.sent_offer_hash)
        if row.sent_version == row.version and sent != (work.content_hash, work.offer_hash):
            work.version = row.version + 1
    sql = """
        update partners_listing l set version = a.version, sent_version = a.version, sent_hash = a.content,
            sent_offer_hash = a.offer, is_wanted = a.wanted, link_day = a.day
        from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bool[], %s::date[])
            as a (id, was, version, content, offer, wanted, day)
        where l.id = a.id and l.lease = %s and l.version = a.was returning l.id"""
    columns = [
        [work.row.pk for work in works],
        [work.row.version for work in works],
        [work.version for work in works],
        [work.content_hash for work in works],
        [work.offer_hash for work in works],
        [work.content is not None or work.refusal is not None for work in works],
        [work.link_day for work in works],
    ]
    with transaction.atomic():
        list(locks.claimed_listings(claimed.lease).values_list("pk"))
        with connection.cursor() as cursor:
            cursor.execute(sql, [*columns, claimed.lease])
            kept = {pk for (pk,) in cursor.fetchall()}
    return [work for work in works if work.row.pk in kept]
