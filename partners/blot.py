"""Blot secrets and persons out of what was sent to a partner and answered, whatever its format.

Of calls about goods everything may be read but secrets. Of all other calls (orders, and whatever a
connector may come to have) a value is kept only under a name that is known to be no person's, and only
if it looks like a number, a code or a time. What cannot be read is not kept: a connector's format may
be new to us, a shopper's data must not depend on that.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from xml.etree import ElementTree

GOODS = frozenset(
    {"upsert", "offer", "withdraw", "look", "walk", "collect", "categories", "digests", "between"}
    | {"read_manifest", "read_part", "read_changes"}  # by a mall that pulls
)
HIDDEN = "***"
_MARK = HIDDEN.encode()
MOST = 200_000  # characters of a body

_SECRET_NAMES = (
    "sign|signature|app[_-]?key|app[_-]?secret|secret|(?:access[_-]?)?token|password|nonce|authorization"
)
_BEFORE = b"\"'<&?,{ \t\n\r\f\v"  # what stands before a name, where it is not the first
_SECRET = re.compile(
    rb"""(?i)([%s]|^)(%s)(["']?\s*[:=>]\s*["']?)([^"'<>&,\s}]+)"""
    % (re.escape(_BEFORE), _SECRET_NAMES.encode())
)
# How each of them begins: asked first, since most bodies name none and the pattern is slow. A link's token or
# a word as "design" does not begin a name.
_SECRET_WORDS = (b"sign", b"app", b"secret", b"access", b"token", b"password", b"nonce", b"authorization")
# Runs of as many digits as a person's numbers have, found where every digit is a 0: so the pattern begins
# with plain text, and takes a quarter of the time.
_ZEROS = bytes.maketrans(b"0123456789", b"0" * 10)
_RUN = re.compile(rb"00000000000(?<!0{12})(?:0000(?:000?)?)?(?!0)")
_IS_PART = re.compile(rb"[0-9A-Za-z]")
# a mobile phone, an ID card of today, one of before 1999
_PERSON = re.compile(rb"1[3-9][0-9]{9}|[0-9]{17}[0-9Xx]|[0-9]{15}")
_PLAIN = {
    "state", "status", "result", "code", "error", "errorcode", "success", "orderid", "outorderid",
    "orderno", "refundno", "outid", "outskuid", "skuno", "goodsno", "lineno", "parcelno", "carrier",
    "quantity", "version", "ticket", "pagesize", "since", "method", "requestno",
    "kind", "answer", "day", "orders",
}  # fmt: skip
# Of a refusal or a refund it is one of these, in all contracts; of a request it is whatever a shopper types.
_REASONS = {
    "out_of_stock", "unknown_item", "price_differs", "bad_address", "over_limit",
    "damaged", "lost", "cancelled", "returned", "other",
}  # fmt: skip
_PLAIN_ENDS = re.compile(r"(_fen|_at|_time|Fen|At|Time|Amount)$")
_TOKEN = re.compile(r"[A-Za-z0-9_.:+\-]{0,64}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,39}")


def body(raw: bytes, kind: str, secrets: list[str]) -> bytes:
    """What may be kept of a body, in UTF-8; empty where nothing was said. `secrets`: values to be hidden."""
    text = raw[: MOST * 3].decode("utf-8", "replace")[:MOST]
    if text and kind not in GOODS:
        text = _of_persons(text, is_whole=len(raw) < MOST)
    return _without_secrets(text.encode(), secrets)


def address(url: str, secrets: list[str]) -> str:
    """Path and query of an address, its secret values hidden."""
    parts = urlsplit(url)
    query = [(key, HIDDEN if _is_secret(key) else value) for key, value in parse_qsl(parts.query)]
    text = f"{parts.path}?{urlencode(query, safe='*:')}" if query else parts.path
    return _without_secrets(text.encode(), secrets).decode()


def line(text: str, kind: str, secrets: list[str]) -> str:
    """What may be kept of a fault's text: of orders the code in front, since it quotes the answer."""
    if kind not in GOODS:
        text = re.match(r"(?:[A-Z0-9_]{3,40}|[a-z]+(?: [a-z]+)?|)", text).group()
    return _without_secrets(text.replace("\0", "").encode(errors="replace"), secrets).decode()


