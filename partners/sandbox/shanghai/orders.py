"""Orders of the mall's shoppers: dropped as files, answered by files (the contract's sections 8 to 10)."""

import json
import random
import time

from partners.sandbox.shanghai import files, items
from partners.sandbox.shanghai.signing import sha256
from partners.sandbox.stand.clock import now, stamp
from partners.sandbox.stand.shoppers import shopper

REASONS = ("out_of_stock", "unknown_item", "price_differs", "bad_address", "over_limit")
REFUND_REASONS = ("out_of_stock", "damaged", "lost", "returned", "other")
AT_ONCE = 50
ADDRESSES = [
    ("上海市", "上海市", "浦东新区", "陆家嘴街道", "310115", "世纪大道 88 号 3102", "200120"),
    ("上海市", "上海市", "徐汇区", "湖南路街道", "310104", "淮海中路 1325 号 602", "200031"),
    ("江苏省", "苏州市", "姑苏区", "平江街道", "320508", "临顿路 99 号", "215005"),
    ("浙江省", "杭州市", "西湖区", "翠苑街道", "330106", "文三路 478 号 1-1201", "310012"),
]


class Refusal(Exception):
    """A file of results is refused with a code of the contract's section 3."""

    def __init__(self, code, **more):
        super().__init__(code)
        self.code, self.more = code, more


def place(mall, chosen):
    """A shopper buys. `chosen`: [(out_id, out_sku_id or None, quantity)]. The order, in a file of its own."""
    items.publish(mall)
    state = mall.state
    with state.write():
        number = state.next_number("order")
        lines = [_line(state, place_, *one) for place_, one in enumerate(chosen, start=1)]
        order = {
            "order_id": f"PJO{now():%Y%m%d}{number:06d}",
            "state": "paid",
            "paid_at": stamp(),
            "lines": lines,
            "freight_fen": 0,
            "paid_fen": sum((line["price_fen"] + line["tax_fen"]) * line["quantity"] for line in lines),
            **shopper(random.Random(number), ADDRESSES),
        }
        body = json.dumps(order, ensure_ascii=False)
        state.do("insert into orders (order_id, state, body) values (?, 'paid', ?)", order["order_id"], body)
        order["file"] = drop(mall, files.of_orders([order]))
    return order


def drop(mall, body):
    """Put a file in the folder; its name."""
    number = mall.state.next_number("file")
    name = f"orders-{number:06d}.csv"
    sql = "insert into files values (?, ?, ?, ?, ?)"
    mall.state.do(sql, number, name, time.time(), body, sha256(body))
    return name


def drop_again(mall, name):
    return drop(mall, mall.state.row("select body from files where name = ?", name)["body"])


def cancel(mall, order_id):
    """A shopper calls the order off, as long as the supplier has not answered it."""
    with mall.state.write():
        _row, order = _order(mall, order_id, "paid")
        _moved(mall, order, "cancelled")
        drop(mall, files.of_orders([order]))


def listing(mall, since, after):
    sql = "select name from files where at >= ? and name > ? order by name limit ?"
    return "".join(f"{row['name']}\n" for row in mall.state.rows(sql, since, after, AT_ONCE))


def file(mall, name):
    """A file, or the digest beside it; None when there is none."""
    row = mall.state.row("select * from files where name = ?", name.removesuffix(".sha256"))
    if row is None:
        return None
    return f"{row['digest']}  {row['name']}\n".encode() if name.endswith(".sha256") else row["body"]


def results(mall, name, raw):
    """Take a file of results, whole or not at all; the number of its rows."""
    digest = sha256(raw)
    with mall.state.write():
        known = mall.state.row("select * from results where name = ?", name)
        if known is not None and known["digest"] != digest:
            raise Refusal("NAME_TAKEN")
        if known is None:
            rows = files.of_results(name, raw)
            KINDS[name.partition("-")[0]](mall, rows)
            mall.state.do("insert into results values (?, ?, ?)", name, digest, len(rows))
            return len(rows)
        return known["rows"]


def _answers(mall, rows):
    for number, row in enumerate(rows, start=2):
        held, order = _order(mall, row["order_id"])
        if row["answer"] == "confirmed":
            if held["state"] in ("confirmed", "shipped") and held["number"] == row["number"]:
                continue
            _only(held, "paid")
            mall.state.do("update orders set number = ? where order_id = ?", row["number"], row["order_id"])
        elif row["answer"] == "refused" and row["reason"] in REASONS:
            if held["state"] == "refused":
                continue
            _only(held, "paid")
            said = f"{row['reason']}: {row['text']}"
            mall.state.do("update orders set refusal = ? where order_id = ?", said, row["order_id"])
        else:
            raise files.BadFile(number, "answer")
        _moved(mall, order, row["answer"])


