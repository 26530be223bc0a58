"""Structured data (schema.org) of pages, for search engines."""

from django.conf import settings
from django.urls import reverse

from catalog.models import Seller


def site() -> dict:
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "Kmall24",
        "url": settings.SITE_URL + reverse("catalog:home"),
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{settings.SITE_URL}{reverse('catalog:search')}?q={{q}}",
            "query-input": "required name=q",
        },
    }


def crumbs(steps: list[tuple[str, str | None]]) -> dict:
    """Steps as the page shows them, the home page left out; the last one has no address."""
    items = []
    for place, (name, url) in enumerate(steps, start=1):
        item = {"@type": "ListItem", "position": place, "name": name}
        items.append(item | {"item": settings.SITE_URL + url} if url else item)
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def seller(seller: Seller) -> dict:
    data = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": seller.name,
        "url": settings.SITE_URL + reverse("catalog:seller", args=[seller.slug]),
        "address": {"@type": "PostalAddress", "addressCountry": "KR", "addressLocality": seller.town},
    }
    return data | ({"foundingDate": str(seller.founded)} if seller.founded else {})


def product(page) -> list[dict]:
    """The product with its offers and score, and where it stands; of a `ProductPage`."""
    url = settings.SITE_URL + reverse("catalog:product", args=[page.product.slug])
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page.product.name,
        "description": page.product.description[:500],
        "sku": page.chosen.sku.code if page.chosen else page.product.slug,
        "brand": {"@type": "Brand", "name": page.product.brand},
        "offers": [offer(option, url) for option in page.options],
    }
    if page.chosen and page.chosen.sku.gtin:
        data["gtin"] = page.chosen.sku.gtin
    if page.score:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": page.score.average,
            "reviewCount": page.product.rating_count,
        }
    return [data, crumbs(page.crumbs)]


def offer(option, url: str) -> dict:
    stock = "InStock" if option.left else "OutOfStock"
    return {
        "@type": "Offer",
        "url": f"{url}?sku={option.sku.pk}",
        "priceCurrency": "CNY",
        "price": "{}.{:02d}".format(*divmod(option.offer.price.fen, 100)),
        "availability": f"https://schema.org/{stock}",
    }
