import re

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import sitemap

CLOSED = (
    "/admin/",
    "/*/account/",
    "/*/cart/",
    "/*/checkout/",
    "/*/orders/",
    "/*/me/",
    "/*/search/",
    "/go/",
    "/seen/",
)


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request):
    """What search engines may read, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines.append(f"Sitemap: {settings.SITE_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def index(request):
    return StreamingHttpResponse(sitemap.index(), content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=3600)
def part(request, name):
    """`pages`, or `products-<n>`."""
    if name == "pages":
        return StreamingHttpResponse(sitemap.pages(), content_type="application/xml")
    found = re.fullmatch(r"products-(\d{1,6})", name)
    if not found:
        raise Http404
    return StreamingHttpResponse(sitemap.products(int(found[1])), content_type="application/xml")
