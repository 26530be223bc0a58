"""The contract's section 7: orders that the mall's own shoppers place, and what the supplier says to them."""

import datetime
import json
import random

from partners.sandbox.igetmall import statements
from partners.sandbox.igetmall.book import find, keep, moved, only
from partners.sandbox.igetmall.items import Refusal, publish
from partners.sandbox.igetmall.notices import tell
from partners.sandbox.stand.clock import GMT8, now
from partners.sandbox.stand.shoppers import shopper

REASONS = ("out_of_stock", "unknown_item", "price_differs", "bad_address", "over_limit")
ADDRESSES = [
    ("重庆市", "重庆市", "渝中区", "解放碑街道", "500103", "民权路 28 号 1203", "400010"),
    ("重庆市", "重庆市", "江北区", "观音桥街道", "500105", "建新北路 16 号 8-2", "400020"),
    ("重庆市", "重庆市", "沙坪坝区", "磁器口街道", "500106", "磁横街 5 号", "400030"),
    ("四川省", "成都市", "锦江区", "春熙路街道", "510104", "东大街 99 号 2104", "610021"),
]


def place(mall, chosen, *, order_id=None, seed=None):
    """A shopper buys at the mall. `chosen`: [(out_id, out_sku_id or None, quantity)]; the order's body."""
    publish(mall)
    state = mall.state
    moment = now().isoformat(timespec="milliseconds")
    with state.write():
        number = state.next_number("order")
        lines = [_line(state, place_, *choice) for place_, choice in enumerate(chosen, start=1)]
        order = {
            "order_id": order_id or f"IGO{now():%Y%m%d}{number:06d}",
            "state": "paid",
            "created_at": moment,
            "paid_at": moment,
            "updated_at": moment,
            "lines": lines,
            "freight_fen": 0,
            "paid_fen": sum((line["price_fen"] + line["tax_fen"]) * line["quantity"] for line in lines),
            "payment": {"payer": "alipay", "number": f"{now():%Y%m%d}{number:012d}"},
            **shopper(random.Random(number if seed is None else seed), ADDRESSES),
        }
        keep(state, order, insert=True)
        tell(mall, order)
    return order


def _line(state, line_no, out_id, out_sku_id, quantity):
    row = state.row("select * from items where out_id = ? and shown_offer is not null", out_id)
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


def listing(mall, body):
    size = min(int(body.get("page_size", 50)), 50)
    try:
        since = datetime.datetime.fromisoformat(body.get("since", "")).astimezone(GMT8)
    except (TypeError, ValueError):
        raise Refusal("INVALID_PARAMETER", "since 格式不符") from None
    after, _, last = str(body.get("cursor", "")).partition("|")
    rows = mall.state.rows(
        "select * from orders where updated_at >= ? and (updated_at, order_id) > (?, ?)"
        " order by updated_at, order_id limit ?",
        since.isoformat(timespec="milliseconds"), after, last, size + 1,
    )  # fmt: skip
    page = rows[:size]
    more = f"{page[-1]['updated_at']}|{page[-1]['order_id']}" if len(rows) > size else ""
    return {"orders": [json.loads(row["body"]) for row in page], "next_cursor": more}


def confirm(mall, body):
    row, order = find(mall, body)
    out_order_id = str(body.get("out_order_id", ""))
    if row["state"] in ("confirmed", "shipped") and row["out_order_id"] == out_order_id:
        return {}
    only(row, "paid")
    mall.state.do("update orders set out_order_id = ? where order_id = ?", out_order_id, order["order_id"])
    moved(mall, order, "confirmed")
    statements.note(mall, order, paid_fen=order["paid_fen"], commission_fen=statements.earned(order))
    return {}


def refuse(mall, body):
    row, order = find(mall, body)
    if body.get("reason") not in REASONS:
        raise Refusal("INVALID_PARAMETER", "reason 不在列表中")
    if row["state"] == "refused":
        return {}
    only(row, "paid")
    refusal = f"{body['reason']}: {body.get('message', '')}"
    mall.state.do("update orders set refusal = ? where order_id = ?", refusal, order["order_id"])
    return moved(mall, order, "refused")


def ship(mall, body):
    row, order = find(mall, body)
    only(row, "confirmed", "shipped")
    parcels = json.loads(row["parcels"])
    for parcel in body.get("parcels", []):
        parcels[str(parcel["parcel_no"])] = parcel
    mall.state.do(
        "update orders set parcels = ? where order_id = ?",
        json.dumps(parcels, ensure_ascii=False),
        order["order_id"],
    )
    moved(mall, order, "shipped")
    statements.note(mall, order)
    return {}


def cancel(mall, order_id):
    """A shopper calls the order off, as long as the supplier has not confirmed it."""
    with mall.state.write():
        row, order = find(mall, {"order_id": order_id})
        only(row, "paid")
        moved(mall, order, "cancelled")
        tell(mall, order)
