"""Section 2 of docs/partners/shanghai.md: what is signed of requests and of answers, in both directions."""

import hashlib
import re
import secrets
import time

from kmall.signing import hmac_sha256, same
from partners.connectors.connector import NotGenuine

TOLERANCE = 600  # seconds between two clocks
SCHEME = "PJ-HMAC-SHA256"
NONCE = re.compile(r"[A-Za-z0-9]{16,64}\Z")


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def authorization(method: str, address: str, body: bytes, *, key: str, secret: str, ahead: int = 0) -> str:
    """The header of a request. `address`: path and query as they go into the request line; `ahead`: seconds
    of the other side's clock before ours.
    """
    at, nonce = int(time.time()) + ahead, secrets.token_hex(16)
    sign = hmac_sha256(secret, _request(method, address, key, at, nonce, body))
    return f"{SCHEME} key={key}, time={at}, nonce={nonce}, sign={sign}"


def check_request(method: str, address: str, body: bytes, header: str, *, key: str, keys: list[str]) -> str:
    """The nonce of a request that is the other side's. Raises `NotGenuine`."""
    scheme, _, rest = header.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    at, nonce = fields.get("time", ""), fields.get("nonce", "")
    if scheme != SCHEME or not NONCE.match(nonce) or not (at.isascii() and at.isdigit() and len(at) < 12):
        raise NotGenuine("INVALID_PARAMETER")
    if fields.get("key") != key:
        raise NotGenuine("INVALID_KEY")
    text = _request(method, address, key, at, nonce, body)
    if not _is_signed(text, fields.get("sign", ""), keys):
        raise NotGenuine("INVALID_SIGNATURE")
    now = int(time.time())
    if abs(now - int(at)) > TOLERANCE:
        raise NotGenuine("TIMESTAMP_EXPIRED", now=now)
    return nonce


def seal(address: str, digest: str, secret: str) -> dict[str, str]:
    """The headers of an answer whose body, before compression, has the digest."""
    at = str(int(time.time()))
    sign = hmac_sha256(secret, _answer(address, at, digest))
    return {"X-PJ-Digest": digest, "X-PJ-Time": at, "X-PJ-Sign": sign}


def check_answer(address: str, body: bytes, headers, keys: list[str], *, ahead: int = 0) -> None:
    """Raises `NotGenuine` where an answer was not signed by the other side just now, or was changed."""
    digest, at = headers.get("X-PJ-Digest", ""), headers.get("X-PJ-Time", "")
    if digest != sha256(body) or not (at.isascii() and at.isdigit()):
        raise NotGenuine("INVALID_SIGNATURE")
    if not _is_signed(_answer(address, at, digest), headers.get("X-PJ-Sign", ""), keys):
        raise NotGenuine("INVALID_SIGNATURE")
    if abs(int(time.time()) + ahead - int(at)) > TOLERANCE:
        raise NotGenuine("TIMESTAMP_EXPIRED")


def _request(method, address, key, at, nonce, body) -> str:
    return "\n".join([method, address, key, str(at), nonce, sha256(body)])


def _answer(address: str, at: str, digest: str) -> str:
    return f"{address}\n{at}\n{digest}"


def _is_signed(text: str, sign: str, keys: list[str]) -> bool:
    return any(same(hmac_sha256(key, text), sign) for key in keys)
