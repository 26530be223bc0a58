"""HTTP: the interface at /kj/service, the mall's pages and the operator's desk beside it."""

import pathlib
import time
import urllib.parse

from partners.sandbox.ningbo import (
    categories,
    desk,
    digests,
    goods,
    intake,
    messages,
    orders,
    pages,
    refunds,
    statements,
)
from partners.sandbox.ningbo.messages import Refusal
from partners.sandbox.ningbo.shopper import SHOPPER
from partners.sandbox.ningbo.tables import SCHEMA
from partners.sandbox.ningbo.words import codes
from partners.sandbox.stand import faults, server
from partners.sandbox.stand.daybook import READY_HOUR
from partners.sandbox.stand.state import State

TYPES = {
    "RECEIPT_GET": intake.receipts,
    "GOODS_QUERY": goods.query,
    "GOODS_LIST": goods.listing,
    "DIGEST_LIST": digests.listing,
    "CATEGORY_LIST": categories.listing,
    "ORDER_LIST": orders.listing,
    "ORDER_CONFIRM": orders.confirm,
    "ORDER_REFUSE": orders.refuse,
    "ORDER_SHIP": orders.ship,
    "ORDER_ANSWER": refunds.answer,
    "ORDER_REFUND": refunds.refund,
    "STATEMENT_GET": statements.get,
}


class Mall:
    def __init__(
        self, *, state, shop_url, supplier, secrets, work_delay, index_delay, statements_at=READY_HOUR
    ):
        self.state = State(state / "ningbo.sqlite3", SCHEMA)
        self.shop_url, self.supplier, self.secrets = shop_url, supplier, secrets
        self.work_delay, self.index_delay, self.statements_at = work_delay, index_delay, statements_at

    def forget(self):
        self.state.forget()


def call(mall, parameters, raw):
    """One message: (head, code, text, body of the answer)."""
    head = {}
    try:
        messages.verify(parameters, raw, mall.supplier, mall.secrets)
        head, body = messages.parse(raw)
        messages.check(head, mall.supplier, faults.use(mall.state, "skew") or 0)
        for kind, code in (("suspended", "1007"), ("limited", "2001"), ("busy", "2002")):
            seconds = faults.use(mall.state, kind)
            if seconds is not None:
                wait = [("RetryAfter", max(1, int(seconds or 1)))] if kind == "limited" else []
                raise Refusal(code, body=wait)
        return head, "0000", "", _done(mall, head, body)
    except Refusal as refusal:
        return head, refusal.code, refusal.text, refusal.body
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return head, "1001", f"{type(error).__name__}: {error}"[:200], []


def _done(mall, head, body):
    kind = head.get("MessageType")
    intake.work(mall)
    with mall.state.write():
        if kind in intake.MOST:
            return intake.take_in(mall, kind, head["MessageId"], body)
        if kind not in TYPES:
            raise Refusal("1005")
        with codes():
            return TYPES[kind](mall, body)


class Handler(server.Handler):
    server_version = "Yonggou"
    web = pathlib.Path(__file__).parent / "web"
    pages, shopper, desk = pages, SHOPPER, desk

    def refuse_size(self):
        self.answer({}, "1006", messages.CODES["1006"], [])

    def receive(self, url, raw):
        if url.path != "/kj/service":
            return self.missing()
        seconds = faults.use(self.mall.state, "slow")
        if seconds:
            time.sleep(seconds)
        if faults.use(self.mall.state, "error") is not None:
            return self.reply(502, "text/html", server.RUBBISH)
        head, code, text, body = call(self.mall, dict(urllib.parse.parse_qsl(url.query)), raw)
        faults.spoil(self.mall.state)
        desk.note(self.mall, head, code, raw, body)
        return self.answer(head, code, text, body)

    def answer(self, head, code, text, body):
        self.reply(200, "text/xml", messages.answer(head, code, text, body))
