"""HTTP: the open interface at /router/rest, the mall's pages and the operator's desk beside it."""

import datetime
import json
import pathlib
import threading
import time
import urllib.parse
import uuid

from partners.sandbox.igetmall import (
    desk,
    items,
    notices,
    orders,
    pages,
    refunds,
    signing,
    statements,
)
from partners.sandbox.igetmall.categories import TREE
from partners.sandbox.igetmall.faults import FAULTS
from partners.sandbox.igetmall.items import Refusal
from partners.sandbox.igetmall.shopper import SHOPPER
from partners.sandbox.igetmall.tables import SCHEMA
from partners.sandbox.stand import categories, faults, orderbook, requestbook, server
from partners.sandbox.stand.bucket import Bucket
from partners.sandbox.stand.clock import GMT8, stamp
from partners.sandbox.stand.daybook import READY_HOUR
from partners.sandbox.stand.state import State

STATUS = {
    "OK": 200, "INVALID_PARAMETER": 400, "INVALID_SIGNATURE": 401, "INVALID_APP_KEY": 401, "APP_SUSPENDED": 403,
    "TIMESTAMP_EXPIRED": 401, "REPLAYED_NONCE": 401, "UNKNOWN_METHOD": 404, "UNKNOWN_ORDER": 404,
    "ORDER_STATE": 409, "REQUEST_STATE": 409, "STATEMENT_NOT_READY": 409, "REFUND_CONFLICT": 409, "TOO_LARGE": 413, "RATE_LIMITED": 429, "BUSY": 503, "INTERNAL": 500,
}  # fmt: skip
METHODS = {
    "igm.items.upsert": items.upsert,
    "igm.items.offer": items.offer,
    "igm.items.withdraw": items.withdraw,
    "igm.items.get": items.get,
    "igm.items.list": items.listing,
    "igm.items.digests": items.digests,
    "igm.categories.list": lambda mall, body: {"categories": categories.as_list(TREE)},
    "igm.orders.list": orders.listing,
    "igm.orders.confirm": orders.confirm,
    "igm.orders.refuse": orders.refuse,
    "igm.orders.ship": orders.ship,
    "igm.orders.refund": refunds.refund,
    "igm.orders.answer": refunds.answer,
    "igm.statements.get": statements.get,
}
RATE = 20  # calls a second, with a burst of twice as many


class Mall:
    def __init__(
        self, *, state, shop_url, app_key, secrets, index_delay, statements_at=READY_HOUR, rate=RATE
    ):
        self.state = State(state / "igetmall.sqlite3", SCHEMA)
        self.shop_url, self.app_key, self.secrets, self.index_delay = shop_url, app_key, secrets, index_delay
        self.statements_at, self.bucket = statements_at, Bucket(rate, 2 * rate)
        self.notices_due = threading.Event()

    def forget(self):
        self.state.forget()
        self.bucket.fill()

    def keep_noticing(self):
        while True:
            self.notices_due.wait(timeout=2)
            self.notices_due.clear()
            notices.send_notices(self)


def call(mall, parameters, raw):
    """One call of the open interface: (code, message, data)."""
    now = datetime.datetime.now(GMT8) + datetime.timedelta(seconds=faults.use(mall.state, "skew") or 0)
    code = signing.fault(
        parameters, raw, app_key=mall.app_key, secrets=mall.secrets, state=mall.state, now=now
    )
    if code:
        return code, "签名校验未通过", {"now": stamp(now)} if code == "TIMESTAMP_EXPIRED" else {}
    seconds = faults.use(mall.state, "slow")
    if seconds:
        time.sleep(seconds)
    for kind, code in (("suspended", "APP_SUSPENDED"), ("error", "INTERNAL"), ("busy", "BUSY")):
        if faults.use(mall.state, kind) is not None:
            return code, FAULTS[kind], {}
    answer = _answer(mall, parameters["method"], raw)
    faults.spoil(mall.state)
    return answer


def _answer(mall, method, raw):
    if method not in METHODS:
        return "UNKNOWN_METHOD", "方法不存在", {}
    try:
        body = json.loads(raw or b"{}")
        if not isinstance(body, dict):
            raise Refusal("INVALID_PARAMETER", "请求体须为 JSON 对象")
        with mall.state.write():
            return "OK", "", METHODS[method](mall, body)
    except Refusal as refusal:
        return refusal.code, refusal.message, refusal.data
    except orderbook.UnknownOrder:
        return "UNKNOWN_ORDER", "订单不存在", {}
    except orderbook.WrongState as wrong:
        return "ORDER_STATE", "订单状态不允许该操作", {"state": wrong.args[0]}
    except requestbook.Closed as closed:
        return "REQUEST_STATE", "申请状态不允许该操作", {"state": closed.args[0]}
    except orderbook.Conflict as conflict:
        return (
            "REFUND_CONFLICT",
            "超出可退金额或数量，或退款编号已用于其他金额",
            {"left_fen": conflict.args[0]},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return "INVALID_PARAMETER", f"{type(error).__name__}: {error}"[:200], {}


class Handler(server.Handler):
    server_version = "IGetMall"
    web = pathlib.Path(__file__).parent / "web"
    pages, shopper, desk = pages, SHOPPER, desk

    def refuse_size(self):
        self.envelope("TOO_LARGE", "请求体超过 1 MiB", {})

    def receive(self, url, raw):
        if url.path != "/router/rest":
            return self.missing()
        parameters = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        wait, left = self.mall.bucket.wait(self.mall.state)
        extra = {"X-RateLimit-Limit": str(self.mall.bucket.rate), "X-RateLimit-Remaining": str(left)}
        if wait is not None:
            return self.envelope("RATE_LIMITED", "请求过于频繁", {}, extra | {"Retry-After": str(wait)})
        code, message, data = call(self.mall, parameters, raw)
        desk.note(self.mall, parameters.get("method", "?"), code, raw, data)
        return self.envelope(code, message, data, extra)

    def envelope(self, code, message, data, extra=None):
        body = {"code": code, "message": message, "request_id": uuid.uuid4().hex, "data": data}
        self.reply(STATUS[code], "application/json", json.dumps(body, ensure_ascii=False).encode(), extra)
