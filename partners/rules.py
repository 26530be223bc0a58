"""A partner's listing rule: which goods it gets.

It is kept as JSON in the mall's row: a worker reads it whole with the mall at each batch and nothing ever
looks for malls by what is in their rules, so tables of its own would only add joins. In exchange the shape
is strict: what this module does not know is an error, never "no restriction".
"""

from dataclasses import dataclass

from catalog.models import Product

KEYS = "categories", "sellers", "with", "without"  # lists of keys of rows


class BadRule(ValueError):
    """The stored rule is not of the shape below, so nobody can say what it selects."""


@dataclass(frozen=True)
class Rule:
    """What a partner gets of all that is on sale. A part that is empty or 0 does not restrict.

    `categories`: keys, each with all below it. `sellers`: keys. `price_from_krw`, `price_to_krw`: won of the
    cheapest option, both inclusive. `hs`: codes of ten digits. `delivery`: a `Product.Delivery` or "".
    `extra`: products picked by hand that the rest would leave out; `without`: never, whatever else says.
    """

    categories: tuple[int, ...] = ()
    sellers: tuple[int, ...] = ()
    price_from_krw: int = 0
    price_to_krw: int = 0
    in_stock: bool = False
    delivery: str = ""
    hs: tuple[str, ...] = ()
    extra: tuple[int, ...] = ()
    without: tuple[int, ...] = ()

    @classmethod
    def read(cls, data: dict) -> "Rule":
        """The rule behind stored data. Raises `BadRule`."""
        parts = dict(data) if isinstance(data, dict) else {"": None}
        rule = cls(
            **{_NAMES.get(key, key): _keys(key, parts.pop(key, ())) for key in KEYS},
            **{key: _won(key, parts.pop(key, 0)) for key in ("price_from_krw", "price_to_krw")},
            hs=_codes(parts.pop("hs", ())),
            in_stock=_one_of("in_stock", parts.pop("in_stock", False), (True, False)),
            delivery=_one_of("delivery", parts.pop("delivery", ""), ("", *Product.Delivery.values)),
        )
        if parts:
            raise BadRule(f"unknown: {sorted(parts)}")
        if rule.price_to_krw and rule.price_from_krw > rule.price_to_krw:
            raise BadRule("price_from_krw is above price_to_krw")
        return rule

    def data(self) -> dict:
        """What `read` reads, without the parts that do not restrict."""
        shown = {_KEYS.get(name, name): value for name, value in vars(self).items() if value}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in shown.items()}


_NAMES = {"with": "extra"}
_KEYS = {name: key for key, name in _NAMES.items()}


def _keys(key, value) -> tuple[int, ...]:
    if isinstance(value, list | tuple) and all(type(entry) is int for entry in value):
        return tuple(value)
    raise BadRule(f"{key} must be a list of keys")


def _codes(value) -> tuple[str, ...]:
    known = isinstance(value, list | tuple) and all(isinstance(entry, str) for entry in value)
    if known and all(len(entry) == 10 and entry.isdecimal() for entry in value):
        return tuple(value)
    raise BadRule("hs must be a list of ten-digit codes")


def _won(key, value) -> int:
    if type(value) is int and value >= 0:
        return value
    raise BadRule(f"{key} must be whole won")


def _one_of(key, value, choices):
    if value in choices and type(value) is type(choices[0]):
        return value
    raise BadRule(f"{key} must be one of {choices}")
