from django.shortcuts import get_object_or_404, render

from catalog import product_html
from catalog.cards import render_ids
from catalog.models import Product, SearchRow
from kmall.keys import key_of
from kmall.page_cache import cached_page

NEAR = 10


@cached_page(names=("catalog", "stock:{slug}"), query=("sku",))
def product(request, slug):
    """The page of a product. What was withdrawn answers 410 with goods near to it: a link is not lost."""
    html = product_html.html_of(slug, key_of(request.GET.get("sku")))
    if html is None:
        return gone(request, get_object_or_404(Product.objects.select_related("category"), slug=slug))
    return render(request, "catalog/product.html", {"html": html, "nav_path": html.path})


def gone(request, product):
    if product.state == Product.State.DRAFT:
        return render(request, "404.html", status=404)
    rows = SearchRow.objects.filter(category_path=product.category.path, has_stock=True)
    ids = rows.order_by("-sold", "-product_id").values_list("product_id", flat=True)[:NEAR]
    context = {"product": product, "cards": render_ids(list(ids))}
    return render(request, "catalog/gone.html", context, status=410)
