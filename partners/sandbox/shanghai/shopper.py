"""The mall's own shoppers: their orders with what they may do; what they ask for is dropped as a file."""

import json

from partners.sandbox.shanghai import files, items
from partners.sandbox.shanghai.folders import drop
from partners.sandbox.shanghai.pages import frame
from partners.sandbox.stand.shopper import Shopper


def changed(mall, order, request_no=""):
    """Drop an order that was called off, or the request of that number, or the newest one."""
    with mall.state.write():
        if order["state"] == "cancelled":
            return drop(mall, "orders", files.of_orders([order]))
        found = [one for one in order["requests"] if request_no in ("", one["request_no"])]
        return drop(mall, "requests", files.of_request(order, found[-1]))


def _titles(mall):
    items.publish(mall)
    rows = mall.state.rows(f"select out_id, shown_content from items where {items.ON_PAGE}")
    return {row["out_id"]: json.loads(row["shown_content"])["title"] for row in rows}


SHOPPER = Shopper(frame=frame, titles=_titles, prefix="PJR", changed=changed)
