"""The first step: which mall it is, which connector talks to it, and where."""

import re

from django import forms
from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kmall.http import check_address
from orders.models import Channel
from partners.admin.meanwhile import KeepsOthersChanges
from partners.connectors import connectors, profile
from partners.models import PartnerMall
from partners.setup import LIMITS, begin_partner, move_partner

TEMPLATE = "admin/partners/setup/connector.html"
CAN = {
    "send": gettext_lazy("takes goods as we send them"),
    "feed": gettext_lazy("fetches our feed"),
    "receipts": gettext_lazy("confirms goods later"),
    "digests": gettext_lazy("tells by digests what differs"),
    "orders": gettext_lazy("lets us fetch orders"),
    "notices": gettext_lazy("tells of an order at once"),
    "refunds": gettext_lazy("takes refunds of a part"),
    "requests": gettext_lazy("asks us about cancels and returns"),
    "statements": gettext_lazy("gives a daily statement"),
    "categories": gettext_lazy("lists its own categories"),
}


class ConnectorForm(KeepsOthersChanges, forms.ModelForm):
    """Connector and code stay once the mall runs: listings and links are known there by them.

    Its limits are asked for while it is set up; later they stand on the mall's own page.
    """

    connector = forms.ChoiceField(label=gettext_lazy("Connector"), widget=forms.RadioSelect)
    base_url = forms.URLField(
        label=gettext_lazy("Address of its interface"), assume_scheme="https", max_length=200
    )
    home_url = forms.URLField(
        label=gettext_lazy("Address of its shop"), assume_scheme="https", max_length=200
    )
    code = forms.SlugField(
        label=gettext_lazy("Short name in addresses"),
        help_text=gettext_lazy("small letters, digits and -; stays for ever"),
        max_length=30,
    )

    class Meta:
        model = PartnerMall
        fields = ("connector", "name_ko", "name_zh_hans", "code", "base_url", "home_url", *LIMITS)

    def __init__(self, data, *, partner: PartnerMall | None):
        super().__init__(data, instance=partner)
        self.fields["connector"].choices = [
            (name, f"{name} ({source})") for name, source in sorted(connectors().items())
        ]
        for name in ("name_ko", "name_zh_hans"):
            self.fields[name].required = True
        if partner and partner.state != PartnerMall.State.SETUP:
            for name in ("connector", "code"):
                self.fields[name].disabled = True
            for name in LIMITS:
                del self.fields[name]

    def clean_base_url(self):
        url = self.cleaned_data["base_url"]
        try:
            check_address(url)
        except ValueError:
            raise forms.ValidationError(_("No call can go to this address.")) from None
        return url

    def names(self) -> list[forms.BoundField]:
        """Names and addresses."""
        return [self[name] for name in self.fields if name != "connector" and name not in LIMITS]

    def limits(self) -> list[forms.BoundField]:
        """How the mall may be called; none once it runs."""
        return [self[name] for name in LIMITS if name in self.fields]

    def connector_shown(self) -> str:
        """What the page showed, unseen; a field drawn whole brings it along by itself."""
        field = self["connector"]
        return field.as_hidden(only_initial=True) if field.field.show_hidden_initial else ""

    def offered(self) -> list[tuple]:
        """(radio button, what the connector says of itself, what it can do in words)."""
        rows = []
        for button in self["connector"]:
            about = profile(button.data["value"])
            rows.append((button, about, [CAN[can] for can in about.can if can in CAN] if about else []))
        return rows

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not self.fields["code"].disabled and not re.fullmatch("[a-z0-9-]+", code):
            raise forms.ValidationError(_("Only small letters, digits and - may stand here."))
        theirs = Channel.objects.filter(code=code).exclude(pk=self.instance.channel_id)
        if theirs.exists():
            raise forms.ValidationError(_("Another mall, shop or display goes by this name."))
        return code


@transaction.atomic
def show(request, partner: PartnerMall | None) -> dict | None:
    """Context of the page, or None when saved; a new mall then stands in `request.new_partner`."""
    form = ConnectorForm(request.POST if request.method == "POST" else None, partner=partner)
    if not form.is_bound or not form.is_valid():
        return {"form": form}
    if partner is None:
        request.new_partner = begin_partner(actor=request.user, **form.cleaned_data)
    else:
        move_partner(partner, actor=request.user, **form.cleaned_data)
    return None


def stands(partner: PartnerMall) -> tuple[bool, str]:
    about = profile(partner.connector)
    name = about.name if about else partner.connector
    return about is not None, format_html('<span lang="zh-Hans">{}</span> · {}', name, partner.base_url)
