from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from catalog import listing, structured, tree
from catalog.search.filters import PARAMETERS
from catalog.shop_window import strip_of
from kmall.page_cache import cached_page


@cached_page(names=("catalog",))
def categories(request):
    """The whole tree on one page."""
    return render(request, "catalog/categories.html", {"tree": tree.nested()})


@cached_page(names=("catalog",), query=PARAMETERS)
def category(request, slug):
    """Goods of a category and of all below it, with filters."""
    if (found := tree.by_slug().get(slug)) is None:
        raise Http404
    line = tree.line_of(found.path)
    crumbs = [(step.name, reverse("catalog:category", args=[step.slug])) for step in line]
    crumbs[-1] = (found.name, None)
    context = listing.read(request, category=found)
    context |= {
        "category": found,
        "crumbs": crumbs,
        "structured": structured.crumbs(crumbs),
        "strip": strip_of(found),
        "nav_path": found.path,
        "back_url": crumbs[-2][1] if len(crumbs) > 1 else reverse("catalog:categories"),
    }
    return render(request, "catalog/category.html", context)
