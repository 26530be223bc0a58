"""What the mall publishes: what it shows, and how far it has our feed; sections 5 to 7 of the contract."""

import re

from partners.connectors.connector import RemoteCategory, Shown, in_one
from partners.pull_feed.shown import Places, Told

OUT_ID = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
PLACE = re.compile(r"[A-Za-z0-9_-]{1,60}\Z")


def categories(data: dict) -> list[RemoteCategory]:
    return [
        RemoteCategory(row["code"], row["name"], row["parent"] or "", row["leaf"])
        for row in data["categories"]
    ]


def places(summary: dict) -> tuple[Places, int]:
    """Digests by category and page, and the mall's position."""
    pages = {(str(row["category"]), int(row["page"])): str(row["digest"]) for row in summary["pages"]}
    if not all(PLACE.match(category) for category, _ in pages):
        raise ValueError("category")
    return pages, int(summary["sequence"])


def items(data: dict) -> Told:
    return int(data["sequence"]), [_shown(row) for row in data["items"]]


def _shown(row: dict) -> Shown:
    if not OUT_ID.match(row["out_id"]):
        raise ValueError("out_id")
    refusals = row.get("refusals") or [{}]
    return Shown(
        out_id=row["out_id"],
        remote_id=str(row["item_id"]),
        state=row["state"],
        version=int(row["version"]),
        content_digest=row["content_digest"],
        offer_digest=row["offer_digest"],
        code=str(refusals[0].get("code", "")),
        field=str(refusals[0].get("field", "")),
        text=in_one(str(one.get("message", "")) for one in refusals),
    )
