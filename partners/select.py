"""Which products a partner gets: its listing rule, as a query."""

from django.db.models import Q, QuerySet

from catalog.models import Category, Product
from partners.models import PartnerMall
from partners.rules import BadRule, Rule

_NOTHING = Q(pk__lt=0)  # `none()` has no SQL to be part of another query


def chosen(partner: PartnerMall) -> QuerySet[Product]:
    """Products that should be on sale at the partner. Raises `BadRule`, never guesses at a broken one."""
    return selected(Rule.read(partner.rule))


def on_show(partner: PartnerMall) -> QuerySet[Product]:
    """The same for pages: nothing where the rule cannot be read, which the desk tells KITA."""
    try:
        return chosen(partner)
    except BadRule:
        return Product.objects.filter(_NOTHING)


def selected(rule: Rule) -> QuerySet[Product]:
    """Products on sale here that a rule selects."""
    narrowed = Q()
    if rule.categories:
        narrowed &= _below(rule.categories)
    if rule.sellers:
        narrowed &= Q(seller__in=rule.sellers)
    if rule.price_from_krw:
        narrowed &= Q(sort_price_krw__gte=rule.price_from_krw)
    if rule.price_to_krw:
        narrowed &= Q(sort_price_krw__lte=rule.price_to_krw)
    if rule.in_stock:
        narrowed &= Q(has_stock=True)
    if rule.delivery:
        narrowed &= Q(delivery=rule.delivery)
    if rule.hs:
        narrowed &= Q(hs__code__in=rule.hs)
    if narrowed and rule.extra:
        narrowed |= Q(pk__in=rule.extra)
    products = Product.objects.on_sale().filter(narrowed)
    return products.exclude(pk__in=rule.without) if rule.without else products


def _below(categories: tuple[int, ...]) -> Q:
    """Goods of these categories and all below them; of none, where none of them is left."""
    below = Q()
    for path in Category.objects.filter(pk__in=categories).values_list("path", flat=True):
        below |= Q(category__path__startswith=path)
    return below or _NOTHING
