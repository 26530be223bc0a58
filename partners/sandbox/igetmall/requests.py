"""The contract's section 7: what a shopper asks of an order that is confirmed, and the supplier's answer."""

from partners.sandbox.igetmall.items import Refusal
from partners.sandbox.igetmall.notices import tell
from partners.sandbox.igetmall.orders import number_of
from partners.sandbox.stand import orderbook
from partners.sandbox.stand.clock import now

ASKED_WHILE = {"cancel": ("confirmed", "shipped"), "return": ("shipped",)}
ANSWERS = {"accept": "accepted", "reject": "rejected"}


def ask(mall, order_id, kind, lines=(), reason=""):
    """A shopper wants to cancel or return; `lines`: [(out_sku_id, units)], none of a cancel. The request."""
    with mall.state.write():
        row, order = orderbook.find(mall.state, order_id)
        orderbook.only(row, *ASKED_WHILE[kind])
        requests = order.setdefault("requests", [])
        if any(request["state"] in ("open", "accepted") for request in requests):
            raise Refusal("REQUEST_STATE", "还有未完结的申请", {"state": "open"})
        request = {
            "request_no": f"IGR{now():%Y%m%d}{mall.state.next_number('request'):06d}",
            "kind": kind,
            "state": "open",
            "asked_at": now().isoformat(timespec="milliseconds"),
            "reason": reason,
            "lines": [{"out_sku_id": sku, "quantity": units} for sku, units in lines],
            "received": [],
        }
        requests.append(request)
        _changed(mall, order)
    return request


def withdraw(mall, order_id, request_no):
    """The shopper takes it back, as long as nothing followed from it."""
    with mall.state.write():
        _row, order = orderbook.find(mall.state, order_id)
        request = _request(order, request_no)
        allowed = ("open",) if request["kind"] == "cancel" else ("open", "accepted")
        _turn(request, "withdrawn", *allowed)
        _changed(mall, order)


def receive(mall, order_id, request_no, units=None, customs_return=False):
    """The depot has the goods of a return: all of them, or so many units of each SKU."""
    with mall.state.write():
        _row, order = orderbook.find(mall.state, order_id)
        request = _request(order, request_no)
        _turn(request, "received", "accepted")
        request["received"] = [
            {"out_sku_id": line["out_sku_id"], "quantity": min(line["quantity"], units or line["quantity"])}
            for line in request["lines"]
        ]
        request["customs_return"] = customs_return
        _changed(mall, order)


def answer(mall, body):
    """`igm.orders.answer`: the supplier's, the same one as often as it likes."""
    _row, order = orderbook.find(mall.state, number_of(body))
    request = _request(order, body.get("request_no"))
    said = ANSWERS.get(body.get("answer"))
    if said is None or len(str(body.get("message", ""))) > 200:
        raise Refusal("INVALID_PARAMETER", "answer 或 message 不符")
    if request.get("answer") == said:
        return {"state": request["state"]}
    _turn(request, said, "open")
    request |= {"answer": said, "message": str(body.get("message", ""))}
    orderbook.move(mall.state, order, order["state"])
    return {"state": said}


def refunded(mall, order, request_no):
    """A refund that answers a request ends it."""
    if request_no:
        request = _request(order, request_no)
        if request["state"] != "refunded":
            _turn(request, "refunded", "accepted", "received")
            orderbook.move(mall.state, order, order["state"])


def _request(order, request_no):
    found = [one for one in order.get("requests", []) if one["request_no"] == request_no]
    if not found:
        raise Refusal("INVALID_PARAMETER", "没有这个申请")
    return found[0]


def _turn(request, state, *allowed):
    if request["state"] not in allowed:
        raise Refusal("REQUEST_STATE", "申请状态不允许该操作", {"state": request["state"]})
    request["state"] = state


def _changed(mall, order):
    orderbook.move(mall.state, order, order["state"])
    tell(mall, order)
