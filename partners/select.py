"""Which products a partner gets: its listing rule, as a query."""

from django.db.models import Q, QuerySet

from catalog.models import Category, Product
from partners.models import PartnerMall


def chosen(partner: PartnerMall) -> QuerySet[Product]:
    """Products that should be on sale at the partner.

    The rule: `categories` (slugs, with all below), `price_from_krw`, `price_to_krw`, `in_stock`,
    `delivery`, `without` (product ids picked out by hand). What is left out does not restrict.
    """
    rule = partner.rule
    products = Product.objects.on_sale()
    if slugs := rule.get("categories"):
        below = Q()
        for path in Category.objects.filter(slug__in=slugs).values_list("path", flat=True):
            below |= Q(category__path__startswith=path)
        products = products.filter(below) if below else products.none()
    if price := rule.get("price_from_krw"):
        products = products.filter(sort_price_krw__gte=price)
    if price := rule.get("price_to_krw"):
        products = products.filter(sort_price_krw__lte=price)
    if rule.get("in_stock"):
        products = products.filter(has_stock=True)
    if delivery := rule.get("delivery"):
        products = products.filter(delivery=delivery)
    if without := rule.get("without"):
        products = products.exclude(pk__in=without)
    return products
