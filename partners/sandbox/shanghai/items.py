"""Items as they are kept, judged, shown and told in the export: the contract's sections 4 to 6."""

import json
import time
from itertools import groupby

from partners.sandbox.shanghai.rules import ID, content_faults, offer_faults, sku_ids
from partners.sandbox.shanghai.signing import sha256
from partners.sandbox.stand import faults

ON_PAGE = "shown_content is not null and shown_offer is not null"


def take(mall, item, *, is_held_back=False):
    """Keep a state or a tombstone, unless a newer version is here. What became of it, for the log."""
    state = mall.state
    held = state.row("select * from items where out_id = ?", item["out_id"])
    if held is not None and item["version"] <= held["version"]:
        state.do(
            "update items set sequence = max(sequence, ?) where out_id = ?", item["sequence"], item["out_id"]
        )
        return "known"
    if not ID.match(item["out_id"]):
        return "refused"
    if faults.use(state, "lose") is not None:
        return "lost"
    if held is None:
        number = 20_000_000 + state.next_number("item")
        sql = "insert into items (out_id, number, state) values (?, ?, 'pending')"
        state.do(sql, item["out_id"], number)
    if item.get("removed"):
        withdraw(mall, item["out_id"], item["version"], item["sequence"])
        return "withdrawn"
    return _judge(mall, item, held, is_held_back or faults.use(state, "review") is not None)


def withdraw(mall, out_id, version=None, sequence=None):
    mall.state.do(
        "update items set state = 'withdrawn', next_content = null, next_offer = null, shown_content = null,"
        " shown_offer = null, refusals = '[]', version = coalesce(?, version),"
        " sequence = coalesce(?, sequence) where out_id = ?",
        version, sequence, out_id,
    )  # fmt: skip


def _judge(mall, item, held, is_held_back):
    """Content and offer apart: a part that is refused stays as it was shown before."""
    content, offer = item["content"], item["offer"]
    found = content_faults(content, mall.shop_url) + offer_faults(offer)
    if is_held_back:
        found.append({"part": "content", "code": "REVIEW", "field": "", "message": "人工审核未通过"})
    if not found and sku_ids(content) != sku_ids(offer):
        found = [
            {"part": "content", "code": "BAD_SKUS", "field": "skus", "message": "内容与报价的规格不一致"}
        ]
    bad = {one["part"] for one in found}
    kept = {
        "content": (held and held["shown_content"]) if "content" in bad else canonical(content),
        "offer": (held and held["shown_offer"]) if "offer" in bad else canonical(offer),
    }
    is_whole = kept["content"] is not None and kept["offer"] is not None
    mall.state.do(
        "update items set version = ?, sequence = ?, page = ?, next_content = ?, next_offer = ?,"
        " refusals = ?, state = ?, due = ? where out_id = ?",
        item["version"], item["sequence"], item["page"], kept["content"], kept["offer"],
        json.dumps(found, ensure_ascii=False), "pending" if is_whole else "refused",
        time.time() + mall.index_delay, item["out_id"],
    )  # fmt: skip
    return "refused" if found else "taken"


def publish(mall):
    """Put on the page what has been kept long enough."""
    now = time.time()
    with mall.state.write():
        mall.state.do(
            "update items set state = case when refusals = '[]' then 'shown' else 'refused' end,"
            " shown_content = next_content, shown_offer = next_offer, shown_at = ?"
            " where state = 'pending' and due <= ?",
            now, now,
        )  # fmt: skip


def summary(mall):
    """Digests of what is on the page, by category and page of the feed, and of the whole."""
    publish(mall)
    rows = mall.state.rows(f"select * from items where {ON_PAGE}")
    placed = sorted((*_place(row["page"]), row["out_id"], row) for row in rows)
    pages = []
    for (category, number), group in groupby(placed, key=lambda one: one[:2]):
        lines = [_line(one[3]) for one in group]
        digest = sha256("".join(lines).encode())
        pages.append({"category": category, "page": number, "items": len(lines), "digest": digest})
    categories = []
    for category, group in groupby(pages, key=lambda page: page["category"]):
        of_it = list(group)
        digest = sha256("".join(f"{page['page']}\t{page['digest']}\n" for page in of_it).encode())
        items = sum(page["items"] for page in of_it)
        categories.append({"category": category, "items": items, "digest": digest})
    whole = sha256("".join(f"{one['category']}\t{one['digest']}\n" for one in categories).encode())
    head = {"sequence": mall.position, "items": len(rows), "digest": whole}
    return head | {"categories": categories, "pages": pages}


def page(mall, category, number):
    publish(mall)
    rows = mall.state.rows("select * from items where page = ? order by out_id", f"{category}/{number}")
    return {"sequence": mall.position, "items": [view(row) for row in rows]}


def some(mall, out_ids):
    publish(mall)
    marks = ",".join("?" * len(out_ids))
    rows = mall.state.rows(f"select * from items where out_id in ({marks}) order by out_id", *out_ids)
    return {"sequence": mall.position, "items": [view(row) for row in rows]}


def view(row):
    return {
        "out_id": row["out_id"],
        "item_id": f"PJ{row['number']}",
        "state": row["state"],
        "version": row["version"],
        "content_digest": _digest(row["shown_content"]),
        "offer_digest": _digest(row["shown_offer"]),
        "refusals": json.loads(row["refusals"]),
    }


def staff_edit(mall, out_id, title):
    """The mall's own staff changes a title: what is shown no longer is what was sent."""
    row = mall.state.row("select * from items where out_id = ?", out_id)
    text = canonical(json.loads(row["shown_content"]) | {"title": title})
    mall.state.do("update items set shown_content = ? where out_id = ?", text, out_id)


def staff_remove(mall, out_id):
    sql = "update items set state = 'removed', shown_content = null, shown_offer = null where out_id = ?"
    mall.state.do(sql, out_id)


def canonical(part):
    return json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _digest(text):
    return sha256(text.encode()) if text else ""


def _line(row):
    parts = [_digest(row["shown_content"]), _digest(row["shown_offer"])]
    return "\t".join([row["out_id"], str(row["version"]), *parts]) + "\n"


def _place(page):
    category, _, number = page.rpartition("/")
    return category, int(number or 0)
