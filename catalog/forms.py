"""Filters of a list: what a query string asks for, made clean, and as choices with counts."""

from dataclasses import dataclass, field

from django.http import QueryDict

MOST_YUAN = 999_999
SORTS = ("rank", "sold", "price", "-price", "new")
DELIVERIES = ("direct", "bonded")


@dataclass(frozen=True)
class Chosen:
    """Filters as asked for; rubbish is dropped, never an error. Prices in whole yuan."""

    options: dict[str, list[str]] = field(default_factory=dict)  # attribute code: option codes
    sellers: list[str] = field(default_factory=list)  # slugs
    in_stock: bool = False
    price_min: int | None = None
    price_max: int | None = None
    sort: str = SORTS[0]

    @property
    def is_empty(self) -> bool:
        return not (self.options or self.sellers or self.in_stock or self.price_min or self.price_max)


def read(query: QueryDict) -> Chosen:
    """Clean a query: `f_<attribute>` and `seller` (several), `stock=1`, `min`, `max`, `sort`."""
    low, high = yuan(query.get("min")), yuan(query.get("max"))
    if low is not None and high is not None and low > high:
        low, high = high, low
    sort = query.get("sort", "")
    return Chosen(
        options={key[2:]: query.getlist(key) for key in query if key.startswith("f_")},
        sellers=query.getlist("seller"),
        in_stock=query.get("stock") == "1",
        price_min=low,
        price_max=high,
        sort=sort if sort in SORTS else SORTS[0],
    )


def yuan(text: str | None) -> int | None:
    text = (text or "").strip()
    return min(int(text), MOST_YUAN) if text.isascii() and text.isdigit() and int(text) else None
