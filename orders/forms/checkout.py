"""The one form of the checkout: where to, who buys, how it is paid, what has been read."""

import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

from kmall.encryption import blind_index
from orders.address_book import keep_address
from orders.forms.address import REFRESH, AddressForm
from orders.forms.boxes import Boxes
from orders.identity import clean_name, clean_number, remember
from orders.models import Address, Identity

NEW = "new"
# Buttons and requests that ask for the page again instead of ordering.
ASKS_AGAIN = (*REFRESH, "quote")


class IdentityForm(Boxes):
    real_name = forms.CharField(
        label=_("Your real name"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name", "lang": "zh-Hans"}),
        error_messages={"required": _("Please enter the real name of the person who orders.")},
    )
    id_number = forms.CharField(
        label=_("ID number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Please enter the 18 characters of the ID card.")},
    )

    def clean_real_name(self):
        return clean_name(self.cleaned_data["real_name"])

    def clean_id_number(self):
        return clean_number(self.cleaned_data["id_number"])


class ChoiceForm(Boxes):
    """What is chosen or ticked. `key` makes a second tap the same order; `total_fen` is what was shown."""

    address = forms.CharField(required=False)
    identity = forms.CharField(required=False)
    payment = forms.ChoiceField(
        label=_("Payment"),
        choices=[("alipay", _("Alipay"))],
        error_messages={"required": _("Please choose how to pay.")},
    )
    accept = forms.BooleanField(
        label=_("Buying notes"),
        error_messages={"required": _("Please read the notes and tick the box to order.")},
    )
    key = forms.RegexField(r"^[\w-]{16,60}$", widget=forms.HiddenInput)
    total_fen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CheckoutForms:
    """The parts together. `data` None: a fresh page; with a button of `ASKS_AGAIN` nothing is judged."""

    def __init__(self, user, data=None):
        self.user = user
        self.addresses = list(user.addresses.all())
        self.identities = list(user.identities.order_by("-id"))
        self.is_judged = data is not None and not any(name in data for name in ASKS_AGAIN)
        first = {
            "address": str(self.addresses[0].pk) if self.addresses else NEW,
            "identity": str(self.identities[0].pk) if self.identities else NEW,
            "payment": "alipay",
            "key": secrets.token_urlsafe(24),
        }
        typed = {name: data[name] for name in ChoiceForm.base_fields if name in data} if data else {}
        self.choices = first | typed
        self.choice = ChoiceForm(self.choices if self.is_judged else None, initial=self.choices)
        judges_address = self.is_judged and self.chosen_address is None
        judges_identity = self.is_judged and self.chosen_identity is None
        self.address = AddressForm(data) if judges_address else AddressForm.refreshed(data or {})
        names = ("real_name", "id_number")
        self.identity = IdentityForm(
            data if judges_identity else None, initial={name: (data or {}).get(name, "") for name in names}
        )

    @property
    def chosen_address(self) -> Address | None:
        """An address of the book; None for a new one."""
        return next((a for a in self.addresses if str(a.pk) == self.choices["address"]), None)

    @property
    def chosen_identity(self) -> Identity | None:
        return next((i for i in self.identities if str(i.pk) == self.choices["identity"]), None)

    @property
    def judged(self) -> list[Boxes]:
        return [form for form in (self.address, self.identity, self.choice) if form.is_bound]

    def is_valid(self) -> bool:
        # No generator: each part is judged, so that everything wrong is told at once.
        return all([form.is_valid() for form in self.judged])  # noqa: C419

    def mark_wrong(self):
        for form in self.judged:
            form.mark_wrong()
        return self

    @property
    def province_code(self) -> str:
        """Where it goes, as far as it is known: decides freight."""
        if self.chosen_address:
            return self.chosen_address.province_code
        return str(self.address["province_code"].value() or "")

    @property
    def buyer_index(self) -> str:
        """Whose year is counted, as far as it is known."""
        if self.chosen_identity:
            return self.chosen_identity.index
        number = self.identity.cleaned_data.get("id_number") if self.identity.is_bound else None
        return blind_index(number) if number else ""

    def keep(self) -> tuple[Address, Identity]:
        """Save what is new, inside the transaction of the order."""
        address = self.chosen_address or keep_address(user=self.user, fields=self.address.fields_of_address())
        known = self.chosen_identity
        data = {"real_name": known.name, "id_number": known.number} if known else self.identity.cleaned_data
        identity = remember(user=self.user, name=data["real_name"], number=data["id_number"])
        return address, identity
