from django.shortcuts import render

from catalog import listing
from catalog.cards import render_ids
from catalog.search.filters import PARAMETERS
from catalog.search.suggest import suggest as suggestions
from catalog.shop_window import best_sold
from kmall.page_cache import cached_page

NEAR = 10


@cached_page(names=("catalog",), query=PARAMETERS)
def search(request):
    """Goods for words, in any of the mall's scripts; without words, all goods."""
    q = request.GET.get("q", "").strip()
    context = listing.read(request, q=q)
    if not context["cards"] and not context["chosen"]:
        context["near"] = render_ids(best_sold(NEAR))
    return render(request, "catalog/search.html", context)


@cached_page(names=("catalog",), query=("q",))
def suggest(request):
    """A fragment of ways to go on with what was typed, for the search box."""
    words = suggestions(request.GET.get("q", ""))
    return render(request, "catalog/suggest.html", {"words": words})
