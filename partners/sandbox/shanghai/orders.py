"""Orders of the mall's shoppers, dropped as files (the contract's section 8)."""

import json

from partners.sandbox.shanghai import files, items
from partners.sandbox.shanghai.folders import drop
from partners.sandbox.stand import orderbook

ADDRESSES = [
    ("上海市", "上海市", "浦东新区", "陆家嘴街道", "310115", "世纪大道 88 号 3102", "200120"),
    ("上海市", "上海市", "徐汇区", "湖南路街道", "310104", "淮海中路 1325 号 602", "200031"),
    ("江苏省", "苏州市", "姑苏区", "平江街道", "320508", "临顿路 99 号", "215005"),
    ("浙江省", "杭州市", "西湖区", "翠苑街道", "330106", "文三路 478 号 1-1201", "310012"),
]


def place(mall, chosen):
    """A shopper buys. `chosen`: [(out_id, out_sku_id or None, quantity)]. The order, in a file of its own."""
    items.publish(mall)
    with mall.state.write():
        lines = [orderbook.line(_skus(mall.state, out_id), out_id, *more) for out_id, *more in chosen]
        order = orderbook.place(mall.state, prefix="PJO", lines=lines, addresses=ADDRESSES)
        order["file"] = drop(mall, "orders", files.of_orders([order]))
    return order


def cancel(mall, order_id):
    """A shopper calls the order off, as long as the supplier has not answered it."""
    with mall.state.write():
        drop(mall, "orders", files.of_orders([orderbook.cancel(mall.state, order_id)]))


def mend(mall, order_id):
    """The operator mends an order that nobody could read: it is dropped anew."""
    with mall.state.write():
        drop(mall, "orders", files.of_orders([orderbook.mend(mall.state, order_id)]))


def _skus(state, out_id):
    row = state.row(f"select * from items where out_id = ? and {items.ON_PAGE}", out_id)
    return json.loads(row["shown_offer"])["skus"] if row else []
