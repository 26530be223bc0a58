"""Keep the states of items in a partner's feed (writes).

Each change takes the next number of the feed, under the lock of its row: what a reader has seen up to a
number is all that there is up to it. Bytes are made later, by `partners.pull_feed.build`.
"""

from django.db import transaction
from django.utils import timezone

from partners import locks
from partners.connectors.connector import Answer, Item, Result
from partners.desired import canonical, digest_of
from partners.models import Feed, FeedItem
from partners.pull_feed.shelves import Shelves

FIELDS = [
    "version", "sequence", "page", "content", "offer", "content_digest", "offer_digest", "removed_at",
]  # fmt: skip


def upsert(partner_id: int, items: list[Item]) -> list[Answer]:
    """Keep content and offer of each; the newest version wins."""
    return _take(partner_id, items, "upsert")


def offer(partner_id: int, items: list[Item]) -> list[Answer]:
    """Keep the offers of items that are in the feed."""
    return _take(partner_id, items, "offer")


def withdraw(partner_id: int, items: list[Item]) -> list[Answer]:
    """Leave a tombstone of each, also of what was not there: the mall may show it nevertheless."""
    return _take(partner_id, items, "withdraw")


def _take(partner_id: int, items: list[Item], kind: str) -> list[Answer]:
    Feed.objects.get_or_create(partner_id=partner_id)
    with transaction.atomic():
        feed = locks.feed(partner_id)
        rows = FeedItem.objects.filter(feed=feed, out_id__in=[item.out_id for item in items])
        held = {row.out_id: row for row in rows}
        categories = {item.content["category"] for item in items if item.content}
        shelves = Shelves(feed, {row.page_id for row in held.values()}, categories)
        answers, changed = [], {}
        for item in items:
            row = held.get(item.out_id)
            if refusal := _refusal(item, row, kind):
                answers.append(refusal)
                continue
            row = held[item.out_id] = row or FeedItem(feed=feed, out_id=item.out_id)
            feed.sequence += 1
            row.sequence, row.version = feed.sequence, item.version
            _write(row, item, kind, shelves)
            changed[item.out_id] = row
            answers.append(Answer(item.out_id, Result.ACCEPTED))
        shelves.save()
        FeedItem.objects.bulk_create(
            changed.values(), update_conflicts=True, unique_fields=["feed", "out_id"], update_fields=FIELDS
        )
        Feed.objects.filter(pk=feed.pk).update(sequence=feed.sequence)
    return answers


def _refusal(item: Item, row: FeedItem | None, kind: str) -> Answer | None:
    """What there is to say of an item that changes nothing, or None."""
    if row and item.version <= row.version:
        if item.version == row.version and _is_held(item, row, kind):
            return Answer(item.out_id, Result.REPEATED)
        return Answer(item.out_id, Result.STALE, held_version=row.version)
    if kind == "offer" and (row is None or row.removed_at):
        return Answer(item.out_id, Result.REFUSED, code="UNKNOWN_ITEM", field="out_id")
    return None


def _is_held(item: Item, row: FeedItem, kind: str) -> bool:
    if kind == "withdraw":
        return row.removed_at is not None
    parts = {"upsert": ("content", "offer"), "offer": ("offer",)}[kind]
    return all(canonical(getattr(item, part)) == getattr(row, part) for part in parts)


def _write(row: FeedItem, item: Item, kind: str, shelves: Shelves) -> None:
    if kind == "withdraw":
        shelves.take_off(row)
        row.content = row.offer = row.content_digest = row.offer_digest = ""
        row.removed_at = timezone.now()
        return
    if kind == "upsert":
        row.content = canonical(item.content)
        row.content_digest = digest_of(row.content)
        shelves.put(row, item.content["category"])
        row.removed_at = None
    else:
        shelves.touch(row)
    row.offer = canonical(item.offer)
    row.offer_digest = digest_of(row.offer)
