"""Which of our goods an order's unknown items are: typed, looked at, and only then so."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.amounts import yuan
from catalog.models import Sku
from catalog.product_page import units_left
from kmall.languages import listed
from partners.admin.further import with_option
from partners.mapping import known_skus, unknown_lines
from partners.models import PartnerOrder


class SkuCodeField(forms.CharField):
    """One of our SKUs by its code, or by its number with an S where sellers share the code."""

    def clean(self, value):
        text = super().clean(value)
        skus = Sku.objects.select_related("product__seller", "stock")
        by_number = skus.filter(pk=text[1:]) if text[:1] in "Ss" and text[1:].isdecimal() else None
        found = list(by_number or skus.filter(code=text)[:5])
        if not found:
            raise forms.ValidationError(_("No option of ours has this code."))
        if len(found) > 1:
            choices = listed(f"S{sku.pk} ({sku.product.seller})" for sku in found)
            raise forms.ValidationError(
                _("Several sellers use this code. Please enter the number: %(choices)s")
                % {"choices": choices}
            )
        return found[0]


@dataclass(frozen=True)
class Item:
    """An unknown item as the partner told it, all lines of it together. `prices`: in yuan, each once."""

    name: str
    listing: str
    quantity: int
    prices: str
    field: forms.BoundField
    sku: Sku | None  # what was typed, once it is one

    @property
    def goods(self) -> str:
        return with_option(str(self.sku.product), self.sku.label)

    @property
    def left(self) -> int:
        return units_left(self.sku)

    @property
    def problem(self) -> str:
        """Why the order would be refused with it; empty where it would not."""
        if not self.sku.is_on_sale:
            return _("It is not on sale: the order will be refused.")
        return _("There are too few: the order will be refused.") if self.left < self.quantity else ""


def field_of(item: str) -> str:
    """The name of an item's field; items are whatever text the partner uses."""
    return f"sku-{item.encode().hex()}"


class MappingForm(forms.Form):
    """For each unknown item of an order, one of our SKUs.

    A field goes by its item, not by its place: what is unknown may change while a page is open. What is typed
    comes back with the goods that it means, and counts once it is sent again with them in `sure`: the order
    is placed and its parcel leaves, a slip of the pen is not taken back.
    """

    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, row: PartnerOrder):
        super().__init__(data)
        self.lines: dict[str, list[dict]] = {}
        for line in unknown_lines(row):
            self.lines.setdefault(str(line["out_sku_id"]), []).append(line)
        self.taken = known_skus(row)
        box = forms.TextInput(attrs={"placeholder": gettext_lazy("SKU code or number here")})
        for item in self.lines:
            self.fields[field_of(item)] = SkuCodeField(label=item, max_length=40, widget=box)

    def clean(self):
        """A mall's two numbers of one option cannot be told apart in what we tell it of the order."""
        cleaned, taken = super().clean(), set(self.taken)
        for item in self.lines:
            if sku := cleaned.get(field_of(item)):
                if sku.pk in taken:
                    self.add_error(field_of(item), _("Another item of this order is this option already."))
                taken.add(sku.pk)
        return cleaned

    def items(self) -> list[Item]:
        return [self._item(item, lines) for item, lines in self.lines.items()]

    def chosen(self) -> dict[str, Sku]:
        return {item: self.cleaned_data[field_of(item)] for item in self.lines}

    def meant(self) -> str:
        """What `sure` has to say of what was typed."""
        return " ".join(f"{field_of(item)}:{sku.pk}" for item, sku in self.chosen().items())

    def is_sure(self) -> bool:
        return self.cleaned_data["sure"] == self.meant()

    def _item(self, item: str, lines: list[dict]) -> Item:
        return Item(
            name=item,
            listing=lines[0].get("out_id", ""),
            quantity=sum(line["quantity"] for line in lines),
            prices=" / ".join(dict.fromkeys(yuan(line.get("price_fen", 0)) for line in lines)),
            field=self[field_of(item)],
            sku=self.cleaned_data.get(field_of(item)) if self.is_bound and self.is_valid() else None,
        )
