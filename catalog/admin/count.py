"""The stock that a seller counts in the editor while shoppers go on buying."""

from django.utils.translation import gettext as _

from catalog import stock
from catalog.models import Stock, StockMovement
from kmall.database import Busy


def with_stock(product, rows: list[dict]) -> list[dict]:
    """Rows of a proposal's "skus" with what is on hand: once to be typed over, once as it is shown."""
    on_hand = dict(product.skus.values_list("pk", "stock__on_hand"))
    return [
        row | dict.fromkeys(("on_hand", "on_hand_shown"), on_hand.get(row["id"], row.get("opening")) or 0)
        for row in rows
    ]


def count_in(rows) -> list[str]:
    """Change stock by what each valid `SkuForm` counts more or less than its page showed.

    So what was sold since stays sold; a sentence for each SKU of which that is so. Where a count cannot be,
    its row gets an error: the caller's transaction is to be rolled back then.
    """
    return [note for row in rows if (note := _count(row))]


def _count(row) -> str:
    sku_id, counted = row.cleaned_data.get("id"), row.cleaned_data.get("on_hand")
    if not sku_id or counted is None:
        return ""
    shown = row.cleaned_data["on_hand_shown"]
    if shown is None:  # a page from before it said so
        _refuse(row, sku_id)
    elif counted != shown:
        try:
            line = (sku_id, counted - shown)
            (now,) = stock.restock(lines=[line], reason=StockMovement.Reason.COUNT, reference="desk")
            return "" if now.on_hand == counted else _moved(row, now.on_hand)
        except stock.OutOfStock:
            _refuse(row, sku_id)
        except Busy:
            row.add_error("on_hand", _("Orders of this SKU are being taken just now. Please save once more."))
    return ""


def _moved(row, on_hand: int) -> str:
    text = _(
        "%(code)s: %(shown)s were on hand when you opened the page. "
        "With what was sold and given back since, it is %(now)s now."
    )
    shown = row.cleaned_data["on_hand_shown"]
    return text % {"code": row.cleaned_data["code"], "shown": f"{shown:,}", "now": f"{on_hand:,}"}


def _refuse(row, sku_id: int) -> None:
    """Say what is there now; the next count is against that."""
    now = Stock.objects.filter(pk=sku_id).first() or Stock()
    row.data[row.add_prefix("on_hand_shown")] = str(now.on_hand)
    text = _(
        "On hand now: %(on_hand)s, held for orders: %(held)s. "
        "Please count once more, with those that are held."
    )
    row.add_error("on_hand", text % {"on_hand": f"{now.on_hand:,}", "held": f"{now.reserved:,}"})
