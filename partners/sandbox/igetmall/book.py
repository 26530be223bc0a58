"""The mall's book of orders: an order is found, required to be in a state, changed and kept."""

import datetime
import json

from partners.sandbox.igetmall.items import Refusal
from partners.sandbox.stand.clock import now

TICK = datetime.timedelta(milliseconds=1)


def find(mall, body):
    row = mall.state.row("select * from orders where order_id = ?", str(body.get("order_id", "")))
    if row is None:
        raise Refusal("UNKNOWN_ORDER", "订单不存在")
    return row, json.loads(row["body"])


def only(row, *states):
    if row["state"] not in states:
        raise Refusal("ORDER_STATE", "订单状态不允许该操作", {"state": row["state"]})


def moved(mall, order, state):
    """Keep an order in its state, with an `updated_at` that is later than any before."""
    before = datetime.datetime.fromisoformat(order["updated_at"])
    order |= {"state": state, "updated_at": max(now(), before + TICK).isoformat(timespec="milliseconds")}
    keep(mall.state, order)
    return {}


def keep(state, order, insert=False):
    text = json.dumps(order, ensure_ascii=False)
    if insert:
        sql = "insert into orders (state, updated_at, body, order_id) values (?, ?, ?, ?)"
    else:
        sql = "update orders set state = ?, updated_at = ?, body = ? where order_id = ?"
    state.do(sql, order["state"], order["updated_at"], text, order["order_id"])
