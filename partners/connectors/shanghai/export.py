"""What the mall shows, held against what it can know by now. Sections 5 and 6 of the contract."""

import re
from collections.abc import Callable

from partners.connectors.connector import Page, RemoteCategory, Shown, Unknown, in_one
from partners.connectors.shanghai.calls import Calls
from partners.models import Feed, FeedItem, FeedPage

ENOUGH = 1000  # rows of equal pages to give back at once
OUT_ID = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
PLACE = re.compile(r"[A-Za-z0-9_-]{1,60}\Z")


class Export:
    def __init__(self, partner_id: int, calls: Calls):
        self._partner, self._calls = partner_id, calls

    def categories(self) -> list[RemoteCategory]:
        data = self._calls.data("/export/categories")
        return _read(lambda: [_category(row) for row in data["categories"]])

    def look(self, out_ids: list[str]) -> list[Shown]:
        """What the mall has of these. What changed behind its position is pending, and costs no call."""
        known = Feed.objects.filter(partner=self._partner).values_list("mall_sequence", flat=True)
        position = known.first() or 0
        rows = FeedItem.objects.filter(feed__partner=self._partner, out_id__in=out_ids)
        held = {row.out_id: row for row in rows.defer("content", "offer")}
        ahead = {out_id for out_id in held if held[out_id].sequence > position}
        asked = [out_id for out_id in out_ids if out_id not in ahead]
        found = [_pending(held[out_id]) for out_id in out_ids if out_id in ahead]
        if asked:
            data = self._calls.ask("/export/items", {"out_ids": asked})
            found += _read(lambda: _all_shown(data, held, _pending))
        return found

    def walk(self, cursor: str) -> Page:
        """All that the mall has, page by page; those with the digest of ours are not read."""
        theirs, position = _read(lambda: _places(self._calls.data("/export/summary")))
        pages = FeedPage.objects.filter(feed__partner=self._partner, listed__gt=0, due_from=None)
        ours = {(page.category, page.number): page for page in pages}
        rows: list[Shown] = []
        for place in sorted(place for place in theirs if place > _place(cursor)):
            page = ours.get(place)
            is_equal = page is not None and page.digest == theirs[place]
            rows += _as_we_have(page, position) if is_equal else self._page(*place)
            if rows and (not is_equal or len(rows) >= ENOUGH):
                return Page(rows, f"{place[0]}/{place[1]}")
        return Page(rows)

    def _page(self, category: str, number: int) -> list[Shown]:
        data = self._calls.data(f"/export/pages/{category}/{number}")
        out_ids = _read(lambda: [str(row["out_id"]) for row in data["items"]])
        rows = FeedItem.objects.filter(feed__partner=self._partner, out_id__in=out_ids)
        held = {row.out_id: row for row in rows.defer("content", "offer")}
        return _read(lambda: _all_shown(data, held, _in_passing))


def _read(make):
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unknown(f"incomplete answer: {error!r}", status=200) from error


def _category(row: dict) -> RemoteCategory:
    return RemoteCategory(row["code"], row["name"], row["parent"] or "", row["leaf"])


def _places(summary: dict) -> tuple[dict[tuple[str, int], str], int]:
    """Digests by category and page, and the mall's position."""
    pages = {(str(row["category"]), int(row["page"])): str(row["digest"]) for row in summary["pages"]}
    if not all(PLACE.match(category) for category, _ in pages):
        raise ValueError("category")
    return pages, int(summary["sequence"])


def _place(cursor: str) -> tuple[str, int]:
    category, _, number = cursor.rpartition("/")
    return (category, int(number)) if number.isdecimal() else ("", 0)


def _all_shown(data: dict, held: dict[str, FeedItem], ahead: Callable[[FeedItem], Shown]) -> list[Shown]:
    """`ahead`: what is said of an item of which the mall has not read the newest state."""
    position = int(data["sequence"])
    shown = []
    for row in data["items"]:
        ours = held.get(row["out_id"])
        if not OUT_ID.match(row["out_id"]):
            raise ValueError("out_id")
        shown.append(ahead(ours) if ours and ours.sequence > position else _shown(row))
    return shown


def _shown(row: dict) -> Shown:
    refusals = row.get("refusals") or [{}]
    refusal = refusals[0]
    return Shown(
        out_id=row["out_id"],
        remote_id=str(row["item_id"])[:80],
        state=row["state"],
        version=int(row["version"]),
        content_digest=row["content_digest"],
        offer_digest=row["offer_digest"],
        code=str(refusal.get("code", ""))[:60],
        field=str(refusal.get("field", ""))[:60],
        text=in_one(str(one.get("message", "")) for one in refusals),
    )


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
