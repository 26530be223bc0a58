"""The contract's sections 7 and 8: orders that the mall's own shoppers place, and notices of them."""

import datetime
import hashlib
import json
import random
import secrets
import time
import urllib.parse
import urllib.request

from partners.sandbox.igetmall.items import Refusal, publish
from partners.sandbox.igetmall.signing import sign
from partners.sandbox.stand.clock import GMT8, now, stamp
from partners.sandbox.stand.shoppers import shopper

REPEATS = (60, 300, 1800)
REASONS = ("out_of_stock", "unknown_item", "price_differs", "bad_address", "over_limit")
REFUND_REASONS = ("out_of_stock", "damaged", "lost", "returned", "other")
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
        _keep(state, order, insert=True)
        _tell(mall, order)
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
    row, order = _order(mall, body)
    out_order_id = str(body.get("out_order_id", ""))
    if row["state"] in ("confirmed", "shipped") and row["out_order_id"] == out_order_id:
        return {}
    _only(row, "paid")
    mall.state.do("update orders set out_order_id = ? where order_id = ?", out_order_id, order["order_id"])
    return _moved(mall, order, "confirmed")


def refuse(mall, body):
    row, order = _order(mall, body)
    if body.get("reason") not in REASONS:
        raise Refusal("INVALID_PARAMETER", "reason 不在列表中")
    if row["state"] == "refused":
        return {}
    _only(row, "paid")
    refusal = f"{body['reason']}: {body.get('message', '')}"
    mall.state.do("update orders set refusal = ? where order_id = ?", refusal, order["order_id"])
    return _moved(mall, order, "refused")


def ship(mall, body):
    row, order = _order(mall, body)
    _only(row, "confirmed", "shipped")
    parcels = json.loads(row["parcels"])
    for parcel in body.get("parcels", []):
        parcels[str(parcel["parcel_no"])] = parcel
    mall.state.do(
        "update orders set parcels = ? where order_id = ?",
        json.dumps(parcels, ensure_ascii=False),
        order["order_id"],
    )
    return _moved(mall, order, "shipped")


def refund(mall, body):
    """The supplier has the mall give money back: once for each `refund_no`, never more than was paid."""
    row, order = _order(mall, body)
    number, fen, figures = _refund_figures(body)
    known = mall.state.row(
        "select body from refunds where order_id = ? and refund_no = ?", order["order_id"], number
    )
    if known is None:
        _only(row, "confirmed", "shipped")
        _room_for(mall, order, fen, figures)
        values = (order["order_id"], number, fen, json.dumps(figures))
        mall.state.do("insert into refunds values (?, ?, ?, ?)", *values)
        order["refunded_fen"] = order.get("refunded_fen", 0) + fen
        _moved(mall, order, "refunded" if order["refunded_fen"] == order["paid_fen"] else order["state"])
    elif json.loads(known["body"]) != figures:
        raise Refusal("REFUND_CONFLICT", "退款编号已用于其他金额", {"left_fen": _left_fen(order)})
    return {"refunded_fen": order["refunded_fen"], "state": order["state"]}


def _refund_figures(body):
    """(number, fen, [[SKU, units, fen]]) of a request that is well formed."""
    number, fen, lines = str(body["refund_no"]), body["refund_fen"], body["lines"]
    figures = sorted([str(one["out_sku_id"]), one["quantity"], one["refund_fen"]] for one in lines)
    whole = all(isinstance(n, int) for _sku, *pair in figures for n in pair)
    whole = whole and all(quantity > 0 and part >= 0 for _sku, quantity, part in figures)
    if not 1 <= len(number) <= 64 or not whole or not isinstance(fen, int) or fen <= 0:
        raise Refusal("INVALID_PARAMETER", "退款参数不符")
    if body.get("reason") not in REFUND_REASONS or fen != sum(one[2] for one in figures):
        raise Refusal("INVALID_PARAMETER", "退款原因或金额合计不符")
    return number, fen, figures


def _room_for(mall, order, fen, figures):
    left = {}
    for line in order["lines"]:
        left[line["out_sku_id"]] = left.get(line["out_sku_id"], 0) + line["quantity"]
    told = mall.state.rows("select body from refunds where order_id = ?", order["order_id"])
    for sku, quantity, _fen in [one for row in told for one in json.loads(row["body"])] + figures:
        left[sku] = left.get(sku, 0) - quantity
    if fen > _left_fen(order) or min(left.values()) < 0:
        raise Refusal("REFUND_CONFLICT", "超出可退金额或数量", {"left_fen": _left_fen(order)})


def _left_fen(order):
    return order["paid_fen"] - order.get("refunded_fen", 0)


def cancel(mall, order_id):
    """A shopper calls the order off, as long as the supplier has not confirmed it."""
    with mall.state.write():
        row, order = _order(mall, {"order_id": order_id})
        _only(row, "paid")
        _moved(mall, order, "cancelled")
        _tell(mall, order)


def _order(mall, body):
    row = mall.state.row("select * from orders where order_id = ?", str(body.get("order_id", "")))
    if row is None:
        raise Refusal("UNKNOWN_ORDER", "订单不存在")
    return row, json.loads(row["body"])


def _only(row, *states):
    if row["state"] not in states:
        raise Refusal("ORDER_STATE", "订单状态不允许该操作", {"state": row["state"]})


def _moved(mall, order, state):
    order |= {"state": state, "updated_at": now().isoformat(timespec="milliseconds")}
    _keep(mall.state, order)
    return {}


def _keep(state, order, insert=False):
    text = json.dumps(order, ensure_ascii=False)
    if insert:
        sql = "insert into orders (state, updated_at, body, order_id) values (?, ?, ?, ?)"
    else:
        sql = "update orders set state = ?, updated_at = ?, body = ? where order_id = ?"
    state.do(sql, order["state"], order["updated_at"], text, order["order_id"])


def _tell(mall, order):
    text = json.dumps(order, ensure_ascii=False)
    sql = "insert into notices (order_id, body, due) values (?, ?, ?)"
    mall.state.do(sql, order["order_id"], text, time.time())
    mall.notices_due.set()


def send_notices(mall):
    """Send what is due (section 8); a notice that fails is repeated after 1, 5 and 30 minutes."""
    for row in mall.state.rows("select * from notices where due <= ? order by id limit 20", time.time()):
        answer = _post(mall, row["body"].encode())
        done = answer == "OK" or row["tries"] >= len(REPEATS)
        due = 1e18 if done else time.time() + REPEATS[row["tries"]]
        with mall.state.write():
            sql = "update notices set tries = tries + 1, due = ?, answer = ? where id = ?"
            mall.state.do(sql, due, answer, row["id"])


def _post(mall, body):
    parameters = {
        "method": "igm.order.changed", "app_key": mall.app_key, "timestamp": stamp(), "v": "1.0",
        "nonce": secrets.token_hex(16), "sign_method": "hmac-sha256",
        "content_sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    parameters["sign"] = sign(parameters, mall.secrets[0])
    url = f"{mall.shop_url}/partners/api/igetmall/?{urllib.parse.urlencode(parameters)}"
    request = urllib.request.Request(
        url, data=body, headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            return str(json.loads(reply.read()).get("code", "?"))
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
