"""I Get Mall of Chongqing; docs/partners/igetmall.md is the contract."""

import datetime
import hashlib
import json
import secrets
from functools import partial

import orjson
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kmall.signing import hmac_sha256, same
from partners.connectors import igetmall_answers as answers
from partners.connectors.connector import NotGenuine, NotSigned, Profile
from partners.connectors.reading import GMT8, Unread
from partners.connectors.transport import Line, one_for
from partners.desired import digest, digest_of

PROFILE = Profile(
    name="I Get Mall 爱购",
    contract=gettext_lazy("I Get Mall (爱购) open interface, version 1.0"),
    can=("send", "digests", "orders", "notices", "refunds", "requests", "statements", "categories"),
    key={"app_key": "App Key", "app_secret": "App Secret"},
)
TOLERANCE = datetime.timedelta(minutes=10)


def connect(partner) -> "IGetMall":
    return one_for(IGetMall, partner)


class IGetMall:
    most_items, most_offers, most_looks = 50, 200, 100
    most_listed = 100  # on a page of a list
    receipt_seconds = 0
    patience = datetime.timedelta(minutes=10)

    def __init__(self, base_url: str, *, app_key: str, app_secret: str, timeout: float = 10):
        self._key, self._secret = app_key, app_secret
        self._line = Line(base_url, timeout)

    def content(self, listing: dict) -> dict:
        return listing

    def offer_part(self, offer: dict) -> dict:
        return offer

    def digest(self, part: dict) -> str:
        return digest(part)

    def upsert(self, items):
        return self._items("igm.items.upsert", items, ("content", "offer"))

    def offer(self, items):
        return self._items("igm.items.offer", items, ("offer",))

    def withdraw(self, items):
        """What is withdrawn has left its pages with the answer."""
        return [answers.done(answer) for answer in self._items("igm.items.withdraw", items, ())]

    def look(self, out_ids):
        return self._call("igm.items.get", {"out_ids": out_ids}, partial(answers.looked_up, out_ids))

    def walk(self, cursor):
        body = {"cursor": cursor, "page_size": self.most_listed}
        return self._call("igm.items.list", body, answers.shown_page)

    def total(self, lines: str) -> str:
        return digest_of(lines)

    def digests(self, category):
        body = {"category": category, "page_size": self.most_listed}
        return self._call("igm.items.digests", body, partial(answers.digests, category))

    def between(self, page):
        body = {"cursor": "", "page_size": self.most_listed, "category": page.category}
        return self._call(
            "igm.items.list", body | {"first": page.first, "last": page.last}, answers.all_shown
        )

    def categories(self):
        return self._call("igm.categories.list", {}, answers.categories)

    def orders(self, since, cursor):
        since = datetime.datetime.fromisoformat(since) + self._line.ahead  # by the mall's clock
        body = {"since": since.isoformat(), "cursor": cursor, "page_size": 50}
        return self._call("igm.orders.list", body, answers.orders)

    def read_order(self, text):
        return answers.order(json.loads(text))

    def confirm(self, order_id, number):
        self._call("igm.orders.confirm", {"order_id": order_id, "out_order_id": number})

    def refuse(self, order_id, reason, text):
        self._call("igm.orders.refuse", {"order_id": order_id, "reason": reason, "message": text})

    def ship(self, order_id, parcels):
        self._call("igm.orders.ship", {"order_id": order_id, "parcels": list(parcels)})

    def refund(self, order_id, refund):
        self._call("igm.orders.refund", {"order_id": order_id, **refund})

    def answer(self, order_id, request_no, *, accept, text):
        body = {"order_id": order_id, "request_no": request_no, "message": text}
        self._call("igm.orders.answer", body | {"answer": "accept" if accept else "reject"})

    def statement(self, day, cursor):
        body = {"day": day.isoformat(), "cursor": cursor, "page_size": 200}
        return self._call("igm.statements.get", body, answers.statement)

    def notice(self, parameters: dict, body: bytes) -> dict | Unread:
        """The order that a notice of the mall carries, or what cannot be read of it.

        Raises `NotGenuine` if it is not from the mall, ValueError if it is not even JSON.
        """
        sent = answers.notice_sent_at(parameters)
        if parameters["app_key"] != self._key:
            raise NotSigned("INVALID_APP_KEY")
        is_whole = same(parameters["content_sha256"], hashlib.sha256(body).hexdigest())
        if not is_whole or not same(parameters["sign"], signature(parameters, self._secret)):
            raise NotSigned("INVALID_SIGNATURE")
        now = timezone.now()
        if abs(now - sent) > TOLERANCE:
            raise NotGenuine("TIMESTAMP_EXPIRED", now=now.astimezone(GMT8).strftime(answers.STAMP))
        if parameters["method"] != "igm.order.changed":
            raise NotGenuine("UNKNOWN_METHOD")
        return answers.noticed(body)

    def _items(self, method, items, parts):
        rows = []
        for item in items:
            row = {"out_id": item.out_id, "version": item.version, "key": item.key}
            rows.append(row | {part: getattr(item, part) for part in parts})
        return self._call(method, {"items": rows}, answers.results)

    def _call(self, method: str, body: dict, read=lambda data: data):
        """One call; `read` makes its result of the answer's data."""
        raw = orjson.dumps(body)
        return self._line.call(
            "POST",
            "/router/rest",
            lambda response: read(answers.data_of(response)),
            params=self._signed(method, raw),
            content=raw,
            headers={"Content-Type": "application/json"},
        )

    def _signed(self, method: str, raw: bytes) -> dict:
        parameters = {
            "method": method,
            "app_key": self._key,
            "timestamp": self._line.now().astimezone(GMT8).strftime(answers.STAMP),
            "nonce": secrets.token_hex(16),
            **answers.FIXED,
            "content_sha256": hashlib.sha256(raw).hexdigest(),
        }
        return parameters | {"sign": signature(parameters, self._secret)}


def signature(parameters: dict, secret: str) -> str:
    """Section 2 of the contract: names and values by ASCII order of names, no `sign`, no empty ones."""
    names = sorted(name for name, value in parameters.items() if value and name != "sign")
    return hmac_sha256(secret, "".join(f"{name}{parameters[name]}" for name in names))
