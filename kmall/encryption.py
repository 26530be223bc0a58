"""Personal data at rest: Fernet with a list of keys, a blind index to find it by, masks to show it.

The keys are a setting of their own, so that rotating SECRET_KEY never touches stored data.
"""

import functools
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class NotDecryptable(Exception):
    """None of the configured keys opens the stored value."""


@functools.lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """Ciphertext under the newest key."""
    return _box(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind a ciphertext of any configured key. Raises `NotDecryptable`."""
    try:
        return _box(tuple(settings.ENCRYPTION_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise NotDecryptable from error


class EncryptedTextField(models.TextField):
    """Text that is ciphertext in the database and plain in Python. Empty stays empty; no filter finds it."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else value


def blind_index(value: str) -> str:
    """64 hex digits by which an encrypted value is found again (HMAC-SHA256, own key)."""
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


def mask_name(name: str) -> str:
    """张三 → 张*, 林晓雨 → 林*雨, 欧阳小明 → 欧**明: first and last character stay."""
    if len(name) < 3:
        return name[:1] + "*" if name else ""
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_number(number: str) -> str:
    """ID number with the first four and the last two characters left."""
    return number[:4] + "*" * (len(number) - 6) + number[-2:] if len(number) > 8 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """138****0000."""
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 7 else "*" * len(phone)
