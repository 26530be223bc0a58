"""Requests and answers as sections 1 to 3 of the contract want them; either side asks the other so."""

import gzip
import hashlib
import hmac
import json
import secrets
import time
import zlib

from partners.conformance.checks import Differs
from partners.conformance.line import SUSPENDED, WRONG_CLOCK, WRONG_KEY, Line

STATUS = {
    "OK": 200, "INVALID_PARAMETER": 400, "BAD_FILE": 400, "INVALID_SIGNATURE": 401, "INVALID_KEY": 401,
    "TIMESTAMP_EXPIRED": 401, "REPLAYED_NONCE": 401, "SUSPENDED": 403, "NOT_FOUND": 404, "UNKNOWN_ORDER": 404,
    "ORDER_STATE": 409, "REQUEST_STATE": 409, "REFUND_CONFLICT": 409, "NAME_TAKEN": 409, "TOO_FAR_BEHIND": 410, "TOO_LARGE": 413,
    "RATE_LIMITED": 429, "BUSY": 503, "INTERNAL": 500,
}  # fmt: skip
FEED = "/partners/feed/shanghai"
TOLERANCE = 600  # seconds between two clocks


class Client(Line):
    """A signing client. `probe`: an address that may be read as often as one likes, for what is asked of all."""

    pace = 0.05  # what section 3 allows; its burst is left for what is asked at once
    probe = ""
    refusals = {
        "INVALID_KEY": WRONG_KEY, "INVALID_SIGNATURE": WRONG_KEY, "SUSPENDED": SUSPENDED,
        "TIMESTAMP_EXPIRED": WRONG_CLOCK,
    }  # fmt: skip

    def __init__(self, base_url: str, chosen):
        """`chosen`: what was said on the command line."""
        super().__init__()
        self.chosen, self.base_url = chosen, base_url.rstrip("/")
        self.key, self.secret, self.run = chosen.key, chosen.secret, secrets.token_hex(4)
        self.problem: dict = {}  # what the last answer with an error said

    def first_code(self) -> str:
        return self.code(self.probe)

    def raw(self, address: str, body: bytes = b"", *, signed: str | None = None, **headers: str) -> bytes:
        """The bytes of an answer of whatever status. `signed`: another `Authorization`, "" for none."""
        method = "POST" if body else "GET"
        sign = self.authorization(address, body) if signed is None else signed
        if sign:
            headers["Authorization"] = sign
        return self.send(method, self.base_url + address, address, body, **headers)

    def code(self, address: str, body: bytes = b"", **more) -> str:
        """The code of an answer. Raises `Differs` where it is none, or of another status than section 3 says."""
        said = self.raw(address, body, **more)
        if self.status in (200, 304):
            return "OK"
        try:
            self.problem = json.loads(said)
            code = self.problem["code"]
        except (ValueError, KeyError, TypeError) as error:
            raise Differs(f"HTTP {self.status} 的应答没有 code：{said[:80]!r}") from error
        if STATUS.get(code) != self.status:
            raise Differs(f"{code} 的 HTTP 状态码为 {self.status}")
        return code

    def read(self, address: str, body: bytes = b"", **headers: str) -> bytes:
        """The body of a good answer, before compression. Raises `Differs` for any other, or a wrong seal."""
        said = unpacked(self.raw(address, body, **headers), self.headers)
        if self.status != 200:
            raise Differs(f"{address}：HTTP 状态码为 {self.status}，正文 {said[:80]!r}")
        self.check_seal(address, said)
        return said

    def data(self, address: str, body: bytes = b"") -> dict:
        return json.loads(self.read(address, body))

    def check_seal(self, address: str, body: bytes) -> None:
        """Raises `Differs` where the last answer's headers are not those of this body."""
        digest, at = self.headers.get("X-PJ-Digest", ""), self.headers.get("X-PJ-Time", "")
        if digest != sha256(body):
            raise Differs(f"{address}：X-PJ-Digest 为 {digest!r}，正文应为 {sha256(body)!r}")
        if self.headers.get("X-PJ-Sign") != mac(f"{address}\n{at}\n{digest}", self.secret):
            raise Differs(f"{address}：X-PJ-Sign 有误")

    def authorization(self, address: str, body: bytes = b"", method: str = "", **changed: str) -> str:
        """The header of a request; `changed` fields are set before signing, a `secret` among them signs."""
        secret = changed.pop("secret", self.secret)
        fields = {"key": self.key, "time": str(int(time.time())), "nonce": secrets.token_hex(16), **changed}
        method = method or ("POST" if body else "GET")
        text = "\n".join([method, address, *fields.values(), sha256(body)])
        shown = ", ".join(f"{name}={value}" for name, value in (fields | {"sign": mac(text, secret)}).items())
        return f"PJ-HMAC-SHA256 {shown}"


def unpacked(raw: bytes, headers) -> bytes:
    """Raises `Differs` for what is said to be gzip and is not."""
    if headers.get("Content-Encoding", "identity") == "identity":
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise Differs(f"不能按 Content-Encoding {headers['Content-Encoding']} 解压：{error}") from error


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def mac(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def digest(part: dict) -> str:
    """Section 5: of a part of an item."""
    return sha256(json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
