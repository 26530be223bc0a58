"""What each claimed listing should be by now, against what its partner confirmed; what is to be sent.

The same version never carries two different states.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import orjson
from django.db.models import QuerySet
from django.utils import timezone

from catalog.no_prices import NO_PRICE
from kmall.database import Prepared, among, columns, instances, one_write, parameter
from partners import goods, locks
from partners.causes import is_refused_there
from partners.claim import Claim
from partners.connectors.connector import Connector, Item
from partners.desired import (
    Desired,
    Frame,
    NotListable,
    as_before,
    desired,
    frame_of_any_day,
    out_id,
    prices_of,
)
from partners.goods import Goods
from partners.links import signing_day
from partners.models import Listing, PartnerMall, Receipt
from partners.select import chosen

Outcome = Listing.Outcome
AT_REST = (Outcome.NONE, Outcome.ACCEPTED, Outcome.OK)  # the last answer that came was well
OFFER_FIELDS = {"price_fen", "was_fen", "landed_fen", "stock"}


@dataclass
class Work:
    """One row of a batch: what it should be, and what is to be done about it."""

    row: Listing
    version: int
    held: tuple[str, str]  # digests of what the partner holds, or will hold
    awaited: Receipt | None = None  # of what was sent before
    content: dict | None = None
    offer: dict | None = None
    content_hash: str = ""
    offer_hash: str = ""
    prices: str = ""  # of the offer
    link_day: datetime.date | None = None
    action: str = "nothing"  # nothing, upsert, offer, withdraw
    is_sold_out: bool = False  # nothing in stock that the partner may sell
    left: bool = False  # texts stay due after the quick lane
    is_unpriced: bool = False  # the day has no price: its stock goes out at the last one, and all stays due
    is_text_refused: bool = False  # the partner refused these very texts before
    refusal: NotListable | None = None
    stamp: str = ""  # of the row as `prepare` left it: who changes it later leaves another

    @property
    def may_send_offer(self) -> bool:
        """Whether an offer alone will do: the partner holds the text, and no newer one is on its way."""
        return bool(self.row.confirmed_hash) and (self.awaited is None or self.awaited.kind == "offer")

    @property
    def noted(self) -> tuple[str, str]:
        """Digests of the last text and offer that went out, once this has; only what is sent counts."""
        row = self.row
        if self.action == "nothing" and not self.is_taken_back:
            return row.sent_hash, row.sent_offer_hash
        if self.action == "offer":
            return row.sent_hash or row.confirmed_hash, self.offer_hash
        return self.content_hash, self.offer_hash

    @property
    def noted_prices(self) -> str:
        """Those of the last offer that went out, once this has."""
        return self.prices if self.noted[1] == self.offer_hash else self.row.sent_prices

    @property
    def held_prices(self) -> str:
        """At which the partner sells it, or will once it has worked through what it took in."""
        row = self.row
        return row.sent_prices if self.awaited else row.confirmed_prices or row.sent_prices

    @property
    def is_try(self) -> bool:
        """Whether a refused row is tried with something else, of which the last refusal says nothing."""
        return self.action in ("upsert", "offer") and not self.is_text_refused

    @cached_property
    def is_taken_back(self) -> bool:
        """Whether what was refused is not wanted any more, and the partner holds what is, or nothing.

        As `prepare` found it: what it notes is not to be told from a refused text afterwards.
        """
        row, wanted = self.row, (self.content_hash, self.offer_hash)
        if row.outcome != Outcome.REFUSED or self.is_text_refused or self.refusal:
            return False
        if self.content is None:
            return not self.held[0]
        return wanted == self.held and wanted != (row.sent_hash, row.sent_offer_hash)

    @property
    def item(self) -> Item:
        row, kind = self.row, self.action
        key = f"{row.partner_id}:{row.product_id}:{self.version}:{kind}"
        offer = self.offer if kind != "withdraw" else None
        return Item(
            out_id(row.product_id), self.version, key, self.content if kind == "upsert" else None, offer
        )


def _held(row: Listing, awaited: Receipt | None) -> tuple[str, str]:
    """Digests of what the partner holds, or will hold once it has worked through what it took in.

    "?" for what nobody knows: a worker died between the send and its answer.
    """
    if awaited is None and _is_in_doubt(row):
        return "?", "?"
    if awaited is None or awaited.kind == "offer":
        return row.confirmed_hash, awaited.offer_hash if awaited else row.confirmed_offer_hash
    return awaited.content_hash, awaited.offer_hash


def _is_in_doubt(row: Listing) -> bool:
    """Whether something else than what is confirmed was about to be sent, and no answer came."""
    sent, confirmed = (row.sent_hash, row.sent_offer_hash), (row.confirmed_hash, row.confirmed_offer_hash)
    is_open = row.sent_version > row.confirmed_version and row.outcome in AT_REST
    return is_open and sent != confirmed


class Plan(NamedTuple):
    """`waiting`: rows of which nothing is to be sent until they have a price again, because of `missing`."""

    works: list[Work]
    waiting: list[Listing]
    missing: Exception | None


class Parts(NamedTuple):
    """How a connector makes and digests the parts of a listing, asked of it once for all of a claim."""

    content: Callable[[dict], dict]
    offer: Callable[[dict], dict]
    digest: Callable[[dict], str]

    @classmethod
    def of(cls, connector: Connector) -> "Parts":
        return cls(connector.content, connector.offer_part, connector.digest)


_SECRET = {"credentials", "spare_credentials"}  # no rule of the mall, and to be decrypted
_MALL = Prepared(
    "mall_as_it_is",
    lambda: (
        QuerySet(PartnerMall).filter(pk=parameter("partner")).values_list(*columns(PartnerMall, but=_SECRET))
    ),
    {"partner": "bigint"},
)


def plan(partner: PartnerMall, connector: Connector, claimed: Claim, *, quick: bool) -> Plan:
    """What each row should be by now, against what the partner confirmed.

    By the rules of the mall as they are now: who changes them marks its rows, maybe those just claimed.
    """
    [partner] = instances(PartnerMall, _MALL.rows(partner=partner.pk), but=_SECRET)
    ids, parts = claimed.product_ids, Parts.of(connector)
    wanted = set(chosen(partner).filter(pk__in=among(ids)).order_by().values_list("pk", flat=True))
    of, missing = frame_of_any_day(partner) if wanted else None, None
    found, today = goods.read(ids), timezone.localdate()
    awaited = Receipt.objects.in_bulk([row.pk for row in claimed.rows]) if connector.receipt_seconds else {}
    works, waiting = [], []
    for row in claimed.rows:
        link_day = signing_day(row.link_day, partner, today)
        receipt = awaited.get(row.pk)
        work = Work(row, row.version, _held(row, receipt), awaited=receipt, link_day=link_day)
        if row.product_id in wanted:
            lacks = _want(work, parts, found[row.product_id], of, quick)
            missing = lacks or missing
            if lacks and work.action == "nothing":
                waiting.append(row)
                continue
        if work.content is None and work.held[0]:
            work.action = "withdraw"
        works.append(work)
    return Plan(works, waiting, missing)


def _want(work: Work, parts: Parts, told_of: Goods, of: Frame, quick: bool) -> Exception | None:
    """Work out what is to be sent; what is missing where that has no price for now."""
    try:
        state, missing = _state(work, told_of, of)
    except NotListable as refusal:
        work.refusal = refusal
        return None
    work.is_unpriced = missing is not None
    if state:
        _compare(work, parts, state, quick)
    return missing


def _state(work: Work, told_of: Goods, of: Frame) -> tuple[Desired | None, Exception | None]:
    """What it should be; at the last price, or None where it has none, if today's price is missing."""
    try:
        return desired(told_of, of, work.link_day), None
    except NO_PRICE as missing:
        state = as_before(told_of, of, work.link_day, work.held_prices)
        return state if work.held[0] and work.held_prices else None, missing


