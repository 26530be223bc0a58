"""`/partner/<code>/…`: pages of ours in a partner's frame, the same for everybody and kept whole."""

from django.http import Http404
from django.shortcuts import redirect, render

from catalog import product_html, tree
from catalog.search.filters import PARAMETERS
from kmall.keys import key_of
from kmall.page_cache import cached_page
from partners import frame
from partners import section as work


@cached_page(names=frame.NAMES, query=PARAMETERS)
def section(request, code):
    """The front page of a partner's Korean-goods section."""
    return render(request, "partners/section.html", work.page(request, work.hall_of(code)))


@cached_page(names=frame.NAMES, query=PARAMETERS)
def bonded(request, code):
    """Goods of the section that are in a bonded warehouse in China already."""
    return render(request, "partners/section.html", work.page(request, work.hall_of(code), is_bonded=True))


@cached_page(names=frame.NAMES, query=PARAMETERS)
def category(request, code, slug):
    """One category of the section, and all below it."""
    if (found := tree.by_slug().get(slug)) is None:
        raise Http404
    return render(request, "partners/section.html", work.page(request, work.hall_of(code), category=found))


@cached_page(names=frame.NAMES, query=PARAMETERS)
def search(request, code):
    """Goods of the section for words."""
    q = request.GET.get("q", "").strip()
    return render(request, "partners/section.html", work.page(request, work.hall_of(code), q=q))


@cached_page(names=(*frame.NAMES, "stock:{slug}"), query=("sku",))
def product(request, code, slug):
    """A product's page in the partner's frame; what the partner does not have is on the mall's own page."""
    hall, html = work.hall_of(code), None
    if hall.has(slug):
        html = product_html.html_of(slug, key_of(request.GET.get("sku")))
    if html is None:
        return redirect("catalog:product", slug)
    inside = html._replace(
        main=frame.framed(html.main, hall.partner), bar=frame.framed(html.bar, hall.partner)
    )
    context = frame.around(hall.partner) | {"html": inside, "slug": slug}
    return render(request, "partners/product.html", context)
