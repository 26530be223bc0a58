"""Terms and tax rates of today for pages: read again when the catalogue changes, or the day does."""

from django.utils import timezone

from catalog.pricing import Terms, todays_terms
from catalog.tax import TaxTable, rates_at
from kmall.caching import remembered


def terms() -> Terms:
    """As `todays_terms`, whose errors are not remembered."""
    return remembered(("terms", timezone.localdate()), ("catalog",), todays_terms)


def table() -> TaxTable:
    today = timezone.localdate()
    return remembered(("tax table", today), ("catalog",), lambda: rates_at(today))
