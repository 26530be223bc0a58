"""The contract's section 7: what the supplier has the mall give back to its shopper."""

import json

from partners.sandbox.igetmall import requests, statements
from partners.sandbox.igetmall.book import find, moved, only
from partners.sandbox.igetmall.items import Refusal

REFUND_REASONS = ("out_of_stock", "damaged", "lost", "cancelled", "returned", "other")


def refund(mall, body):
    """The supplier has the mall give money back: once for each `refund_no`, never more than was paid."""
    row, order = find(mall, body)
    number, fen, figures = _refund_figures(body)
    known = mall.state.row(
        "select body from refunds where order_id = ? and refund_no = ?", order["order_id"], number
    )
    if known is None:
        only(row, "confirmed", "shipped")
        _room_for(mall, order, fen, figures)
        lost = statements.lost(order, _given_back(mall, order), figures)
        values = (order["order_id"], number, fen, json.dumps(figures))
        mall.state.do("insert into refunds values (?, ?, ?, ?)", *values)
        order["refunded_fen"] = order.get("refunded_fen", 0) + fen
        requests.refunded(order, body.get("request_no"))
        moved(mall, order, "refunded" if order["refunded_fen"] == order["paid_fen"] else order["state"])
        statements.note(mall, order, refunded_fen=fen, commission_fen=-lost)
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
    for sku, quantity, _fen in _given_back(mall, order) + figures:
        left[sku] = left.get(sku, 0) - quantity
    if fen > _left_fen(order) or min(left.values()) < 0:
        raise Refusal("REFUND_CONFLICT", "超出可退金额或数量", {"left_fen": _left_fen(order)})


def _given_back(mall, order):
    """[[SKU, units, fen]] of all refunds so far."""
    told = mall.state.rows("select body from refunds where order_id = ?", order["order_id"])
    return [one for row in told for one in json.loads(row["body"])]


def _left_fen(order):
    return order["paid_fen"] - order.get("refunded_fen", 0)
