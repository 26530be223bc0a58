"""Yonggou of Ningbo's bonded zone; docs/partners/ningbo.md is the contract."""

import datetime
import hashlib
import secrets
from functools import partial

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy

from kmall.signing import md5_around
from kmall.xml_text import leaves, write
from partners.connectors import ningbo_answers as answers
from partners.connectors import ningbo_fields as fields
from partners.connectors.connector import Answer, Profile, Result
from partners.connectors.transport import Line, one_for

PROFILE = Profile(
    name="Yonggou 甬购汇",
    contract=gettext_lazy("Yonggou (甬购汇) supplier interface, version 2.0"),
    can=("send", "receipts", "digests", "orders", "refunds", "requests", "statements", "categories"),
    key={"supplier": "Supplier", "secret": "Secret"},
)


def connect(partner) -> "Ningbo":
    return one_for(Ningbo, partner)


class Ningbo:
    most_items, most_offers, most_looks, most_tickets = 40, 100, 50, 20
    receipt_seconds = 300
    patience = datetime.timedelta(minutes=10)

    def __init__(self, base_url: str, *, supplier: str, secret: str, timeout: float = 10):
        self._supplier, self._secret = supplier, secret
        self._line = Line(base_url, timeout)

    def content(self, listing: dict) -> dict:
        return fields.content(listing)

    def offer_part(self, offer: dict) -> dict:
        return fields.offer(offer)

    def digest(self, part: dict) -> str:
        """Section 6 of the contract: a line for each element that has none in it."""
        return self.total("".join(f"{name}={value}\n" for name, value in leaves(part)))

    def total(self, lines: str) -> str:
        return hashlib.md5(lines.encode()).hexdigest().upper()

    def upsert(self, items):
        return self._send("GOODS_PUT", items)

    def offer(self, items):
        return self._send("OFFER_PUT", items)

    def withdraw(self, items):
        return self._send("GOODS_OFF", items)

    def collect(self, tickets):
        return self._call("RECEIPT_GET", {"ReceiptNo": tickets}, answers.receipts)

    def look(self, out_ids):
        return self._call("GOODS_QUERY", {"GoodsNo": out_ids}, answers.shown)

    def walk(self, cursor):
        return self._call("GOODS_LIST", {"After": cursor}, answers.shown_page)

    def digests(self, category):
        read = partial(answers.digests, category)
        return self._call("DIGEST_LIST", {"CategoryCode": category}, read)

    def between(self, page):
        where = {"CategoryCode": page.category, "First": page.first, "Last": page.last}
        return self._call("GOODS_LIST", {"After": "", **where}, answers.shown)

    def categories(self):
        return self._call("CATEGORY_LIST", {}, answers.categories)

    def orders(self, since, cursor):
        asked = {"Since": fields.stamp(parse_datetime(since) + self._line.ahead), "After": cursor}
        return self._call("ORDER_LIST", asked, answers.orders)

    def read_order(self, text):
        return answers.order(text)

    def confirm(self, order_id, number):
        self._call("ORDER_CONFIRM", {"OrderNo": order_id, "SupplierOrderNo": number})

    def refuse(self, order_id, reason, text):
        self._call("ORDER_REFUSE", {"OrderNo": order_id, "Reason": reason, "Text": text})

    def ship(self, order_id, parcels):
        self._call("ORDER_SHIP", {"OrderNo": order_id, "Parcel": [fields.parcel(one) for one in parcels]})

    def refund(self, order_id, refund):
        self._call("ORDER_REFUND", {"OrderNo": order_id, **fields.refund(refund)})

    def answer(self, order_id, request_no, *, accept, text):
        said = {"OrderNo": order_id, "RequestNo": request_no, "Answer": "accept" if accept else "reject"}
        self._call("ORDER_ANSWER", said | {"Text": text})

    def statement(self, day, cursor):
        return self._call("STATEMENT_GET", {"Day": f"{day:%Y%m%d}", "After": cursor}, answers.statement)

    def _send(self, kind, items) -> list[Answer]:
        """Hand in a message of goods; all of it has one receipt. The same items make the same message id."""
        goods = [fields.goods(item) for item in items]
        keys = "\n".join([kind, *(item.key for item in items)])
        number = hashlib.sha256(keys.encode()).hexdigest()[:32]
        ticket = self._call(kind, {"Goods": goods}, answers.ticket, number)
        return [Answer(item.out_id, Result.ACCEPTED, ticket=ticket) for item in items]

    def _call(self, kind: str, body: dict, read_body=lambda body: None, number: str = ""):
        """One message; `read_body` makes its result of the answer's body."""
        raw = self._message(kind, body, number or secrets.token_hex(16))
        return self._line.call(
            "POST",
            "/kj/service",
            lambda response: read_body(answers.body_of(response)),
            params={"supplier": self._supplier, "sign": md5_around(self._secret, raw)},
            content=raw,
            headers={"Content-Type": "text/xml"},
        )

    def _message(self, kind: str, body: dict, number: str) -> bytes:
        head = {
            "MessageType": kind,
            "MessageId": number,
            "MessageTime": fields.stamp(self._line.now()),
            "Version": "2.0",
            "Supplier": self._supplier,
        }
        text = write("Message", {"Head": head, "Body": body})
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
