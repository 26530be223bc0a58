"""The Korean-goods section of a partner: the mall's lists, narrowed to its goods, in its frame."""

from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog import listing, tree
from catalog.cards import cover_of
from catalog.models import Category, Product
from catalog.search.plan import Among
from kmall.caching import remembered
from partners.frame import around, framed
from partners.models import PartnerMall
from partners.select import chosen

NAMES = ("catalog", "partners")  # the versions that its pages hang on
BONDED = Product.Delivery.BONDED
COVERS = 2


@dataclass(frozen=True)
class Hall:
    """A partner with its goods as the search takes them, and the paths of the categories they are in."""

    partner: PartnerMall
    goods: QuerySet
    among: Among
    bonded: Among
    paths: frozenset[str]
    has_bonded: bool


def hall_of(code: str) -> Hall:
    """Remembered until the catalogue or a partner's rule changes: do not change it. Raises `Http404`."""
    return remembered(("hall", code), NAMES, partial(_read, code))


def page(
    request,
    hall: Hall,
    *,
    category: Category | None = None,
    q: str = "",
    is_bonded: bool = False,
) -> dict:
    """Context of the section's front page, of a category in it, of its bonded goods, of goods for words."""
    partner = hall.partner
    found = listing.read(request, q=q, category=category, among=hall.bonded if is_bonded else hall.among)
    found["cards"] = framed(found["cards"], partner)
    is_front = not (category or q or is_bonded or request.GET)
    return found | around(partner) | {
        "category": category,
        "is_bonded": is_bonded,
        "chips": _chips(hall, category, is_bonded),
        "crumbs": _crumbs(partner, category),
        "is_front": is_front,
        "covers": _covers(found["results"].ids[:COVERS]) if is_front else [],
    }  # fmt: skip


def _read(code: str) -> Hall:
    partner = get_object_or_404(PartnerMall.objects.exclude(state=PartnerMall.State.SETUP), code=code)
    goods = chosen(partner)
    kinds = list(goods.order_by().values_list("category__path", "delivery").distinct())
    return Hall(
        partner=partner,
        goods=goods,
        among=_among(goods),
        bonded=_among(goods.filter(delivery=BONDED)),
        paths=frozenset(path for path, _delivery in kinds),
        has_bonded=any(delivery == BONDED for _path, delivery in kinds),
    )


def _among(goods: QuerySet) -> Among:
    sql, params = goods.order_by().values("pk").query.sql_with_params()
    return Among(sql, tuple(params))


def _chips(hall, category, is_bonded) -> list[tuple[str, str, bool]]:
    """(address, label, is chosen): on the front the top categories, else those below or beside it."""
    code = hall.partner.code
    home = reverse("partners:section", args=[code])
    beside = tree.beside(category) if category else [c for c in tree.by_slug().values() if not c.depth]
    above = tree.line_of(category.path)[:-1] if category else []
    if category and beside[0].parent_id == category.pk:
        above.append(category)
    whole = reverse("partners:category", args=[code, above[-1].slug]) if above else home
    is_whole = not is_bonded and (not category or category in above)
    chips = [(whole, _("Everything"), is_whole)]
    if hall.has_bonded and not category:
        chips.append((reverse("partners:bonded", args=[code]), _("In the bonded warehouse"), is_bonded))
    for other in beside:
        if any(path.startswith(other.path) for path in hall.paths):
            url = reverse("partners:category", args=[code, other.slug])
            chips.append((url, other.name, other == category))
    return chips


def _crumbs(partner, category) -> list[tuple[str, str | None]]:
    """Steps below the section's front page; the last has no address."""
    line = tree.line_of(category.path) if category else []
    steps = [(step.name, reverse("partners:category", args=[partner.code, step.slug])) for step in line]
    return [*steps[:-1], (steps[-1][0], None)] if steps else []


def _covers(ids: list[int]) -> list:
    products = {product.pk: product for product in Product.objects.filter(pk__in=ids).for_card()}
    return [cover_of(products[pk]) for pk in ids if pk in products and cover_of(products[pk])]
