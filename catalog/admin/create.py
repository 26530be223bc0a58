"""The first step of a new product: whose it is, where it belongs, what it is called in Korean."""

import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, HsCode, Product, Seller


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

    def __init__(self, *args, sellers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seller"].queryset = sellers
        if len(own := list(sellers[:2])) == 1:
            self.fields["seller"].initial = own[0]
            self.fields["seller"].widget = forms.HiddenInput()
        self.fields["category"].queryset = Category.objects.filter(children__isnull=True)
        self.fields["hs"].queryset = HsCode.objects.filter(valid_to__isnull=True)


def create_draft(*, seller, category, hs, name_ko) -> Product:
    """A product that nobody but its seller and KITA sees, at an address that says nothing of it."""
    return Product.objects.create(
        seller=seller,
        category=category,
        hs=hs,
        name_ko=name_ko,
        slug=f"{category.slug}-{secrets.token_hex(5)}"[-80:],
    )
