"""The contract's words for states, times and money, and its codes for what the books of orders refuse."""

import contextlib
import datetime

from partners.sandbox.ningbo.messages import Refusal
from partners.sandbox.ningbo.rules import MONEY
from partners.sandbox.stand import orderbook, requestbook

STATUS = {
    "paid": "10",
    "confirmed": "20",
    "shipped": "30",
    "refused": "40",
    "cancelled": "50",
    "refunded": "60",
}
REQUEST_KIND = {"cancel": "10", "return": "20"}
REQUEST_STATUS = {
    "open": "10",
    "accepted": "20",
    "received": "30",
    "rejected": "40",
    "withdrawn": "50",
    "refunded": "60",
}


@contextlib.contextmanager
def codes():
    """What the books refuse, as a code of the contract's section 3."""
    try:
        yield
    except (orderbook.UnknownOrder, requestbook.UnknownRequest):
        raise Refusal("3001") from None
    except orderbook.WrongState as wrong:
        raise Refusal("3002", body=[("State", STATUS[wrong.args[0]])]) from None
    except orderbook.Conflict:
        raise Refusal("3003") from None
    except requestbook.Closed as closed:
        raise Refusal("3004", body=[("State", REQUEST_STATUS[closed.args[0]])]) from None


def time(iso):
    return f"{datetime.datetime.fromisoformat(iso):%Y%m%d%H%M%S}"


def fen(text):
    """ValueError for what is not yuan with two decimals."""
    if not MONEY.match(text):
        raise ValueError(text)
    return int(text.replace(".", ""))
