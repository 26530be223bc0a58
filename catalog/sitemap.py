"""The sitemap: an index and parts by ranges of ids, so that the last part is as fast as the first."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.html import escape

from catalog.models import Category, Product, Seller
from catalog.notes import NOTES
from kmall.templatetags.mall import in_language, tag_of

IDS_A_PART = 5_000  # product ids, two addresses each; a sitemap may hold 50,000

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LINKS = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


def index() -> Iterator[str]:
    """Addresses of the parts: pages, sellers, and the products by range."""
    last = Product.objects.aggregate(last=Max("pk"))["last"] or 0
    parts = ["pages", *(f"products-{n}" for n in range(last // IDS_A_PART + 1))]
    yield f"{HEAD}<sitemapindex {SPACE}>"
    for part in parts:
        yield f"<sitemap><loc>{settings.SITE_URL}{reverse('sitemap_part', args=[part])}</loc></sitemap>"
    yield "</sitemapindex>"


def pages() -> Iterator[str]:
    """Home, tree, categories, sellers and notes."""
    paths = [reverse("catalog:home"), reverse("catalog:categories")]
    paths += [reverse("catalog:help", args=[topic]) for topic in NOTES]
    slugs = Category.objects.values_list("slug", flat=True)
    paths += [reverse("catalog:category", args=[slug]) for slug in slugs]
    slugs = Seller.objects.open().values_list("slug", flat=True)
    paths += [reverse("catalog:seller", args=[slug]) for slug in slugs]
    return urlset((path, None) for path in paths)


def products(part: int) -> Iterator[str]:
    """The products on sale whose ids lie in the part's range."""
    found = Product.objects.on_sale().filter(pk__gte=part * IDS_A_PART, pk__lt=(part + 1) * IDS_A_PART)
    rows = found.order_by("pk").values_list("slug", "approved_at").iterator(chunk_size=1000)
    return urlset((reverse("catalog:product", args=[slug]), approved) for slug, approved in rows)


def urlset(paths: Iterable[tuple]) -> Iterator[str]:
    """An entry in each language for each (path, last change or None), which name each other."""
    yield f"{HEAD}<urlset {SPACE} {LINKS}>"
    for path, changed in paths:
        urls = {code: settings.SITE_URL + in_language(path, code) for code in settings.STOREFRONT_LANGUAGES}
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{tag_of(code)}" href="{escape(url)}"/>'
            for code, url in urls.items()
        )
        date = f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else ""
        for url in urls.values():
            yield f"<url><loc>{escape(url)}</loc>{date}{links}</url>"
    yield "</urlset>"