def _without_secrets(raw: bytes, secrets: list[str]) -> bytes:
    for secret in secrets:
        raw = raw.replace(secret.encode(), _MARK).replace(quote(secret, safe="").encode(), _MARK)
    lower = raw.lower()
    if any(_begins_a_name(word, lower) for word in _SECRET_WORDS):
        raw = _SECRET.sub(rb"\1\2\3" + _MARK, raw)
    return _without_persons(raw)


def _begins_a_name(word: bytes, lower: bytes) -> bool:
    at = lower.find(word)
    while at > 0 and lower[at - 1] not in _BEFORE:
        at = lower.find(word, at + 1)
    return at >= 0


def _without_persons(raw: bytes) -> bytes:
    """Digits that are a person's number and stand alone are hidden: those of a digest do not."""
    kept, done = [], 0
    for start, end in _runs(raw):
        around = raw[max(start - 1, 0) : start] + raw[end : end + 1]
        if _PERSON.fullmatch(raw, start, end) and not _IS_PART.search(around):
            kept += [raw[done:start], _MARK]
            done = end
    return b"".join([*kept, raw[done:]])


def _runs(raw: bytes) -> Iterator[tuple[int, int]]:
    """Where digits that may be a person's begin and end, an X after them with them."""
    for run in _RUN.finditer(raw.translate(_ZEROS)):
        start, end = run.span()
        yield start, end + (raw[end : end + 1] in (b"X", b"x"))


def _is_secret(name: str) -> bool:
    return re.fullmatch(_SECRET_NAMES, name, re.IGNORECASE) is not None


def _of_persons(text: str, *, is_whole: bool) -> str:
    """The shape of a message with the values that are nobody's."""
    if is_whole:
        try:
            return json.dumps(_of_value("", json.loads(text)), ensure_ascii=False, separators=(",", ":"))
        except (ValueError, RecursionError):
            pass
        try:
            return ElementTree.tostring(_of_element(ElementTree.fromstring(text)), encoding="unicode")
        except (ElementTree.ParseError, ValueError, RecursionError):
            pass
    return f"[{len(text)}]"


def _of_value(name: str, value):
    if isinstance(value, dict):
        return {_named(key, at): _of_value(key, inner) for at, (key, inner) in enumerate(value.items())}
    if isinstance(value, list):
        return [_of_value(name, inner) for inner in value]
    return value if value is None or isinstance(value, bool) or _may_stand(name, str(value)) else HIDDEN


def _of_element(element: ElementTree.Element) -> ElementTree.Element:
    kept = ElementTree.Element(_named(element.tag, 0))
    for at, (name, value) in enumerate(element.items()):
        kept.set(_named(name, at), value if _may_stand(name, value) else HIDDEN)
    text = (element.text or "").strip()
    if text:
        kept.text = text if _may_stand(element.tag, text) else HIDDEN
    kept.extend(_of_element(child) for child in element)
    return kept


def _named(name: str, at: int) -> str:
    """A name of a field, or a number in its place: somebody's name may be one."""
    return name if isinstance(name, str) and _NAME.fullmatch(name) else f"field{at}"


def _may_stand(name: str, value: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    if plain == "reason":
        return value in _REASONS
    is_plain = plain in _PLAIN or _PLAIN_ENDS.search(name)
    return bool(is_plain) and _TOKEN.fullmatch(value) is not None and not _is_of_person(value)


def _is_of_person(value: str) -> bool:
    raw = value.encode()
    return any(_PERSON.fullmatch(raw, *run) for run in _runs(raw))
