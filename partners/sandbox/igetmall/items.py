"""The contract's sections 4 to 6: items as they are sent, held and shown."""

import datetime
import hashlib
import json
import time

from partners.sandbox.igetmall.rules import item_faults
from partners.sandbox.stand import faults
from partners.sandbox.stand.clock import GMT8

CATEGORY = "json_extract(shown_content, '$.category')"
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
SHOWN = "state in ('shown', 'pending') and shown_content is not null"


class Refusal(ValueError):
    """The whole request is refused with a code of the contract's section 3."""

    def __init__(self, code, message="", data=None):
        super().__init__(code)
        self.code, self.message, self.data = code, message, data or {}


def upsert(mall, body):
    return _receive(mall, body, most=50, needs=("content", "offer"))


def offer(mall, body):
    return _receive(mall, body, most=200, needs=("offer",))


def withdraw(mall, body):
    return _receive(mall, body, most=200, needs=())


def _receive(mall, body, *, most, needs):
    items = _listed(body, "items", most)
    losing = faults.use(mall.state, "lose") is not None
    halving = faults.use(mall.state, "half") is not None
    results = []
    for place, item in enumerate(items):
        if halving and place % 2:
            found = [{"code": "REVIEW", "field": "", "message": "人工审核未通过"}]
            results.append(_result(item, "refused", errors=found))
        else:
            results.append(_take(mall, item, needs, losing))
    _remember(mall.state, needs, results)
    return {"results": results}


def _remember(state, needs, results):
    """Keep the newest refusal for the operator, until the item is accepted in a call that says as much."""
    parts, at = "+".join(needs), datetime.datetime.now(GMT8).isoformat(timespec="seconds")
    told = [result for result in results if result["result"] in ("accepted", "refused")]
    newest = {str(result["out_id"])[:40]: result for result in told}
    taken = [out_id for out_id, result in newest.items() if result["result"] == "accepted"]
    sql = (
        "delete from refused where out_id in (select value from json_each(?)) and (parts = ? or ? != 'offer')"
    )
    state.do(sql, _canonical(taken), parts, parts)
    for out_id, result in newest.items():
        if result["result"] == "refused":
            sql = "insert or replace into refused (out_id, parts, at, errors) values (?, ?, ?, ?)"
            state.do(sql, out_id, parts, at, _canonical(result["errors"]))


def _take(mall, item, needs, losing):
    found = item_faults(item, mall.shop_url)
    found += [
        {"code": "INVALID_PARAMETER", "field": part, "message": "缺少内容"}
        for part in needs
        if not isinstance(item.get(part), dict)
    ]
    if found:
        return _result(item, "refused", errors=found)
    state, version = mall.state, item["version"]
    held = state.row("select * from items where out_id = ?", item["out_id"])
    if state.row("select 1 from keys where key = ?", item["key"]):
        return _result(item, "repeated", held)
    if held is None and needs == ("offer",):
        unknown = [{"code": "UNKNOWN_ITEM", "field": "out_id", "message": "商品不存在"}]
        return _result(item, "refused", errors=unknown)
    parts = needs or ("content", "offer")
    newer = [part for part in parts if held is None or version > held[f"{part}_version"]]
    if not newer:
        return _result(item, "stale", held, held_version=max(held[f"{part}_version"] for part in parts))
    state.do("insert into keys values (?)", item["key"])
    if not losing:
        held = _store(mall, item, held, newer, withdrawn=not needs)
    return _result(item, "accepted", held)


def _store(mall, item, held, parts, withdrawn):
    """Write what is new of an item at once; a row with its number."""
    values = {f"{part}_version": item["version"] for part in parts}
    if withdrawn:
        values |= {"state": "withdrawn", "shown_content": None, "shown_offer": None}
        values |= {"shown_content_version": 0, "shown_offer_version": 0}
    else:
        values |= {part: _canonical(item[part]) for part in parts}
        is_away = held is not None and held["state"] in ("withdrawn", "removed")
        if not is_away or "content" in parts:  # an offer alone does not bring an item back
            values |= {"state": "pending", "due": time.time() + mall.index_delay}
    if held is not None:
        sql = f"update items set {', '.join(f'{name} = ?' for name in values)} where out_id = ?"
        mall.state.do(sql, *values.values(), item["out_id"])
        return held
    # a withdrawal of an unknown item is kept too: an older upsert may still be on its way
    values |= {"out_id": item["out_id"], "number": 10_000_000 + mall.state.next_number("item")}
    sql = f"insert into items ({', '.join(values)}) values ({', '.join('?' * len(values))})"
    mall.state.do(sql, *values.values())
    return values


