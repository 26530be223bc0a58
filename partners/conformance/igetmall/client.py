"""Calls as section 1 and 2 of the contract want them."""

import datetime
import hashlib
import hmac
import json
import secrets
import urllib.parse

from partners.conformance.checks import Differs
from partners.conformance.line import SUSPENDED, WRONG_CLOCK, WRONG_KEY, Line

GMT8 = datetime.timezone(datetime.timedelta(hours=8))


class Client(Line):
    """A signing client. `call` gives the envelope."""

    pace = 0.05  # what section 3 allows; its burst is left for what is asked at once
    refusals = {
        "INVALID_APP_KEY": WRONG_KEY, "INVALID_SIGNATURE": WRONG_KEY, "APP_SUSPENDED": SUSPENDED,
        "TIMESTAMP_EXPIRED": WRONG_CLOCK,
    }  # fmt: skip

    def __init__(self, address: str, key: str, secret: str):
        super().__init__()
        self.address, self.key, self.secret = address, key, secret

    def call(self, method: str, body: dict, **changed: str) -> dict:
        """The envelope of one call; `changed` parameters are set before signing."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        return self.post(self.signed(method, raw, **changed), raw)

    def code(self, method: str, body: dict, **changed: str) -> str:
        return self.call(method, body, **changed)["code"]

    def data(self, method: str, body: dict) -> dict:
        """What an accepted call gives. Raises `Differs` for any other code than OK."""
        envelope = self.call(method, body)
        if envelope["code"] != "OK":
            raise Differs(f"{method} 的返回码：{envelope['code']} {envelope.get('message', '')}")
        return envelope["data"]

    def signed(self, method: str, raw: bytes, **changed: str) -> dict:
        """Parameters of a call; `changed` are set before signing, a `secret` among them signs."""
        secret = changed.pop("secret", self.secret)
        parameters = {
            "method": method, "app_key": self.key, "timestamp": stamp(), "nonce": secrets.token_hex(16), "v": "1.0",
            "sign_method": "hmac-sha256", "content_sha256": hashlib.sha256(raw).hexdigest(), **changed,
        }  # fmt: skip
        text = "".join(name + parameters[name] for name in sorted(parameters) if parameters[name])
        sign = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
        return parameters | {"sign": sign}

    def post(self, parameters: dict, raw: bytes) -> dict:
        """The envelope of one request. Raises `Differs` where the answer is none."""
        shown = urllib.parse.urlencode({name: text for name, text in parameters.items() if name != "sign"})
        url = f"{self.address}?{urllib.parse.urlencode(parameters)}"
        text = self.send("POST", url, shown, raw, Content_Type="application/json").decode("utf-8", "replace")
        try:
            envelope = json.loads(text)
            if not isinstance(envelope["code"], str):
                raise TypeError
        except (ValueError, KeyError, TypeError) as error:
            raise Differs(f"应答不是约定的信封：{self.status} {text[:80]}") from error
        return envelope


def stamp(minutes: float = 0) -> str:
    moment = datetime.datetime.now(GMT8) + datetime.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def digest(part: dict) -> str:
    """Section 5: over the part as sorted JSON without white space, characters not escaped."""
    text = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
