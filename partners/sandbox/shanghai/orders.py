"""Orders of the mall's shoppers: dropped as files, answered by files (the contract's sections 8 to 10)."""

import json
import time

from partners.sandbox.shanghai import files, items
from partners.sandbox.shanghai.signing import sha256
from partners.sandbox.stand import orderbook

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
    with mall.state.write():
        lines = [orderbook.line(_skus(mall.state, out_id), out_id, *more) for out_id, *more in chosen]
        order = orderbook.place(mall.state, prefix="PJO", lines=lines, addresses=ADDRESSES)
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
        drop(mall, files.of_orders([orderbook.cancel(mall.state, order_id)]))


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
        if row["answer"] == "confirmed":
            orderbook.confirm(mall.state, row["order_id"], row["number"])
        elif row["answer"] == "refused" and row["reason"] in orderbook.REASONS:
            orderbook.refuse(mall.state, row["order_id"], row["reason"], row["text"])
        else:
            raise files.BadFile(number, "answer")


def _parcels(mall, rows):
    parcels = {}
    for row in rows:
        key = (row["order_id"], row["parcel_no"])
        names = ("parcel_no", "carrier", "tracking_number", "shipped_at")
        parcel = parcels.setdefault(key, {name: row[name] for name in names} | {"lines": []})
        parcel["lines"].append({"out_sku_id": row["out_sku_id"], "quantity": int(row["quantity"])})
    for (order_id, _parcel_no), parcel in parcels.items():
        orderbook.ship(mall.state, order_id, [parcel])


def _refunds(mall, rows):
    groups = {}
    for number, row in enumerate(rows, start=2):
        if row["reason"] not in orderbook.REFUND_REASONS:
            raise files.BadFile(number, "reason")
        line = [row["out_sku_id"], int(row["quantity"]), files.fen(row["amount"], number, "amount")]
        total = files.fen(row["total"], number, "total")
        key = (row["order_id"], row["refund_no"], total, row["reason"])
        groups.setdefault(key, []).append(line)
    for (order_id, refund_no, total, reason), lines in groups.items():
        if total != sum(line[2] for line in lines):
            raise files.BadFile(2, "total")
        orderbook.refund(mall.state, order_id, refund_no, total, reason, lines)


def _faults(mall, rows):
    for row in rows:
        values = (row["file"], int(row["line"]), row["column"], row["code"], row["text"])
        mall.state.do("insert into faulty_rows values (?, ?, ?, ?, ?)", *values)


KINDS = {"answer": _answers, "parcel": _parcels, "refund": _refunds, "faults": _faults}


def _skus(state, out_id):
    row = state.row(f"select * from items where out_id = ? and {items.ON_PAGE}", out_id)
    return json.loads(row["shown_offer"])["skus"] if row else []
