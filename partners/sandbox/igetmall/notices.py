"""The contract's section 8: notices of orders to the supplier."""

import hashlib
import json
import secrets
import time
import urllib.parse
import urllib.request

from partners.sandbox.igetmall.signing import sign
from partners.sandbox.stand import faults, orderbook
from partners.sandbox.stand.clock import stamp

REPEATS = (60, 300, 1800)
HELD, HELD_SECONDS = "held", 60  # a notice that waits for the next one, and for how long


def as_told(order):
    """An order as notices and lists tell it."""
    lines = [
        line | ({"price_fen": "?"} if orderbook.is_garbled(order, line) else {}) for line in order["lines"]
    ]
    return {name: value for name, value in order.items() if name not in ("garbled", "before")} | {
        "lines": lines
    }


def tell(mall, order):
    """Have an order told: twice, or behind the next notice, where the operator wants that."""
    state, text = mall.state, json.dumps(as_told(order), ensure_ascii=False)
    if faults.use(state, "order-late") is not None:
        return _queue(state, order["order_id"], text, HELD)
    for _ in range(1 if faults.use(state, "order-twice") is None else 2):
        _queue(state, order["order_id"], text)
    for row in state.rows("select * from notices where answer = ? order by id", HELD):
        state.do("delete from notices where id = ?", row["id"])
        _queue(state, row["order_id"], row["body"])
    mall.notices_due.set()


def _queue(state, order_id, text, answer=""):
    due = time.time() + (HELD_SECONDS if answer else 0)
    state.do(
        "insert into notices (order_id, body, due, answer) values (?, ?, ?, ?)", order_id, text, due, answer
    )


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
