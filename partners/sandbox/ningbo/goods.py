"""Goods as they are applied, kept and shown (sections 4 and 6)."""

import time
import xml.etree.ElementTree as ET

from partners.sandbox.ningbo.messages import Refusal, digest
from partners.sandbox.ningbo.rules import findings

SHOWN = "state in ('shown', 'queued') and shown_content is not null"
NEEDS = {"GOODS_PUT": ("Content", "Offer"), "OFFER_PUT": ("Offer",), "GOODS_OFF": ()}
PAGE, MOST_ASKED = 50, 50


def apply(mall, kind, entry, fault):
    """Work in one `Goods`: what its receipt says, as [name, text] pairs, or None where it says nothing."""
    if fault == "vanish":
        return None
    found = next(findings(entry, mall.shop_url), None) or next(_missing(kind, entry), None)
    if fault == "half" and not found:
        found = ("4120", "", "人工审核未通过")
    number = entry.findtext("GoodsNo", "")
    if found:
        return _item(entry, "refused", [("Code", found[0]), ("Field", found[1]), ("Text", found[2])])
    state, version = mall.state, int(entry.findtext("Version"))
    held = state.row("select * from goods where goods_no = ?", number)
    if held is None and kind == "OFFER_PUT":
        return _item(entry, "refused", [("Code", "4113"), ("Field", "GoodsNo"), ("Text", "货号不存在")])
    parts = [name.lower() for name in NEEDS[kind] or ("Content", "Offer")]
    newer = [part for part in parts if held is None or version > held[f"{part}_version"]]
    if not newer:
        highest = max(held[f"{part}_version"] for part in parts)
        if version == highest:
            return _item(entry, "repeated", [("GoodsId", goods_id(held))])
        return _item(entry, "stale", [("HeldVersion", str(highest))])
    if fault != "lose":
        _store(mall, entry, held, newer, is_off=kind == "GOODS_OFF")
    row = state.row("select * from goods where goods_no = ?", number)
    return _item(entry, "applied", [("GoodsId", goods_id(row) if row else "N0")])


def goods_id(row):
    return f"N{row['number']}"


def publish(mall):
    """Put on the page what was applied long enough ago."""
    sql = "select goods_no, content from goods where state = 'queued' and due <= ?"
    for row in mall.state.rows(sql, time.time()):
        category = ET.fromstring(row["content"]).findtext("CategoryCode")
        mall.state.do(
            "update goods set state = 'shown', shown_content = content, shown_offer = offer,"
            " shown_category = ?, shown_at = ? where goods_no = ?",
            category, time.time(), row["goods_no"],
        )  # fmt: skip


def query(mall, body):
    asked = [one.text or "" for one in body.findall("GoodsNo")]
    if not 1 <= len(asked) <= MOST_ASKED:
        raise Refusal("1006" if asked else "1001")
    marks = ",".join("?" * len(asked))
    rows = mall.state.rows(f"select * from goods where goods_no in ({marks}) order by goods_no", *asked)
    return [_view(row) for row in rows]


def listing(mall, body):
    where, values = "goods_no > ?", [body.findtext("After", "")]
    if code := body.findtext("CategoryCode", ""):
        where += f" and {SHOWN} and shown_category = ? and goods_no between ? and ?"
        values += [code, body.findtext("First", ""), body.findtext("Last", "")]
    rows = mall.state.rows(f"select * from goods where {where} order by goods_no limit ?", *values, PAGE + 1)
    page = rows[:PAGE]
    return [*map(_view, page), ("Next", page[-1]["goods_no"] if len(rows) > PAGE else "")]


def staff_edit(mall, number, name):
    """The mall's own staff changes a name: what is shown no longer is what was sent."""
    row = mall.state.row("select * from goods where goods_no = ?", number)
    content = ET.fromstring(row["shown_content"])
    content.find("GoodsName").text = name
    text = ET.tostring(content, encoding="unicode")
    mall.state.do("update goods set shown_content = ? where goods_no = ?", text, number)


def staff_remove(mall, number):
    sql = "update goods set state = 'removed', shown_content = null, shown_offer = null where goods_no = ?"
    mall.state.do(sql, number)


def _store(mall, entry, held, parts, is_off):
    state, number = mall.state, entry.findtext("GoodsNo")
    if held is None:  # what is taken off without being held is kept too: an older message may still come
        goods_number = 10_000_000 + state.next_number("goods")
        state.do("insert into goods (goods_no, number, state) values (?, ?, 'off')", number, goods_number)
    for part in parts:
        sql = f"update goods set {part}_version = ? where goods_no = ?"
        state.do(sql, int(entry.findtext("Version")), number)
        if not is_off:
            text = ET.tostring(entry.find(part.title()), encoding="unicode").strip()
            state.do(f"update goods set {part} = ? where goods_no = ?", text, number)
    if is_off:
        sql = "update goods set state = 'off', shown_content = null, shown_offer = null where goods_no = ?"
        state.do(sql, number)
    elif "content" in parts or held["state"] in ("queued", "shown"):  # an offer alone brings nothing back
        due = time.time() + mall.index_delay
        state.do("update goods set state = 'queued', due = ? where goods_no = ?", due, number)


def _missing(kind, entry):
    for part in NEEDS[kind]:
        if entry.find(part) is None:
            yield "4109", part, "缺少内容"


def _view(row):
    return (
        "Goods",
        [
            ("GoodsNo", row["goods_no"]),
            ("GoodsId", goods_id(row)),
            ("State", row["state"]),
            ("Version", str(max(row["content_version"], row["offer_version"]))),
            ("ContentDigest", digest(row["shown_content"])),
            ("OfferDigest", digest(row["shown_offer"])),
        ],
    )


def _item(entry, result, more):
    head = [("GoodsNo", entry.findtext("GoodsNo", "")), ("Version", entry.findtext("Version", ""))]
    return [*head, ("Result", result), *more]
