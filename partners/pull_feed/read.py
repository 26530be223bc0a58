"""What a mall reads of its feed: ready bytes, in a fixed number of queries whatever the feed's size."""

import datetime
import json
from dataclasses import dataclass
from functools import lru_cache

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from kmall.page_store import pack, unpack
from partners import locks, wake
from partners.desired import digest_of
from partners.models import Feed, FeedItem, FeedPart, Listing
from partners.pull_feed.build import line, publish

MOST_CHANGES = 500
PARTS_IN_MEMORY = 200  # of about 50 kB
NOTED_EVERY = datetime.timedelta(minutes=1)  # that the mall asks, which it may do every few seconds
SOON = datetime.timedelta(seconds=0.4)  # what the mall keeps it is about to show


class TooFarBehind(Exception):
    """What changed since then is not known one by one any more: the full feed has to be taken."""


@dataclass(frozen=True)
class Ready:
    """An answer's body: gzip, and the digest of what it is before compression."""

    digest: str
    zipped: bytes
    items: int  # in it; of the manifest, in all of its pages
    kind: str = "application/json"


def manifest(partner_id: int) -> Ready:
    """The newest list of pages."""
    columns = ("asked_at", "manifest_digest", "manifest")
    feeds = Feed.objects.filter(partner=partner_id)
    found = feeds.exclude(manifest_digest="").values_list(*columns).first()
    if found is None:
        publish(Feed.objects.get_or_create(partner_id=partner_id)[0].pk)
        found = feeds.values_list(*columns).get()
    asked_at, digest, zipped = found
    _note_asking(feeds, asked_at)
    return Ready(digest, bytes(zipped), json.loads(unpack(zipped))["items"])


@lru_cache(maxsize=PARTS_IN_MEMORY)
def part(partner_id: int, digest: str) -> Ready:
    """A page's bytes: under one digest always the same, so they are kept in memory.

    Raises `FeedPart.DoesNotExist`.
    """
    body = FeedPart.objects.values_list("body", flat=True).get(feed__partner=partner_id, digest=digest)
    zipped = bytes(body)
    return Ready(digest, zipped, unpack(zipped).count(b"\n"), "application/x-ndjson")


def changes(partner_id: int, since: int) -> Ready:
    """Newest states and tombstones of what changed after a number, at most 500. Raises `TooFarBehind`."""
    rows = FeedItem.objects.filter(feed__partner=partner_id, sequence__gt=since).select_related("page")
    rows = list(rows.order_by("sequence")[: MOST_CHANGES + 1])
    # Behind the rows: a tombstone that was forgotten since they were read must not be missed.
    feed = Feed.objects.filter(partner=partner_id).values_list("sequence", "oldest").first() or (0, 0)
    if not feed[1] <= since <= feed[0]:
        raise TooFarBehind
    more, rows = len(rows) > MOST_CHANGES, rows[:MOST_CHANGES]
    last = rows[-1].sequence if rows else since
    lines = ",".join(line(row, str(row.page or "")) for row in rows)
    head = f'{{"from":{since},"to":{last},"more":{str(more).lower()},"changes":['
    text = f"{head}{lines}]}}"
    return Ready(digest_of(text), pack(text.encode()), len(rows))


def mall_keeps(partner_id: int, sequence: int) -> None:
    """Note that the mall says it keeps all up to a number (writes). What it keeps now is looked up soon.

    Of that only what waits for a look is met, be the feed ever so long: after a first full read all of it,
    since nothing else tells that it is shown; later the few that changed.
    """
    now = timezone.now()
    feed = Feed.objects.filter(partner=partner_id)
    columns = ("pk", "asked_at", "mall_sequence")
    pk, asked_at, before = feed.values_list(*columns).first() or (None, now, sequence)
    if before == sequence:
        _note_asking(feed, asked_at)
        return
    feed.update(mall_sequence=sequence, asked_at=now)
    its_number = Concat(Value("P"), Cast(OuterRef("product"), CharField()))  # as `desired.out_id` makes it
    kept = FeedItem.objects.filter(feed=pk, out_id=its_number, sequence__gt=before, sequence__lte=sequence)
    with transaction.atomic():
        rows = locks.listings_waiting_for_a_look(partner_id, now).filter(Exists(kept))
        ids = list(rows.values_list("pk", flat=True))
        Listing.objects.filter(pk__in=ids).update(look_at=now + SOON, looks=0)
    wake.partner(partner_id)


def _note_asking(feed: QuerySet[Feed], asked_at: datetime.datetime | None) -> None:
    """That the mall asks now, unless `asked_at` says so already: see `partners.silence`."""
    now = timezone.now()
    if asked_at is None or now - asked_at > NOTED_EVERY:
        feed.update(asked_at=now)
