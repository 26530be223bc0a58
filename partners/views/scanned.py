"""`/scanned/<slug>/`: where a scan lands, the mall's own page with a line for whoever stands at a display."""

from django.shortcuts import redirect, render

from catalog import product_html
from kmall.keys import key_of
from kmall.page_cache import cached_page


@cached_page(names=("catalog", "stock:{slug}"), query=("sku",))
def product(request, slug):
    """A product's page that says first that the order ships; what is not sold is on the mall's own page."""
    html = product_html.html_of(slug, key_of(request.GET.get("sku")))
    if html is None:
        return redirect("catalog:product", slug)
    context = {"html": html, "nav_path": html.path, "slug": slug}
    return render(request, "partners/scan/product.html", context)