def _parcels(mall, rows):
    parcels = {}
    for row in rows:
        key = (row["order_id"], row["parcel_no"])
        names = ("parcel_no", "carrier", "tracking_number", "shipped_at")
        parcel = parcels.setdefault(key, {name: row[name] for name in names} | {"lines": []})
        parcel["lines"].append({"out_sku_id": row["out_sku_id"], "quantity": int(row["quantity"])})
    for (order_id, parcel_no), parcel in parcels.items():
        held, order = _order(mall, order_id, "confirmed", "shipped")
        all_of_it = json.loads(held["parcels"]) | {parcel_no: parcel}
        text = json.dumps(all_of_it, ensure_ascii=False)
        mall.state.do("update orders set parcels = ? where order_id = ?", text, order_id)
        _moved(mall, order, "shipped")


def _refunds(mall, rows):
    groups = {}
    for number, row in enumerate(rows, start=2):
        if row["reason"] not in REFUND_REASONS:
            raise files.BadFile(number, "reason")
        line = [row["out_sku_id"], int(row["quantity"]), files.fen(row["amount"], number, "amount")]
        key = (row["order_id"], row["refund_no"], files.fen(row["total"], number, "total"))
        groups.setdefault(key, []).append(line)
    for (order_id, refund_no, total), lines in groups.items():
        if total != sum(line[2] for line in lines):
            raise files.BadFile(2, "total")
        _refund(mall, order_id, refund_no, total, sorted(lines))


def _refund(mall, order_id, refund_no, total, lines):
    held, order = _order(mall, order_id)
    sql = "select body from refunds where order_id = ? and refund_no = ?"
    known = mall.state.row(sql, order_id, refund_no)
    if known is not None:
        if json.loads(known["body"]) != lines:
            raise Refusal("REFUND_CONFLICT")
        return
    _only(held, "confirmed", "shipped")
    left = {}
    for line in order["lines"]:
        left[line["out_sku_id"]] = left.get(line["out_sku_id"], 0) + line["quantity"]
    earlier = mall.state.rows("select body from refunds where order_id = ?", order_id)
    for sku, quantity, _fen in [one for row in earlier for one in json.loads(row["body"])] + lines:
        left[sku] = left.get(sku, 0) - quantity
    back = order.get("refunded_fen", 0) + total
    if back > order["paid_fen"] or min(left.values()) < 0:
        raise Refusal("REFUND_CONFLICT")
    mall.state.do("insert into refunds values (?, ?, ?, ?)", order_id, refund_no, total, json.dumps(lines))
    order["refunded_fen"] = back
    _moved(mall, order, "refunded" if back == order["paid_fen"] else order["state"])


def _faults(mall, rows):
    for row in rows:
        values = (row["file"], int(row["line"]), row["column"], row["code"], row["text"])
        mall.state.do("insert into faulty_rows values (?, ?, ?, ?, ?)", *values)


KINDS = {"answer": _answers, "parcel": _parcels, "refund": _refunds, "faults": _faults}


def _line(state, line_no, out_id, out_sku_id, quantity):
    row = state.row(f"select * from items where out_id = ? and {items.ON_PAGE}", out_id)
    skus = json.loads(row["shown_offer"])["skus"] if row else [{}]
    fitting = [sku for sku in skus if out_sku_id in (None, sku.get("out_sku_id"))] or [{}]
    sku = next((sku for sku in fitting if sku.get("stock", 0) >= quantity), fitting[0])
    return {
        "line_no": line_no,
        "out_id": out_id,
        "out_sku_id": sku.get("out_sku_id") or out_sku_id or "S0",
        "quantity": quantity,
        "price_fen": sku.get("price_fen", 9900),
        "tax_fen": sku.get("tax_fen", 901),
    }


def _order(mall, order_id, *states):
    row = mall.state.row("select * from orders where order_id = ?", order_id)
    if row is None:
        raise Refusal("UNKNOWN_ORDER")
    if states:
        _only(row, *states)
    return row, json.loads(row["body"])


def _only(row, *states):
    if row["state"] not in states:
        raise Refusal("ORDER_STATE", state=row["state"])


def _moved(mall, order, state):
    order["state"] = state
    sql = "update orders set state = ?, body = ? where order_id = ?"
    mall.state.do(sql, state, json.dumps(order, ensure_ascii=False), order["order_id"])
