"""A list of goods as pages show it: cards, orders, filters with counts, and what is chosen among them."""

from dataclasses import dataclass
from functools import partial

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog import today
from catalog.cards import render_ids
from catalog.models import Category, Seller
from catalog.search.facets import Facet
from catalog.search.filters import Filters
from catalog.search.plan import Among
from catalog.search.query import SORTS, search
from kmall.caching import remembered


@dataclass(frozen=True)
class Chip:
    """A chosen filter; `url` is the list without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Tab:
    """One order: the key that a click asks for; `way` where it can be turned round, and what a click does."""

    key: str
    label: str
    is_on: bool
    way: str = ""
    says: str = ""


def read(
    request,
    *,
    q: str = "",
    category: Category | None = None,
    seller: Seller | None = None,
    among: Among | None = None,
) -> dict:
    """What the templates of lists need, in a fixed number of queries. `among`: of these goods only."""
    fixed = {"among": among} | ({"category": category.slug} if category else {})
    fixed |= {"sellers": (seller.slug,)} if seller else {}
    filters = Filters.from_query(request.GET, **fixed)
    terms, sort = today.terms(), request.GET.get("sort", "")
    results = search(q, filters=filters, sort=sort, cursor=request.GET.get("cursor", ""), terms=terms)
    apart = {"price", *(("category",) if category else ()), *(("seller",) if seller else ())}
    facets = [facet for facet in results.facets if facet.kind not in apart]
    sort = sort if sort in SORTS else ""
    picked = chosen(request.GET, facets, filters)
    form = {
        "q": q,
        "sort": sort,
        "path": request.path,
        "results": results,
        "filters": filters,
        "facets": facets,
    }
    return {
        "q": q,
        "cards": render_ids(results.ids, terms=terms),
        "results": results,
        "filter_form": filter_form(form),
        "chosen": picked,
        "sort_tabs": sort_tabs(request, sort, len(picked)),
    }


def filter_form(context: dict) -> SafeString:
    """The filters with their counts, which hang on the catalogue's version as the counts do."""
    key = (
        "filters",
        get_language(),
        context["path"],
        context["q"],
        context["sort"],
        repr(context["filters"]),
        context["filters"].among,
    )
    render = partial(render_to_string, "catalog/parts/filters.html", context)
    return remembered(key, ("catalog",), render)


def sort_tabs(request, sort: str, number: int) -> SafeString:
    """The orders as links with what is asked for besides; the button of the filters with their number."""
    key = ("sort tabs", get_language(), without(request.GET), number)
    context = {"request": request, "sorts": sorts(sort), "chosen": number}
    return remembered(key, (), partial(render_to_string, "catalog/parts/sorts.html", context))


def sorts(sort: str) -> list[Tab]:
    """The orders; price is one tab that turns round when it is chosen again."""
    falls = sort == "price"
    says = _("Price, high first") if falls else _("Price, low first")
    way = {"price": "rising", "-price": "falling"}.get(sort, "either")
    return [
        Tab("", _("Best match"), is_on=not sort),
        Tab("sold", _("Most sold"), is_on=sort == "sold"),
        Tab("-price" if falls else "price", _("Price"), is_on=way != "either", way=way, says=says),
        Tab("new", _("Newest"), is_on=sort == "new"),
    ]


def chosen(query: QueryDict, facets: list[Facet], filters: Filters) -> list[Chip]:
    """The chosen filters as chips; the price as one."""
    chips = [
        Chip(choice.label, without(query, (facet.parameter, choice.value)))
        for facet in facets
        for choice in facet.choices
        if choice.is_chosen
    ]
    low, high = filters.price_from, filters.price_to
    if low is not None or high is not None:
        label = (
            f"¥{low or 0:,}–{high:,}" if high is not None else _("¥%(yuan)s and more") % {"yuan": f"{low:,}"}
        )
        chips.append(Chip(label, without(query, ("price_from", str(low)), ("price_to", str(high)))))
    return chips


def without(query: QueryDict, *choices: tuple[str, str]) -> str:
    """The query without some choices, each a parameter and a value; back on the first page."""
    query = query.copy()
    query.pop("cursor", None)
    for parameter, value in choices:
        query.setlist(parameter, [kept for kept in query.getlist(parameter) if kept != value])
    return f"?{query.urlencode()}"