def publish(mall):
    """Put on the page what has been accepted long enough ago."""
    with mall.state.write():
        mall.state.do(
            "update items set state = 'shown', shown_content = content, shown_offer = offer,"
            " shown_content_version = content_version, shown_offer_version = offer_version, shown_at = ?"
            " where state = 'pending' and due <= ?",
            time.time(),
            time.time(),
        )


def get(mall, body):
    out_ids = _listed(body, "out_ids", 100)
    publish(mall)
    marks = ",".join("?" * len(out_ids))
    rows = mall.state.rows(f"select * from items where out_id in ({marks}) order by out_id", *out_ids)
    known = {row["out_id"] for row in rows}
    return {"items": [_view(row) for row in rows], "missing": [i for i in out_ids if i not in known]}


def listing(mall, body):
    size = max(1, min(int(body.get("page_size", 100)), 100))
    publish(mall)
    cursor = str(body.get("cursor", ""))
    where, values = "out_id > ?", [cursor]
    for field, test in (("category", f"{CATEGORY} = ?"), ("first", "out_id >= ?"), ("last", "out_id <= ?")):
        if body.get(field):
            where, values = f"{where} and {test}", [*values, str(body[field])]
    rows = mall.state.rows(f"select * from items where {where} order by out_id limit ?", *values, size + 1)
    page = rows[:size]
    return {
        "items": [_view(row) for row in page],
        "next_cursor": page[-1]["out_id"] if len(rows) > size else "",
    }


def digests(mall, body):
    """Of the categories that are shown, or of the pages of one."""
    publish(mall)
    wanted, size = str(body.get("category", "")), max(1, min(int(body.get("page_size", 100)), 100))
    where, values = (f"{SHOWN} and {CATEGORY} = ?", [wanted]) if wanted else (SHOWN, [])
    columns = f"out_id, {CATEGORY} category, shown_content, shown_offer"
    rows = mall.state.rows(f"select {columns} from items where {where} order by out_id", *values)
    if wanted:
        pages = [rows[start : start + size] for start in range(0, len(rows), size)]
        found = [{"first": page[0]["out_id"], "last": page[-1]["out_id"], **_digest(page)} for page in pages]
        return {"digests": found}
    groups = {}
    for row in rows:
        groups.setdefault(row["category"], []).append(row)
    return {"digests": [{"category": code, **_digest(groups[code])} for code in sorted(groups)]}


def _digest(rows):
    parts = ("shown_content", "shown_offer")
    lines = (" ".join([row["out_id"], *(_sha(row[part]) for part in parts)]) + "\n" for row in rows)
    return {"items": len(rows), "digest": _sha("".join(lines))}


def _sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def staff_edit(mall, out_id, title):
    """The mall's own staff changes a title: what is shown no longer is what was sent."""
    row = mall.state.row("select * from items where out_id = ?", out_id)
    content = json.loads(row["shown_content"]) | {"title": title}
    mall.state.do("update items set shown_content = ? where out_id = ?", _canonical(content), out_id)


def staff_remove(mall, out_id):
    sql = "update items set state = 'removed', shown_content = null, shown_offer = null where out_id = ?"
    mall.state.do(sql, out_id)


def _view(row):
    shown = None
    if row["shown_content"]:
        shown = {
            "content_version": row["shown_content_version"],
            "offer_version": row["shown_offer_version"],
            "at": datetime.datetime.fromtimestamp(row["shown_at"], GMT8).isoformat(timespec="seconds"),
            "content_digest": _sha(row["shown_content"]),
            "offer_digest": _sha(row["shown_offer"]),
        }
    return {
        "out_id": row["out_id"],
        "item_id": f"IG{row['number']}",
        "state": row["state"],
        "content_version": row["content_version"],
        "offer_version": row["offer_version"],
        "shown": shown,
    }


def _result(item, result, held=None, errors=(), **more):
    return {
        "out_id": item.get("out_id"),
        "version": item.get("version"),
        "result": result,
        "item_id": f"IG{held['number']}" if held is not None else "",
        "errors": list(errors),
        **more,
    }


def _listed(body, name, most):
    values = body.get(name)
    if not isinstance(values, list) or not values:
        raise Refusal("INVALID_PARAMETER", f"{name} 不能为空")
    if len(values) > most:
        raise Refusal("TOO_LARGE", f"{name} 最多 {most} 个")
    return values
