"""What the forms of the cart ask for."""

from dataclasses import dataclass, field

from django import forms

from kmall.keys import key_of
from orders.cart import MOST_PIECES, Change


class AddForm(forms.Form):
    sku = forms.IntegerField(min_value=1, max_value=2**62)
    quantity = forms.IntegerField(min_value=1, required=False)

    def clean_quantity(self):
        return min(self.cleaned_data["quantity"] or 1, MOST_PIECES)


@dataclass(frozen=True)
class Wish:
    """`chosen`: SKUs to choose among those `shown`; None where the form said nothing of choices."""

    changes: list[Change] = field(default_factory=list)
    chosen: set[int] | None = None
    shown: set[int] = field(default_factory=set)


def wanted(post) -> Wish:
    """Read the cart's form.

    `line` names each SKU shown, `q-<sku>` its quantity, `was-<sku>` the quantity shown: so a page left open
    in another tab changes only what was touched in it. `plus`, `minus` and `remove` are buttons of a SKU.
    `pick` are ticked SKUs; `all` and `seller` tick several, with `had-all` and `had-seller` for those that
    were ticked, and `of-<sku>` a line's seller.
    """
    shown = {key for sku in post.getlist("line") if (key := key_of(sku))}
    changes = [change for sku in sorted(shown) if (change := _change(post, sku))]
    return Wish(changes, _picked(post, shown) if shown else None, shown)


def _change(post, sku: int) -> Change | None:
    was = _number(post.get(f"was-{sku}"))
    quantity = _number(post.get(f"q-{sku}"))
    if post.get("remove") == str(sku):
        return Change(sku, 0)
    if post.get("plus") == str(sku):
        return Change(sku, (quantity or was or 0) + 1)
    if post.get("minus") == str(sku):
        return Change(sku, max((quantity or was or 2) - 1, 1))
    return Change(sku, max(quantity, 1)) if quantity is not None and quantity != was else None


def _picked(post, shown: set[int]) -> set[int]:
    if ("all" in post) != ("had-all" in post):
        return shown if "all" in post else set()
    picked = {key for sku in post.getlist("pick") if (key := key_of(sku))} & shown
    had, has = set(post.getlist("had-seller")), set(post.getlist("seller"))
    for seller in had ^ has:
        of_seller = {sku for sku in shown if post.get(f"of-{sku}") == seller}
        picked = picked | of_seller if seller in has else picked - of_seller
    return picked


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 6 else None
