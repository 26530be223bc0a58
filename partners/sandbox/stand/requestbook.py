"""What shoppers ask of orders that are confirmed: to call off, to send back; and how each request stands.

A request is a dict in its order, under "requests"; a mall translates it into the words of its own interface.
Each function but `ended_by` opens its own transaction and returns the order as it is then.
"""

from partners.sandbox.stand import orderbook
from partners.sandbox.stand.clock import now

ASKED_WHILE = {"cancel": ("confirmed", "shipped"), "return": ("shipped",)}
ANSWERS = {"accept": "accepted", "reject": "rejected"}
LONGEST_WORD = 200  # of the supplier to the shopper


class UnknownRequest(ValueError):
    """The order has no request of that number."""


class Closed(ValueError):
    """The request stands otherwise: the first argument says how."""


def ask(state, order_id, kind, *, prefix, lines=(), reason=""):
    """A shopper wants to cancel or return. `lines`: [(out_sku_id, units)], none of a cancel."""
    with state.write():
        row, order = orderbook.find(state, order_id)
        orderbook.only(row, *ASKED_WHILE[kind])
        if is_asked(order):
            raise Closed("open")
        request = {
            "request_no": f"{prefix}{now():%Y%m%d}{state.next_number('request'):06d}",
            "kind": kind,
            "state": "open",
            "asked_at": now().isoformat(timespec="milliseconds"),
            "reason": reason,
            "lines": [{"out_sku_id": sku, "quantity": units} for sku, units in lines],
            "received": [],
        }
        order.setdefault("requests", []).append(request)
        return orderbook.move(state, order, order["state"])


def withdraw(state, order_id, request_no):
    """The shopper takes it back, as long as nothing followed from it."""
    with state.write():
        order, request = find(state, order_id, request_no)
        _turn(request, "withdrawn", *(("open",) if request["kind"] == "cancel" else ("open", "accepted")))
        return orderbook.move(state, order, order["state"])


def receive(state, order_id, request_no, units=None, customs_return=False):
    """The depot has the goods of a return: all of them, or so many units of each SKU."""
    with state.write():
        order, request = find(state, order_id, request_no)
        _turn(request, "received", "accepted")
        request["received"] = [
            {"out_sku_id": line["out_sku_id"], "quantity": min(line["quantity"], units or line["quantity"])}
            for line in request["lines"]
        ]
        request["customs_return"] = customs_return
        return orderbook.move(state, order, order["state"])


def answer(state, order_id, request_no, said, text):
    """The supplier's answer, `accept` or `reject`; the same one as often as it likes."""
    if said not in ANSWERS or len(text) > LONGEST_WORD:
        raise ValueError("answer")
    with state.write():
        order, request = find(state, order_id, request_no)
        if request.get("answer") == ANSWERS[said]:
            return order
        _turn(request, ANSWERS[said], "open")
        request |= {"answer": ANSWERS[said], "message": text}
        return orderbook.move(state, order, order["state"])


def ended_by(state, order, request_no):
    """A refund that answers a request ends it; none is named by an empty number."""
    if request_no:
        order, request = find(state, order["order_id"], request_no)
        if request["state"] != "refunded":
            _turn(request, "refunded", "accepted", "received")
            orderbook.move(state, order, order["state"])


def find(state, order_id, request_no):
    """(order, request in it). Raises `UnknownRequest`."""
    _row, order = orderbook.find(state, order_id)
    found = [one for one in order.get("requests", []) if one["request_no"] == request_no]
    if not found:
        raise UnknownRequest(request_no)
    return order, found[0]


def is_asked(order):
    """Whether a request of the order is open; one is at a time."""
    return any(one["state"] in ("open", "accepted") for one in order.get("requests", []))


def may_ask(order, kind):
    return order["state"] in ASKED_WHILE[kind] and not is_asked(order)


def is_back_on_its_way(request):
    """A return that the depot may get."""
    return (request["kind"], request["state"]) == ("return", "accepted")


def _turn(request, state, *allowed):
    if request["state"] not in allowed:
        raise Closed(request["state"])
    request["state"] = state
