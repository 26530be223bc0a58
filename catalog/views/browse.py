from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from catalog import listing, structured, tree
from catalog.search.filters import PARAMETERS
from catalog.shop_window import strip_of
from kmall.caching import remembered
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
    around = remembered(("category", get_language(), found.path), ("catalog",), partial(around_list, found))
    return render(request, "catalog/category.html", listing.read(request, category=found) | around)


def around_list(category):
    """What the page of a category shows besides its list, and hangs on nothing that was asked for."""
    line = tree.line_of(category.path)
    crumbs = [(step.name, reverse("catalog:category", args=[step.slug])) for step in line[:-1]]
    back_url = crumbs[-1][1] if crumbs else reverse("catalog:categories")
    crumbs.append((category.name, None))
    context = {"category": category, "structured": structured.crumbs(crumbs)}
    return {
        "category": category,
        "crumbs": tuple(crumbs),
        "head": render_to_string("catalog/parts/category_head.html", context),
        "strip": strip_of(category),
        "nav_path": category.path,
        "back_url": back_url,
    }
