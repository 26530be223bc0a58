"""The first step of a new product: whose it is, where it belongs, what it is called in Korean."""

import re
import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, HsCode, Product, Seller


def new_key() -> str:
    """What a page carries along, so that a second click on it is known for one; the end of an address."""
    return secrets.token_hex(5)


class NewProductForm(forms.Form):
    seller = forms.ModelChoiceField(label=_("seller"), queryset=Seller.objects.none())
    category = forms.ModelChoiceField(
        label=_("category"),
        help_text=_("it decides which attributes are asked for"),
        queryset=Category.objects.none(),
    )
    hs = forms.ModelChoiceField(
        label=_("HS code"),
        help_text=_("ten digits of China's tariff; it decides tax and route"),
        queryset=HsCode.objects.none(),
    )
    name_ko = forms.CharField(label=_("name in Korean"), max_length=120)
    key = forms.CharField(widget=forms.HiddenInput, initial=new_key, required=False)

    def __init__(self, *args, sellers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seller"].queryset = sellers
        if len(own := list(sellers[:2])) == 1:
            self.fields["seller"].initial = own[0]
            self.fields["seller"].widget = forms.HiddenInput()
        self.fields["category"].queryset = Category.objects.filter(children__isnull=True)
        self.fields["hs"].queryset = HsCode.objects.filter(valid_to__isnull=True)

    def clean_key(self):
        key = self.cleaned_data["key"]
        return key if re.fullmatch(r"[0-9a-f]{10}", key) else new_key()


def create_draft(*, seller, category, hs, name_ko, key) -> Product:
    """A product that nobody but its seller and KITA sees, at an address that says nothing of it.

    The same words under the same key are the same product, however often they come.
    """
    told = {"seller": seller, "category": category, "hs": hs, "name_ko": name_ko}
    product, _is_new = Product.objects.get_or_create(slug=f"{category.slug}-{key}"[-80:], defaults=told)
    if all(getattr(product, name) == value for name, value in told.items()):
        return product
    return create_draft(**told, key=new_key())
