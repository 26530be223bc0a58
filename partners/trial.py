"""A test call: something real is asked of the mall and nothing is changed there."""

import datetime
import json
import time
from copy import copy
from dataclasses import dataclass, field

from django.utils import timezone

from partners import pace
from partners.connectors import connect
from partners.connectors.connector import Deferred, Fault, RemoteCategory, Unknown
from partners.models import PartnerMall

KIND = "test"  # under which these calls are kept
OVERLAP = datetime.timedelta(days=1)  # for which a mall may sign with either key of a change
LEAST_BLOTTED = 4  # characters of a part of a key that is worth hiding


@dataclass(frozen=True)
class Trial:
    """`result`: `ok`, or the name of the fault in lower case; `detail`: what the mall said, the key blotted
    out; `is_theirs`: whether these are its own words; `categories`: the mall's own, where it lists them.
    """

    result: str
    detail: str = ""
    milliseconds: int = 0
    categories: list[RemoteCategory] = field(default_factory=list)
    is_theirs: bool = False

    @property
    def is_ok(self) -> bool:
        return self.result == "ok"


def with_key(partner: PartnerMall, credentials: str) -> PartnerMall:
    """A copy of the mall's row, not to be saved, under another key; the mall may sign with the one in use."""
    other = copy(partner)
    other.credentials, other.spare_credentials = credentials, partner.credentials
    other.spare_until = timezone.now() + OVERLAP
    return other


def try_out(partner: PartnerMall, *, credentials: str | None = None) -> Trial:
    """Ask the mall for its categories, or for what it shows; with `credentials` instead of the key in use.

    A mall that only fetches from us cannot be asked: there a key that its connector takes is all.
    """
    with_this = partner if credentials is None else with_key(partner, credentials)
    started, fault, found = time.monotonic(), None, []
    try:
        connector = connect(with_this, kept_as=KIND)
        pace.wait_for_turn(partner)
        if hasattr(connector, "categories"):
            found = connector.categories()
        elif hasattr(connector, "walk"):
            connector.walk("")
    except Fault as caught:
        fault = caught
    milliseconds = int((time.monotonic() - started) * 1000)
    detail = _blotted(str(fault), with_this.credentials)[:300] if fault else ""
    result = type(fault).__name__.lower() if fault else "ok"
    if not fault and credentials is None:
        PartnerMall.objects.filter(pk=partner.pk).update(tested_at=timezone.now())
    return Trial(result, detail, milliseconds, found, is_theirs=fault is not None and _spoke(fault))


def _spoke(fault: Fault) -> bool:
    """Whether the mall itself said it: neither a line that fails nor a page that is none of its answers."""
    return fault.status is not None and not isinstance(fault, Unknown | Deferred)


def _blotted(text: str, credentials: str) -> str:
    try:
        parts = json.loads(credentials).values()
    except (ValueError, AttributeError):
        parts = ()
    for part in parts:
        if len(str(part)) >= LEAST_BLOTTED:
            text = text.replace(str(part), "•••")
    return text
