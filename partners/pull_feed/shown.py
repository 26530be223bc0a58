"""What a mall that reads our feed says that it shows, held against what it can know by now.

How a mall says it is its connector's business: it gives the mall's position in the feed with its rows.
"""

from collections.abc import Callable

from partners.connectors.connector import Page, Shown
from partners.models import Feed, FeedItem, FeedPage

ENOUGH = 1000  # rows of equal pages to give back at once
Told = tuple[int, list[Shown]]  # the mall's position, and what it says it has
Places = dict[tuple[str, int], str]  # digests of what is shown, by category and page of the feed


def look(partner_id: int, out_ids: list[str], ask: Callable[[list[str]], Told]) -> list[Shown]:
    """What the mall has of these. What changed behind its position is pending, and costs no call."""
    known = Feed.objects.filter(partner=partner_id).values_list("mall_sequence", flat=True)
    position, held = known.first() or 0, _held(partner_id, out_ids)
    ahead = {out_id for out_id in held if held[out_id].sequence > position}
    found = [_pending(held[out_id]) for out_id in out_ids if out_id in ahead]
    if asked := [out_id for out_id in out_ids if out_id not in ahead]:
        found += _as_far_as_read(ask(asked), held, _pending)
    return found


def walk(
    partner_id: int, cursor: str, theirs: Places, position: int, page: Callable[[str, int], Told]
) -> Page:
    """All that the mall has, page by page; those with the digest of ours are not read.

    `theirs`, `position`: what it shows, by a summary of its own; `page`: what it has on one of them.
    """
    pages = FeedPage.objects.filter(feed__partner=partner_id, listed__gt=0, due_from=None)
    ours = {(page.category, page.number): page for page in pages}
    rows: list[Shown] = []
    for place in sorted(place for place in theirs if place > _place(cursor)):
        mine = ours.get(place)
        is_equal = mine is not None and mine.digest == theirs[place]
        rows += _as_we_have(mine, position) if is_equal else _read(partner_id, page(*place))
        if rows and (not is_equal or len(rows) >= ENOUGH):
            return Page(rows, f"{place[0]}/{place[1]}")
    return Page(rows)


def _read(partner_id: int, told: Told) -> list[Shown]:
    held = _held(partner_id, [row.out_id for row in told[1]])
    return _as_far_as_read(told, held, _in_passing)


def _held(partner_id: int, out_ids: list[str]) -> dict[str, FeedItem]:
    rows = FeedItem.objects.filter(feed__partner=partner_id, out_id__in=out_ids)
    return {row.out_id: row for row in rows.defer("content", "offer")}


def _as_far_as_read(told: Told, held: dict[str, FeedItem], ahead: Callable[[FeedItem], Shown]) -> list[Shown]:
    """`ahead`: what is said of an item of which the mall has not read the newest state."""
    position, rows = told
    ours = [held.get(row.out_id) for row in rows]
    return [
        ahead(item) if item and item.sequence > position else row
        for row, item in zip(rows, ours, strict=True)
    ]


def _place(cursor: str) -> tuple[str, int]:
    category, _, number = cursor.rpartition("/")
    return (category, int(number)) if number.isdecimal() else ("", 0)


def _as_we_have(page: FeedPage, position: int) -> list[Shown]:
    rows = page.rows.defer("content", "offer").order_by("out_id")
    return [
        _pending(row)
        if row.sequence > position
        else Shown(row.out_id, "", "shown", row.version, row.content_digest, row.offer_digest)
        for row in rows
    ]


def _pending(row: FeedItem) -> Shown:
    return Shown(row.out_id, "", "pending", row.version)


def _in_passing(row: FeedItem) -> Shown:
    """In a pass what is withdrawn and not read yet is neither extra nor strange."""
    return Shown(row.out_id, "", "withdrawn" if row.removed_at else "pending", row.version)
