"""Make the bytes of a feed: each changed page, then the manifest of all (writes).

Pages and manifest are made one by one and without the feed's lock, while others write. What makes that right:
a page says up to which change its bytes hold (`built`) and from which on they do not (`due_from`); the
manifest claims no change that some page lacks; bytes it named stay for half an hour after it stopped.
"""

import datetime
import json
from itertools import groupby

from django.db import transaction
from django.db.models import Case, F, Max, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from kmall.page_store import pack
from partners import locks
from partners.desired import digest_of
from partners.models import Feed, FeedItem, FeedPage, FeedPart

PARTS_KEPT = datetime.timedelta(minutes=30)  # the contract's, section 4
TOMBSTONES_KEPT = datetime.timedelta(days=7)


def due_feeds() -> list[int]:
    """Partners whose feed has changed since its bytes were made."""
    feeds = Feed.objects.filter(Q(pages__due_from__isnull=False) | Q(manifest_sequence__lt=F("sequence")))
    return list(feeds.order_by("pk").values_list("partner", flat=True).distinct())


def build(partner_id: int) -> int:
    """Make what has changed. The number of pages made."""
    feed = Feed.objects.only("pk").get(partner=partner_id)
    due = FeedPage.objects.filter(feed=feed, due_from__isnull=False).order_by("due_from")
    pages = list(due)
    for page in pages:
        _make(page)
    publish(feed.pk)
    return len(pages)


def publish(feed_id: int) -> None:
    """Make the manifest of what pages have bytes for, unless a newer one is there."""
    sequence = Feed.objects.values_list("sequence", flat=True).get(pk=feed_id)  # before the pages
    pages = list(FeedPage.objects.filter(feed=feed_id))
    missing = [page.due_from for page in pages if page.due_from is not None]
    sequence = min([sequence, *(first - 1 for first in missing)])
    text = manifest(Feed.objects.select_related("partner").get(pk=feed_id).partner.code, sequence, pages)
    listed = [page.part for page in pages if page.listed]
    with transaction.atomic():
        newest = Feed.objects.filter(pk=feed_id, manifest_sequence__lte=sequence)
        fields = {"manifest": pack(text.encode()), "manifest_digest": digest_of(text)}
        if newest.update(manifest_sequence=sequence, **fields):
            parts = FeedPart.objects.filter(feed=feed_id)
            parts.filter(digest__in=listed, dropped_at__isnull=False).update(dropped_at=None)
            parts.filter(dropped_at=None).exclude(digest__in=listed).update(dropped_at=timezone.now())


def manifest(code: str, sequence: int, pages: list[FeedPage]) -> str:
    """The manifest's text. `pages`: all of a feed, by category and number."""
    listed = [page for page in pages if page.listed]
    categories = []
    for category, group in groupby(listed, key=lambda page: page.category):
        of_it = list(group)
        digest = digest_of("".join(f"{page.number}\t{page.digest}\n" for page in of_it))
        categories.append(
            {"category": category, "items": sum(page.listed for page in of_it), "digest": digest}
        )
    whole = {
        "feed": code,
        "sequence": sequence,
        "items": sum(page.listed for page in listed),
        "digest": digest_of("".join(f"{one['category']}\t{one['digest']}\n" for one in categories)),
        "categories": categories,
        "pages": [
            {
                "category": page.category,
                "page": page.number,
                "items": page.listed,
                "digest": page.digest,
                "part": page.part,
                "bytes": page.size,
            }
            for page in listed
        ],
    }
    return json.dumps(whole, separators=(",", ":"))


def line(row: FeedItem, page: str) -> str:
    """An item as it stands in the feed, without a line's end. `page`: where it stands, "" of a tombstone."""
    head = f'{{"out_id":{json.dumps(row.out_id)},"version":{row.version},"sequence":{row.sequence}'
    if row.removed_at:
        return f'{head},"removed":true}}'
    return f'{head},"page":{json.dumps(page)},"content":{row.content},"offer":{row.offer}}}'


def state_line(out_id: str, version: int, content_digest: str, offer_digest: str) -> str:
    """An item's line in the digest of its page."""
    return f"{out_id}\t{version}\t{content_digest}\t{offer_digest}\n"


def prune_all() -> None:
    for partner_id in Feed.objects.values_list("partner", flat=True):
        prune(partner_id)


def prune(partner_id: int) -> None:
    """Forget bytes that nobody can be reading any more, and tombstones that are a week old."""
    now = timezone.now()
    feed = Feed.objects.only("pk").get(partner=partner_id)
    old = FeedPart.objects.filter(feed=feed, dropped_at__lt=now - PARTS_KEPT)
    old.exclude(digest__in=FeedPage.objects.filter(feed=feed).values("part")).delete()
    with transaction.atomic():
        feed = locks.feed(partner_id)
        gone = FeedItem.objects.filter(
            feed=feed, removed_at__lt=now - TOMBSTONES_KEPT, sequence__lte=feed.manifest_sequence
        )
        if oldest := gone.aggregate(last=Max("sequence"))["last"]:
            Feed.objects.filter(pk=feed.pk).update(oldest=Greatest("oldest", oldest))
            gone.delete()


def _make(page: FeedPage) -> None:
    top = Feed.objects.values_list("sequence", flat=True).get(pk=page.feed_id)  # before the items
    rows = sorted(FeedItem.objects.filter(page=page), key=lambda row: row.out_id)
    text = "".join(f"{line(row, str(page))}\n" for row in rows)
    state = "".join(state_line(row.out_id, row.version, row.content_digest, row.offer_digest) for row in rows)
    raw = text.encode()
    part = FeedPart(feed_id=page.feed_id, digest=digest_of(text), body=pack(raw))
    with transaction.atomic():
        FeedPart.objects.bulk_create(
            [part], update_conflicts=True, unique_fields=["feed", "digest"], update_fields=["dropped_at"]
        )  # bytes that were there before and are about to be forgotten are wanted again
        later = When(changed__gt=top, then=Value(top + 1))
        FeedPage.objects.filter(pk=page.pk, built__lte=top).update(
            built=top, listed=len(rows), part=part.digest, digest=digest_of(state), size=len(raw),
            due_from=Case(later, default=None),
        )  # fmt: skip
