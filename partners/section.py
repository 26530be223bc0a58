"""The Korean-goods section of a partner: the mall's lists, narrowed to its goods, in its frame."""

from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog import listing, today, tree
from catalog.cards import cover_of, render_ids
from catalog.models import Category, Product
from catalog.search.filters import Filters
from catalog.search.plan import Among, rows_of
from catalog.search.query import Results, search
from kmall.caching import remembered
from partners.frame import NAMES, around, framed
from partners.models import PartnerMall
from partners.select import on_show

BONDED = Product.Delivery.BONDED
COVERS = 2
NEAR = 10


@dataclass(frozen=True)
class Hall:
    """A partner with its goods as the search takes them, and the paths of the categories they are in."""

    partner: PartnerMall
    among: Among
    bonded: Among
    paths: frozenset[str]
    has_bonded: bool

    def has(self, slug: str) -> bool:
        """Whether a product is one of the partner's goods."""
        sql = f"SELECT FROM catalog_product WHERE slug = %s AND id IN ({self.among.sql})"
        return bool(rows_of((sql, [slug, *self.among.params])))


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
    found = listing.read(request, q=q, category=category, among=hall.bonded if is_bonded else hall.among)
    found["cards"] = framed(found["cards"], hall.partner)
    if q and not found["cards"] and not found["chosen"]:
        found["near"] = framed(render_ids(_best_sold(hall)), hall.partner)
    is_front = not (category or q or is_bonded or request.GET)
    return found | around(hall.partner) | _around_list(hall, category, is_bonded) | {
        "category": category,
        "is_bonded": is_bonded,
        "is_front": is_front,
        "front": _front(found["results"]) if is_front else "",
    }  # fmt: skip


def _read(code: str) -> Hall:
    partner = get_object_or_404(PartnerMall.objects.exclude(state=PartnerMall.State.SETUP), code=code)
    goods = on_show(partner)
    kinds = list(goods.order_by().values_list("category__path", "delivery").distinct())
    return Hall(
        partner=partner,
        among=_among(goods),
        bonded=_among(goods.filter(delivery=BONDED)),
        paths=frozenset(path for path, _delivery in kinds),
        has_bonded=any(delivery == BONDED for _path, delivery in kinds),
    )


def _among(goods: QuerySet) -> Among:
    sql, params = goods.order_by().values("pk").query.sql_with_params()
    return Among(sql, tuple(params))


def _best_sold(hall: Hall) -> list[int]:
    """Keys of what of the partner's goods sells best."""
    found = search("", filters=Filters(among=hall.among), sort="sold", terms=today.terms())
    return found.ids[:NEAR]


def _around_list(hall: Hall, category: Category | None, is_bonded: bool) -> dict:
    """What a page of the section shows besides its list, and hangs on nothing that was asked for."""

    def make() -> dict:
        context = {"chips": _chips(hall, category, is_bonded)}
        chips = render_to_string("partners/parts/chips.html", context)
        return {"chips": chips, "crumbs": _crumbs(hall.partner, category)}

    where = category.path if category else ""
    return remembered(("around", hall.partner.pk, get_language(), where, is_bonded), NAMES, make)


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


def _front(results: Results) -> SafeString:
    """The head of the front page, with covers of the first goods."""
    ids = tuple(results.ids[:COVERS])

    def make() -> SafeString:
        products = Product.objects.filter(pk__in=ids).for_card()
        covers = {product.pk: cover for product in products if (cover := cover_of(product))}
        context = {"count": results.total, "count_is_least": results.is_floor}
        context["covers"] = [covers[pk] for pk in ids if pk in covers]
        return render_to_string("partners/parts/front.html", context)

    return remembered(("front", get_language(), ids, results.total, results.is_floor), NAMES, make)
