"""A Chinese address: four dependent selects that work without script, and a box to paste one into."""

from dataclasses import asdict

from django import forms
from django.utils.translation import gettext_lazy as _

from kmall.languages import of_letters
from orders.addresses import children, clean_mobile, parse_pasted, place_of
from orders.forms.boxes import Boxes

LEVELS = ("province_code", "city_code", "district_code", "street_code")
# Which button asks for the form again instead of sending it.
REFRESH = ("fill", "regions")


class AddressForm(Boxes):
    name = forms.CharField(
        label=_("Recipient"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "shipping name"}),
        error_messages={"required": _("Please enter who receives the parcel.")},
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "shipping tel-national", "inputmode": "tel"}),
        error_messages={"required": _("Please enter a mobile number, so that the courier can call.")},
    )
    province_code = forms.CharField(
        label=_("Province"), error_messages={"required": _("Please choose a province.")}
    )
    city_code = forms.CharField(label=_("City"), error_messages={"required": _("Please choose a city.")})
    district_code = forms.CharField(
        label=_("District"), error_messages={"required": _("Please choose a district.")}
    )
    street_code = forms.CharField(label=_("Street"), required=False)
    detail = forms.CharField(
        label=_("House and room"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "shipping street-address", "lang": "zh-Hans"}),
        error_messages={"required": _("Please enter street number, building and room.")},
    )
    is_default = forms.BooleanField(label=_("Use as the default address"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tag = of_letters(str(self["name"].value() or "")) or "zh-Hans"  # a parcel may go to a Korean
        self.fields["name"].widget.attrs["lang"] = tag

    @classmethod
    def refreshed(cls, data):
        """The form as typed so far, nothing judged: regions follow, or a pasted address is spread out."""
        initial = {name: data.get(name, "") for name in cls.base_fields}
        if "fill" in data:
            initial |= parse_pasted(data.get("pasted", ""))
        return cls(initial=initial)

    @classmethod
    def of(cls, address):
        return cls(initial={name: getattr(address, name) for name in cls.base_fields})

    def levels(self):
        """Each select with its options: what lies below the one chosen above it."""
        parent, open_ = "", True
        for name in LEVELS:
            chosen = str(self[name].value() or "")
            options = children(parent) if open_ else {}
            yield {"field": self[name], "chosen": chosen, "options": options, "last": name == LEVELS[-1]}
            open_ = chosen in options
            parent = chosen

    def clean_phone(self):
        return clean_mobile(self.cleaned_data["phone"])

    def clean(self):
        """Codes that do not lie below each other are asked for again, at the first that does not fit."""
        parent = ""
        for name in LEVELS:
            code = self.cleaned_data.get(name, "")
            if code and code not in children(parent):
                self.add_error(name, _("This does not lie in what is chosen above. Please choose again."))
            if name in self.errors or not code:
                break
            parent = code
        return self.cleaned_data

    def fields_of_address(self) -> dict:
        """Columns of `Address` and of an order: cleaned values, codes and names of the regions."""
        data = self.cleaned_data
        lowest = next(data[name] for name in reversed(LEVELS) if data[name])
        rest = {name: data[name] for name in ("name", "phone", "detail", "is_default")}
        return rest | asdict(place_of(lowest))
