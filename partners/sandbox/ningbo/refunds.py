"""The contract's section 8: what a shopper asks, the supplier's answer to it, and what goes back."""

from partners.sandbox.ningbo.words import REQUEST_KIND, REQUEST_STATUS, fen, time
from partners.sandbox.stand import orderbook, requestbook


def elements(order):
    """`Requests` of an order, nothing where its shopper asked nothing."""
    asked = [("Request", _request(one)) for one in order.get("requests", [])]
    return [("Requests", asked)] if asked else []


def answer(mall, body):
    """`ORDER_ANSWER`."""
    number = body.findtext("OrderNo", ""), body.findtext("RequestNo", "")
    requestbook.answer(mall.state, *number, body.findtext("Answer"), body.findtext("Text", ""))
    return []


def refund(mall, body):
    """`ORDER_REFUND`."""
    number, lines = body.findtext("OrderNo", ""), body.findall("Lines/Line")
    orderbook.find(mall.state, number)
    figures = [
        [one.findtext("SkuNo"), int(one.findtext("Quantity")), fen(one.findtext("RefundAmount"))]
        for one in lines
    ]
    amount, reason = fen(body.findtext("RefundAmount")), body.findtext("Reason")
    order, is_new = orderbook.refund(
        mall.state, number, body.findtext("RefundNo", ""), amount, reason, figures
    )
    if is_new:
        requestbook.ended_by(mall.state, order, body.findtext("RequestNo", ""))
    return []


def _request(request):
    return [
        ("RequestNo", request["request_no"]),
        ("Kind", REQUEST_KIND[request["kind"]]),
        ("Status", REQUEST_STATUS[request["state"]]),
        ("AskTime", time(request["asked_at"])),
        ("Reason", request["reason"]),
        ("Lines", _lines(request["lines"])),
        ("Received", _lines(request["received"])),
        ("CustomsReturn", "1" if request.get("customs_return") else "0"),
    ]


def _lines(lines):
    return [("Line", [("SkuNo", one["out_sku_id"]), ("Quantity", one["quantity"])]) for one in lines]
