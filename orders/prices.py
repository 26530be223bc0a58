"""The price of a SKU at this moment, where a page is about to remember it."""

from catalog.models import Sku
from catalog.pricing import NoPricePolicy, sku_price, todays_terms
from catalog.rates import StaleRate


def unit_fen_now(sku_id: int) -> int | None:
    """Fen for a piece before tax, None for an unknown SKU or on a day without a rate or a price policy."""
    sku = Sku.objects.filter(pk=sku_id).first()
    try:
        return sku_price(sku, todays_terms()).fen if sku else None
    except (StaleRate, NoPricePolicy):
        return None
