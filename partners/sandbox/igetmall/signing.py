"""The contract's section 2: signature, clock, nonce."""

import datetime
import hashlib
import hmac

from partners.sandbox.stand.clock import GMT8

TOLERANCE_SECONDS = 600
NONCE_SECONDS = 1200


def sign(parameters, secret):
    text = "".join(
        f"{name}{parameters[name]}" for name in sorted(parameters) if name != "sign" and parameters[name]
    )
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def fault(parameters, body, *, app_key, secrets, state, now=None):
    """The code of what is wrong with a request's signature, or None. Remembers the nonce of a good one."""
    now = now or datetime.datetime.now(GMT8)
    needed = ("method", "timestamp", "nonce", "content_sha256", "sign")
    if any(not parameters.get(name) for name in needed):
        return "INVALID_PARAMETER"
    if parameters.get("v") != "1.0" or parameters.get("sign_method") != "hmac-sha256":
        return "INVALID_PARAMETER"
    nonce = parameters["nonce"]
    if not (16 <= len(nonce) <= 64 and nonce.isascii() and nonce.isalnum()):
        return "INVALID_PARAMETER"
    if parameters.get("app_key") != app_key:
        return "INVALID_APP_KEY"
    if not _genuine(parameters, body, secrets):
        return "INVALID_SIGNATURE"
    try:
        sent = datetime.datetime.strptime(parameters["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=GMT8)
    except ValueError:
        return "INVALID_PARAMETER"
    if abs((now - sent).total_seconds()) > TOLERANCE_SECONDS:
        return "TIMESTAMP_EXPIRED"
    return None if state.use_nonce(nonce, now.timestamp(), NONCE_SECONDS) else "REPLAYED_NONCE"


def _genuine(parameters, body, secrets):
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest(), parameters["content_sha256"]):
        return False
    given = parameters["sign"].encode()
    return any(hmac.compare_digest(sign(parameters, secret).encode(), given) for secret in secrets)
