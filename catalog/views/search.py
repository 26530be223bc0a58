from django.shortcuts import render

from catalog import listing
from catalog.cards import render_ids
from catalog.shop_window import best_sold
from kmall.page_cache import cached_page


@cached_page(names=("catalog",), query=(*listing.QUERY, "q"))
def search(request):
    """Goods for words; without words, all goods."""
    q = request.GET.get("q", "").strip()
    context = listing.read(request) | {"q": q}
    if not context["cards"]:
        context["near"] = render_ids(best_sold(10))
    return render(request, "catalog/search.html", context)


@cached_page(names=("catalog",), query=("q",))
def suggest(request):
    """A fragment of suggestions while typing."""
    return render(request, "catalog/suggest.html", {"words": []})
