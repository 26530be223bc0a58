"""Keep what is said to a partner and answered, around any connector, which knows nothing of it (writes)."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.utils import timezone

from kmall.http import Exchange, overheard
from partners import blot, call_rows
from partners.connectors.connector import Connector, Fault, Page
from partners.desired import product_of
from partners.models import PartnerMall

logger = logging.getLogger(__name__)

SPEECHLESS = frozenset(
    {"content", "offer_part", "digest", "total", "notice", "read_order"}
)  # these say nothing to the mall
POLLS = frozenset({"collect", "orders", "requests"})  # asked all the time, for nothing mostly: then counted

_later: ContextVar[list[Callable[[], None]] | None] = ContextVar("kept_later", default=None)


@contextmanager
def kept_later(keeps: list[Callable[[], None]]) -> Iterator[None]:
    """What is said in here, on this thread, is kept once `keeps` are called: who speaks need not wait."""
    before = _later.set(keeps)
    try:
        yield
    finally:
        _later.reset(before)


class Recorded:
    """A connector whose calls are kept with what went over the wire, blotted."""

    def __init__(self, connector: Connector, partner: PartnerMall, kept_as: str = ""):
        self._connector, self._partner, self._kept_as = connector, partner, kept_as

    def __getattr__(self, name):
        found = getattr(self._connector, name)
        return partial(self._call, name, found) if callable(found) and name not in SPEECHLESS else found

    def _call(self, kind: str, call, *args, **kwargs):
        began = time.monotonic()
        with overheard() as heard:
            try:
                result = call(*args, **kwargs)
            except Fault as fault:
                self._keep(kind, args, None, heard, began, fault)
                raise
        if heard:
            self._keep(kind, args, result, heard, began, None)
        return result

    def _keep(self, kind: str, args, result, heard: list[Exchange], began: float, fault) -> None:
        milliseconds, at = int((time.monotonic() - began) * 1000), timezone.now()
        keep = partial(self._keep_now, kind, args, result, heard, milliseconds, at, fault)
        keeps = _later.get()
        if keeps is None:
            keep()
        else:
            keeps.append(keep)

    def _keep_now(self, kind: str, args, result, heard, milliseconds: int, at, fault) -> None:
        """What cannot be kept is logged: a call's answer is worth more than its record."""
        try:
            if kind in POLLS and not fault and _is_nothing(result):
                call_rows.count_empty(self._partner.pk, at)
            else:
                self._create(kind, _products(kind, args, result), heard, milliseconds, at, fault)
        except Exception as error:  # whatever a body or the database has against it
            logger.error("call %s to partner %s not kept: %s", kind, self._partner.pk, type(error).__name__)

    def _create(self, kind, products: list[int], heard, milliseconds: int, at, fault: Fault | None) -> None:
        secrets = call_rows.secrets_of(self._partner)
        last = heard[-1] if heard else Exchange("", b"", None, b"", 0)
        call_rows.keep(
            partner_id=self._partner.pk,
            kind=(self._kept_as or kind)[:30],
            listings=len(products),
            products=products,
            outcome=type(fault).__name__.lower()[:20] if fault else "ok",
            status=last.status,
            milliseconds=milliseconds,
            error=blot.line(str(fault), kind, secrets)[:300] if fault else "",
            address=blot.address(last.url, secrets)[:300],
            sent=call_rows.packed([exchange.sent for exchange in heard], kind, secrets),
            answered=call_rows.packed([exchange.answered for exchange in heard], kind, secrets),
            at=at,
        )


def _is_nothing(result) -> bool:
    """An empty page or an empty handful: nothing to read in it, not even what is wrong with it."""
    if isinstance(result, Page):
        return not (result.rows or result.unread or result.bad)
    return result in ({}, [])


def _products(kind: str, args, result) -> list[int]:
    """The keys of the products that a call is about: by the items or numbers sent, or by the receipts got."""
    rows = args[0] if args and isinstance(args[0], list | tuple) else []
    if kind == "collect":
        rows = [answer for answers in (result or {}).values() for answer in answers]
    names = [row if isinstance(row, str) else getattr(row, "out_id", "") for row in rows]
    return sorted({key for key in map(product_of, names) if key})
