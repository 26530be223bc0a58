"""The contract's section 7: orders that the mall's own shoppers place, and what the supplier says to them."""

import datetime
import json

from partners.sandbox.igetmall.items import Refusal, publish
from partners.sandbox.igetmall.notices import as_told, tell
from partners.sandbox.stand import orderbook
from partners.sandbox.stand.clock import GMT8

ADDRESSES = [
    ("重庆市", "重庆市", "渝中区", "解放碑街道", "500103", "民权路 28 号 1203", "400010"),
    ("重庆市", "重庆市", "江北区", "观音桥街道", "500105", "建新北路 16 号 8-2", "400020"),
    ("重庆市", "重庆市", "沙坪坝区", "磁器口街道", "500106", "磁横街 5 号", "400030"),
    ("四川省", "成都市", "锦江区", "春熙路街道", "510104", "东大街 99 号 2104", "610021"),
]


def place(mall, chosen):
    """A shopper buys at the mall. `chosen`: [(out_id, out_sku_id or None, quantity)]; the order's body."""
    publish(mall)
    with mall.state.write():
        lines = [orderbook.line(_skus(mall.state, out_id), out_id, *more) for out_id, *more in chosen]
        order = orderbook.place(mall.state, prefix="IGO", lines=lines, addresses=ADDRESSES)
        tell(mall, order)
    return order


def _skus(state, out_id):
    row = state.row("select * from items where out_id = ? and shown_offer is not null", out_id)
    return json.loads(row["shown_offer"])["skus"] if row else []


def number_of(body):
    """The order that a request of the supplier is about."""
    return str(body.get("order_id", ""))


def listing(mall, body):
    size = min(int(body.get("page_size", 50)), 50)
    try:
        since = datetime.datetime.fromisoformat(body.get("since", ""))
        if since.tzinfo is None:
            raise ValueError(since)
    except (TypeError, ValueError):
        raise Refusal("INVALID_PARAMETER", "since 格式不符") from None
    at, cursor = since.astimezone(GMT8).isoformat(timespec="milliseconds"), str(body.get("cursor", ""))
    found, more = orderbook.changed_since(mall.state, at, cursor, size)
    return {"orders": [as_told(order) for order in found], "next_cursor": more}


def confirm(mall, body):
    orderbook.confirm(mall.state, number_of(body), str(body.get("out_order_id", "")))
    return {}


def refuse(mall, body):
    orderbook.refuse(mall.state, number_of(body), body.get("reason"), body.get("message", ""))
    return {}


def ship(mall, body):
    orderbook.ship(mall.state, number_of(body), body.get("parcels", []))
    return {}


def cancel(mall, order_id):
    """A shopper calls the order off, as long as the supplier has not confirmed it."""
    with mall.state.write():
        tell(mall, orderbook.cancel(mall.state, order_id))
