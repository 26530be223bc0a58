"""What a shopper narrows a list by, as it stands in the address: `?f_skin=dry&seller=damon&price_to=200`.

Within one group any choice will do, between groups all must hold.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import get_language

from catalog.models import AttributeOption, Category, Seller
from catalog.pricing import Terms, shop_price
from catalog.search.plan import Among, Match
from kmall.caching import remembered

PARAMETERS = ("c", "cursor", "f_*", "price_from", "price_to", "q", "seller", "sort", "stock")
MOST_CHOICES = 30
_HIGHEST_KRW = 10**9


@dataclass(frozen=True)
class Filters:
    """Choices by group. Options are codes, sellers and category slugs, prices whole yuan.

    `among` is nobody's choice: the part of the mall that the page is about.
    """

    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sellers: tuple[str, ...] = ()
    category: str = ""
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False
    among: Among | None = field(default=None, repr=False)  # long: keys take it beside the rest

    @classmethod
    def from_query(cls, query: QueryDict, **fixed) -> "Filters":
        """Rubbish is left out. `fixed`: what the page itself says, e.g. `category="masks"`."""
        options = {
            name.removeprefix("f_"): tuple(sorted(set(query.getlist(name))))[:MOST_CHOICES]
            for name in query
            if name.startswith("f_")
        }
        chosen = {
            "options": dict(list(options.items())[:MOST_CHOICES]),
            "sellers": tuple(sorted(set(query.getlist("seller"))))[:MOST_CHOICES],
            "category": query.get("c", ""),
            "price_from": _yuan(query.get("price_from")),
            "price_to": _yuan(query.get("price_to")),
            "in_stock": query.get("stock") == "1",
        }
        return cls(**chosen | fixed)

    def groups(self) -> list[str]:
        """The groups in which something is chosen; a category is a group of its own."""
        plain = {
            "seller": bool(self.sellers),
            "price": self.price_from is not None or self.price_to is not None,
            "stock": self.in_stock,
        }
        return [f"f_{code}" for code in self.options] + [name for name, chosen in plain.items() if chosen]

    def match(self, terms: Terms | None, *, without: str = "") -> Match:
        """The rows that pass, leaving out one group. A choice that does not exist matches nothing."""
        known = option_tree()
        groups = []
        for code, choices in self.options.items():
            if without != f"f_{code}":
                numbers = {option.code: option.pk for option in known.get(code, ())}
                groups.append(tuple(f"o:{numbers[choice]}" for choice in choices if choice in numbers))
        if self.sellers and without != "seller":
            slugs = [slug for slug in self.sellers if "\0" not in slug]  # which no row can be searched for
            found = Seller.objects.filter(slug__in=slugs).values_list("pk", flat=True)
            groups.append(tuple(f"s:{number}" for number in sorted(found)))
        path = ""
        if self.category:
            path = next((node.path for node in category_list() if node.slug == self.category), "none")
        low, high = (None, None) if without == "price" or not terms else self._krw(terms)
        in_stock = self.in_stock and without != "stock"
        return Match(tuple(groups), path, low, high, in_stock, self.among)

    def _krw(self, terms: Terms) -> tuple[int | None, int | None]:
        low = None if self.price_from is None else first_krw(self.price_from * 100, terms)
        high = None if self.price_to is None else first_krw(self.price_to * 100 + 1, terms) - 1
        return low, high


def first_krw(fen: int, terms: Terms) -> int:
    """The lowest price in won that is shown as `fen` or more."""
    return bisect_left(range(_HIGHEST_KRW), fen, key=lambda krw: shop_price(krw, terms))


def option_tree() -> dict[str, list[AttributeOption]]:
    """The options of every attribute that is a filter, by the attribute's code, each with its attribute."""

    def read() -> dict[str, list[AttributeOption]]:
        tree: dict[str, list[AttributeOption]] = {}
        for option in AttributeOption.objects.select_related("attribute").order_by("attribute", "position"):
            tree.setdefault(option.attribute.code, []).append(option)
        return tree

    return remembered(("search", "options"), ("catalog",), read)


def category_list() -> list[Category]:
    return remembered(("search", "categories"), ("catalog",), lambda: list(Category.objects.all()))


def names_of(sellers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Slug and name, in the language of the page."""
    column = f"name_{get_language().replace('-', '_')}"
    rows = Seller.objects.filter(pk__in=sellers).values_list("pk", "slug", column)
    return {number: (slug, name) for number, slug, name in rows}


def _yuan(text: str | None) -> int | None:
    """Whole yuan as typed; None for rubbish."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 7:
        return None
    return int(text)
