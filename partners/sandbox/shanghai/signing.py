"""The contract's section 2: signatures of requests and answers."""

import hashlib
import hmac
import secrets

TOLERANCE_SECONDS = 600
NONCE_SECONDS = 1200
NOTHING = hashlib.sha256(b"").hexdigest()


def sha256(raw):
    return hashlib.sha256(raw).hexdigest()


def mac(text, secret):
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def authorization(method, address, key, secret, now):
    """The header of a request without a body."""
    at, nonce = str(int(now)), secrets.token_hex(16)
    sign = mac("\n".join([method, address, key, at, nonce, NOTHING]), secret)
    return f"PJ-HMAC-SHA256 key={key}, time={at}, nonce={nonce}, sign={sign}"


def seal(address, raw, secret, now):
    """The headers of an answer."""
    at, digest = str(int(now)), sha256(raw)
    return {"X-PJ-Digest": digest, "X-PJ-Time": at, "X-PJ-Sign": mac(f"{address}\n{at}\n{digest}", secret)}


def is_sealed(address, digest, headers, keys, now=None):
    """Whether an answer is the supplier's; with `now` also whether it was signed within ten minutes."""
    at, sign = headers.get("X-PJ-Time", ""), headers.get("X-PJ-Sign", "")
    if headers.get("X-PJ-Digest") != digest or not at.isdigit():
        return False
    if now is not None and abs(now - int(at)) > TOLERANCE_SECONDS:
        return False
    return _is_by(f"{address}\n{at}\n{digest}", sign, keys)


def fault(method, address, body, header, *, key, keys, state, now):
    """The code of what is wrong with a request's signature, or None. Remembers the nonce of a good one."""
    scheme, _, rest = header.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    at, nonce = fields.get("time", ""), fields.get("nonce", "")
    if scheme != "PJ-HMAC-SHA256" or not at.isdigit():
        return "INVALID_PARAMETER"
    if not (16 <= len(nonce) <= 64 and nonce.isascii() and nonce.isalnum()):
        return "INVALID_PARAMETER"
    if fields.get("key") != key:
        return "INVALID_KEY"
    text = "\n".join([method, address, key, at, nonce, sha256(body)])
    if not _is_by(text, fields.get("sign", ""), keys):
        return "INVALID_SIGNATURE"
    if abs(now - int(at)) > TOLERANCE_SECONDS:
        return "TIMESTAMP_EXPIRED"
    return None if state.use_nonce(nonce, now, NONCE_SECONDS) else "REPLAYED_NONCE"


def _is_by(text, sign, keys):
    return any(hmac.compare_digest(mac(text, key).encode(), sign.encode()) for key in keys)
