"""Terms and tax rates of today for pages: read again when the catalogue changes, or the day does."""

from collections.abc import Callable
from hashlib import blake2b

from django.utils import timezone

from catalog.models import HsCode
from catalog.pricing import Terms, todays_terms
from catalog.tax import TaxTable, rates_at
from kmall.caching import remembered


def terms() -> Terms:
    """As `todays_terms`, whose errors are not remembered."""
    return remembered(("terms", timezone.localdate()), ("catalog",), todays_terms)


def table() -> TaxTable:
    today = timezone.localdate()
    return remembered(("tax table", today), ("catalog",), lambda: rates_at(today))


_beside: list[Callable[[], object]] = []


def shown_beside(read: Callable[[], object]) -> None:
    """Slot for another app's rows that pages of goods show: `read()` gives what its `repr` tells apart."""
    _beside.append(read)


def mark() -> str:
    """Another word for other prices, taxes or freight: for keys of what shows them."""
    return remembered(("mark", timezone.localdate()), ("catalog",), _mark)


def _mark() -> str:
    now = terms()
    made_of = (
        now.rate.rate,
        now.policy.margin,
        now.step,
        table(),
        *HsCode.objects.order_by("pk").values_list(),
    )
    return blake2b(repr((made_of, [read() for read in _beside])).encode(), digest_size=8).hexdigest()
