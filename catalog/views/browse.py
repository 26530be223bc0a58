from django.shortcuts import render

from catalog import tree
from kmall.page_cache import cached_page


@cached_page(names=("catalog",))
def categories(request):
    """The whole tree on one page."""
    return render(request, "catalog/categories.html", {"tree": tree.nested()})
