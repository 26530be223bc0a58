"""The contract's section 7: what goes back to a shopper, and what the supplier answers one."""

from partners.sandbox.igetmall.orders import number_of
from partners.sandbox.stand import orderbook, requestbook


def refund(mall, body):
    """The supplier has the mall give money back: once for each `refund_no`, never more than was paid."""
    number, fen = str(body["refund_no"]), body["refund_fen"]
    figures = [[str(one["out_sku_id"]), one["quantity"], one["refund_fen"]] for one in body["lines"]]
    order, is_new = orderbook.refund(mall.state, number_of(body), number, fen, body.get("reason"), figures)
    if is_new:
        requestbook.ended_by(mall.state, order, body.get("request_no"))
    return {"refunded_fen": order["refunded_fen"], "state": order["state"]}


def answer(mall, body):
    """`igm.orders.answer`."""
    number, text = body.get("request_no"), str(body.get("message", ""))
    order = requestbook.answer(mall.state, number_of(body), number, body.get("answer"), text)
    _order, request = requestbook.find(mall.state, order["order_id"], number)
    return {"state": request["state"]}