def _compare(work: Work, parts: Parts, state: Desired, quick: bool) -> None:
    row = work.row
    work.is_sold_out = not any(sku["stock"] for sku in state.offer["skus"])
    work.content, work.offer = parts.content(state.content), parts.offer(state.offer)
    work.content_hash, work.offer_hash = parts.digest(work.content), parts.digest(work.offer)
    work.prices = prices_of(state.offer)
    other_text, other_offer = work.content_hash != work.held[0], work.offer_hash != work.held[1]
    if is_refused_there(row) and work.content_hash == row.sent_hash:
        work.is_text_refused = row.error_field not in OFFER_FIELDS
        if not work.is_text_refused and work.offer_hash == row.sent_offer_hash:
            return  # the same would be refused again
    if (quick or work.is_text_refused or work.is_unpriced) and work.may_send_offer:
        work.action = "offer" if other_offer else "nothing"
        work.left = other_text and not work.is_text_refused
    elif work.is_text_refused:
        pass
    elif work.is_unpriced:  # its text is on its way, and goes once more if it is still the same
        work.action = "upsert" if other_offer and work.content_hash == row.sent_hash else "nothing"
    elif other_text or (other_offer and not work.may_send_offer):
        work.action = "upsert"
    elif other_offer:
        work.action = "offer"


