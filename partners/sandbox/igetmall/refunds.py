"""The contract's section 7: what the supplier has the mall give back to its shopper."""

from partners.sandbox.igetmall import requests, statements
from partners.sandbox.igetmall.orders import number_of
from partners.sandbox.stand import orderbook

REASONS = ("out_of_stock", "damaged", "lost", "cancelled", "returned", "other")


def refund(mall, body):
    """The supplier has the mall give money back: once for each `refund_no`, never more than was paid."""
    order_id, number, fen = number_of(body), str(body["refund_no"]), body["refund_fen"]
    figures = [[str(one["out_sku_id"]), one["quantity"], one["refund_fen"]] for one in body["lines"]]
    before = orderbook.given_back(mall.state, order_id)
    order, is_new = orderbook.refund(
        mall.state, order_id, number, fen, body.get("reason"), figures, reasons=REASONS
    )
    if is_new:
        requests.refunded(mall, order, body.get("request_no"))
        lost = statements.lost(order, before, figures)
        statements.note(mall, order, refunded_fen=fen, commission_fen=-lost)
    return {"refunded_fen": order["refunded_fen"], "state": order["state"]}
