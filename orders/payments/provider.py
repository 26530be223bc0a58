"""What a payment provider is to us: five calls, one module for each provider, found by name.

A new provider is a module beside `alipay.py` with these calls and a line in `PROVIDERS`; see README.
"""

import datetime
import enum
import importlib
from dataclasses import dataclass
from typing import Protocol

from orders.models import Payment, Refund

PROVIDERS = {"alipay": "orders.payments.alipay"}


class Outcome(enum.Enum):
    """What the provider says of a payment or refund. UNKNOWN is taken for none."""

    PAID = "paid"
    WAITING = "waiting"
    CLOSED = "closed"  # and can never be paid
    NOT_THERE = "not there"  # the shopper has not opened it yet
    REFUNDED = "refunded"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Report:
    outcome: Outcome
    provider_number: str = ""
    amount_fen: int = 0
    paid_at: datetime.datetime | None = None
    raw: str = ""


@dataclass(frozen=True)
class Message:
    """A notice whose signature and receiver are right. `is_refund`: it tells of a refund."""

    notice_id: str
    payment_number: str
    report: Report
    is_refund: bool = False


class NoticeRefused(Exception):
    """The notice is not the provider's word to us: `reason` is "forged" or "wrong_receiver"."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Provider(Protocol):
    def start(self, payment: Payment, *, is_phone: bool, return_url: str, quit_url: str) -> str:
        """The address to send the shopper's browser to; no call is made."""

    def query(self, payment: Payment) -> Report: ...

    def close(self, payment: Payment) -> Report:
        """CLOSED, NOT_THERE, PAID when it was too late, or UNKNOWN."""

    def refund(self, refund: Refund) -> Report:
        """REFUNDED, REFUSED or UNKNOWN. Repeated with the same refund it pays back once."""

    def read_notice(self, form: dict[str, str]) -> Message:
        """Raises `NoticeRefused`."""


def provider(name: str) -> Provider:
    return importlib.import_module(PROVIDERS[name])