# What is noted goes there as one JSON value, since the driver prepares what a list holds piece by piece.
_NOTE = Prepared(
    "note_what_is_sent",
    f"""
    with held as (select id from partners_listing where {locks.HELD})
    update partners_listing l set version = a.version, sent_version = a.version, sent_hash = a.content,
        sent_offer_hash = a.offer, sent_prices = a.prices, is_wanted = a.wanted, link_day = a.day,
        sold_out_at = case when a.is_sold_out then coalesce(l.sold_out_at, %(now)s) end,
        outcome = case when l.outcome = 'refused' and a.is_try then 'none' else l.outcome end
    from held join json_to_recordset(%(notes)s)
        as a (id bigint, version bigint, content text, offer text, prices text, wanted bool, day date,
            is_try bool, is_sold_out bool)
        on a.id = held.id
    where l.id = held.id and {locks.STAMP} = %(stamp)s returning l.id, l.version, l.outcome, {locks.STAMP}""",
    {"ids": "bigint[]", "lease": "uuid", "stamp": "text", "notes": "json", "now": "timestamptz"},
)


def prepare(claimed: Claim, works: list[Work]) -> list[Work]:
    """Note what is about to be sent under which version; rows that changed since they were read drop out.

    The others' rows are what the database holds from then on.
    """
    for work in works:
        row = work.row
        if row.sent_version == row.version and work.noted != (row.sent_hash, row.sent_offer_hash):
            work.version = row.version + 1
    notes = [
        {
            "id": work.row.pk, "version": work.version, "content": work.noted[0], "offer": work.noted[1],
            "wanted": work.content is not None or work.refusal is not None, "day": work.link_day,
            "is_try": work.is_try, "is_sold_out": work.is_sold_out, "prices": work.noted_prices,
        }
        for work in works
    ]  # fmt: skip
    with one_write(is_several=any(work.awaited for work in works)):
        noted = _NOTE.rows(
            ids=[note["id"] for note in notes],
            lease=claimed.lease,
            stamp=claimed.stamp,
            notes=orjson.dumps(notes).decode(),
            now=timezone.now(),
        )
        kept = {pk: left for pk, *left in noted}
        works = [work for work in works if work.row.pk in kept]
        for work in works:
            work.row.version, work.row.outcome, work.stamp = kept[work.row.pk]
        _leave_behind([work for work in works if work.awaited and work.action != "nothing"])
    return works


def _leave_behind(works: list[Work]) -> None:
    """What is overtaken before its receipt came leaves it open what the partner holds."""
    if not works:
        return
    for work in works:
        work.row.confirmed_offer_hash = "?"
        if work.awaited.kind != "offer":
            work.row.confirmed_hash = "?"
    rows = [work.row for work in works]
    Receipt.objects.filter(listing__in=rows).delete()
    Listing.objects.bulk_update(rows, ["confirmed_hash", "confirmed_offer_hash"])
