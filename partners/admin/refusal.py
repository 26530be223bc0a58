"""KITA refuses a partner's order that nobody can place: the reason goes to the mall and its shopper."""

from django import forms
from django.utils.translation import gettext_lazy as _

# As the malls' contracts name the reasons of a refusal.
REASONS = {
    "out_of_stock": _("the goods cannot be had"),
    "unknown_item": _("an item that is none of ours"),
    "price_differs": _("what was paid is not the price"),
    "bad_address": _("name, ID number or address cannot be right"),
    "over_limit": _("above the limits of cross-border retail"),
}


class RefusalForm(forms.Form):
    """Why an order is not filled, as the mall knows reasons and in words."""

    reason = forms.ChoiceField(label=_("reason"), choices=[("", "---------"), *REASONS.items()])
    text = forms.CharField(
        label=_("message to the mall"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "zh-Hans"}),
        help_text=_("The mall may show it to its shopper: please write in Chinese, and nobody's data."),
    )
