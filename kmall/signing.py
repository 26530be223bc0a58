"""The one place that signs: tokens of our own that travel through other hands, HMACs and RSA of protocols."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from functools import lru_cache

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

MAC_BYTES = 16


class SignatureMismatch(Exception):
    """Not signed by us, for another purpose, or changed on the way."""


class SignatureExpired(Exception):
    """Signed by us, but longer ago than is accepted. `payload` is what was signed."""

    def __init__(self, payload: dict):
        super().__init__()
        self.payload = payload


def sign(payload: dict, *, purpose: str, key: str | None = None, at: int | None = None) -> str:
    """A token safe in a URL that carries `payload` (small, JSON) and the second it was signed in.

    The same payload, purpose and `at` give the same token. `key` stands in for the project's secret.
    """
    stamp = int(time.time()) if at is None else at
    text = orjson.dumps([stamp, payload], option=orjson.OPT_SORT_KEYS)
    return f"{_encode(text)}.{_encode(_mac(text, purpose, key))}"


def unsign(token: str, *, purpose: str, key: str | None = None, max_age: int | None = None) -> dict:
    """The payload of a token, not older than `max_age` seconds.

    Raises `SignatureMismatch` or `SignatureExpired`.
    """
    head, _, tail = token.partition(".")
    try:
        text, mac = _decode(head), _decode(tail)
    except (binascii.Error, ValueError):
        raise SignatureMismatch from None
    if not hmac.compare_digest(mac, _mac(text, purpose, key)):
        raise SignatureMismatch
    stamp, payload = json.loads(text)
    if max_age is not None and time.time() - stamp > max_age:
        raise SignatureExpired(payload)
    return payload


def claimed(token: str) -> dict:
    """What a token says, unverified: good for nothing but to be kind to whoever holds a wrong one."""
    try:
        _, payload = json.loads(_decode(token.partition(".")[0]))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def hmac_sha256(secret: str, text: str) -> str:
    """Upper-case hex, as the protocols of Chinese malls write it."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def md5_around(secret: str, raw: bytes) -> str:
    """MD5 over secret, message, secret, upper-case hex: what bonded-zone platforms ask for."""
    return hashlib.md5(secret.encode() + raw + secret.encode()).hexdigest().upper()


def rsa2_sign(private_pem: bytes, text: str) -> str:
    """Base64 of SHA256withRSA (PKCS#1 v1.5) over the text in UTF-8."""
    return base64.b64encode(
        _private_key(private_pem).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    ).decode()


@lru_cache(maxsize=8)
def _private_key(pem: bytes) -> RSAPrivateKey:
    """Reading a key checks its primes, which takes many times as long as a signature."""
    return serialization.load_pem_private_key(pem, password=None)


def rsa2_verifies(public_pem: bytes, text: str, signature: str) -> bool:
    """Whether a Base64 signature is the key's; rubbish is simply not."""
    key = serialization.load_pem_public_key(public_pem)
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def same(one: str, other: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _mac(text: bytes, purpose: str, key: str | None) -> bytes:
    secret = _secret(purpose, key or settings.SECRET_KEY)
    return hmac.digest(secret, text, "sha256")[:MAC_BYTES]


@lru_cache(64)
def _secret(purpose: str, key: str) -> bytes:
    return hashlib.sha256(f"{purpose}\0{key}".encode()).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
