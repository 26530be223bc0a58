"""Messages as sections 1 to 3 of the contract want them, and their answers."""

import datetime
import hashlib
import secrets
import urllib.parse
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from xml.sax.saxutils import escape

from partners.conformance.checks import Differs
from partners.conformance.line import SUSPENDED, WRONG_CLOCK, WRONG_KEY, Line

GMT8 = datetime.timezone(datetime.timedelta(hours=8))
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Answer:
    head: dict[str, str]
    code: str
    body: ET.Element


class Client(Line):
    """A signing client."""

    refusals = {"1002": WRONG_KEY, "1003": WRONG_KEY, "1004": WRONG_CLOCK, "1007": SUSPENDED}

    def __init__(self, address: str, supplier: str, secret: str):
        super().__init__()
        self.address, self.supplier, self.secret = address, supplier, secret

    def first_code(self) -> str:
        return self.code("GOODS_QUERY", xml("GoodsNo", "KIT-none"))

    def tell(self, kind: str, body: str = "", **head: str) -> Answer:
        """The answer to a message; elements of `head` instead of the usual ones."""
        return self.post(self.message(kind, body, **head))

    def code(self, kind: str, body: str = "", **head: str) -> str:
        return self.tell(kind, body, **head).code

    def done(self, kind: str, body: str = "", **head: str) -> ET.Element:
        """The body of an answer of 0000. Raises `Differs` for any other."""
        answer = self.tell(kind, body, **head)
        if answer.code != "0000":
            raise Differs(f"{kind} 的返回码：{answer.code}")
        return answer.body

    def message(self, kind: str, body: str = "", **head: str) -> bytes:
        known = {
            "MessageType": kind, "MessageId": secrets.token_hex(16), "MessageTime": stamp(), "Version": "2.0",
            "Supplier": self.supplier,
        }  # fmt: skip
        inner = xml("Head", list((known | head).items()))
        return f"{DECLARATION}<Message>{inner}<Body>{body}</Body></Message>".encode()

    def post(self, raw: bytes, **changed: str | None) -> Answer:
        """The answer to what is sent, perhaps with another `supplier` or `sign`; None: without it.

        Raises `Differs` where it is none, or not of status 200.
        """
        query = {"supplier": self.supplier, "sign": sign(raw, self.secret), **changed}
        query = {name: text for name, text in query.items() if text is not None}
        url = f"{self.address}?{urllib.parse.urlencode(query)}"
        said = self.send("POST", url, query.get("supplier", ""), raw, Content_Type="text/xml")
        if self.status != 200:
            raise Differs(f"HTTP 状态码为 {self.status}")
        return _answer(said)


def _answer(raw: bytes) -> Answer:
    if b"<!DOCTYPE" in raw:
        raise Differs("应答带有 DOCTYPE")
    try:
        root = ET.fromstring(raw.decode("utf-8"))
    except (ET.ParseError, UnicodeDecodeError, ValueError) as error:
        raise Differs(f"应答不是 UTF-8 的 XML：{error}") from error
    head, code, body = root.find("Head"), root.findtext("Result/Code"), root.find("Body")
    if root.tag != "Answer" or head is None or not code or body is None:
        raise Differs("应答缺少 Head、Result/Code 或 Body")
    return Answer({one.tag: one.text or "" for one in head}, code, body)


def sign(raw: bytes, secret: str) -> str:
    return hashlib.md5(secret.encode() + raw + secret.encode(), usedforsecurity=False).hexdigest().upper()


def stamp(minutes: float = 0) -> str:
    return f"{datetime.datetime.now(GMT8) + datetime.timedelta(minutes=minutes):%Y%m%d%H%M%S}"


def xml(name: str, value) -> str:
    """An element. `value`: a text, or (name, value) pairs of the elements in it."""
    inner = "".join(xml(*pair) for pair in value) if isinstance(value, list) else escape(str(value))
    return f"<{name}>{inner}</{name}>"


def digest(name: str, value) -> str:
    """Section 6: over a line for each element that has none in it."""
    lines = "".join(f"{tag}={text}\n" for tag, text in _leaves(name, value))
    return md5(lines)


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def _leaves(name: str, value):
    if isinstance(value, list) and value:
        for pair in value:
            yield from _leaves(*pair)
    else:
        yield name, value or ""
