"""The price rule as a form, with what it makes of real goods, and what the mall earns of a sale."""

from copy import copy
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Sku
from catalog.pricing import NoPricePolicy, todays_terms
from catalog.rates import StaleRate
from partners import goods
from partners.admin.commission import PercentField, next_url, percent
from partners.admin.commission import terms as commission_terms
from partners.commission import agree, agreed
from partners.feed import as_our_shop
from partners.models import PartnerMall
from partners.preview import listable, offer_of
from partners.rules import BadRule

TEMPLATE = "admin/partners/setup/price.html"
EXAMPLES = 3


def _percent(label, hint, most):
    return forms.DecimalField(
        label=label,
        help_text=hint,
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=most,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )


class PriceForm(forms.Form):
    """Shares are typed in per cent. The commission is asked for until the start: what has sold keeps its own,
    so that later only a rule of a day to come is agreed on.
    """

    price_factor = _percent(
        gettext_lazy("Price there, % of ours"), gettext_lazy("105 is five per cent dearer than here"), 999
    )
    stock_share = _percent(
        gettext_lazy("Share of the stock shown there, %"),
        gettext_lazy("of what is left after the safety stock"),
        100,
    )
    safety_stock = forms.IntegerField(
        label=gettext_lazy("Safety stock, units"),
        help_text=gettext_lazy("of each option, never shown there"),
        min_value=0,
        max_value=32767,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    commission = PercentField(
        label=gettext_lazy("Commission, %"),
        help_text=gettext_lazy("of the goods' price, from today on; 0 if it earns none"),
    )

    def __init__(self, data, *, partner: PartnerMall):
        stored = {name: _shown(getattr(partner, name) * 100) for name in ("price_factor", "stock_share")}
        super().__init__(data, initial=stored | {"safety_stock": partner.safety_stock})
        self.partner = partner
        if partner.state == PartnerMall.State.SETUP:
            self.initial["commission"] = agreed(partner, timezone.localdate())
        else:
            del self.fields["commission"]

    def of_the_price(self) -> list[forms.BoundField]:
        """All but the commission."""
        return [self[name] for name in self.fields if name != "commission"]

    def commission_terms(self) -> str:
        """What is agreed, and the way to all of it."""
        return commission_terms(self.partner)

    def next_commission(self) -> str:
        """Where a further commission is agreed on."""
        return next_url(self.partner)

    def apply(self, partner: PartnerMall) -> None:
        """Write the rule into a mall's row, which is not saved."""
        for name in ("price_factor", "stock_share"):
            setattr(partner, name, self.cleaned_data[name] / 100)
        partner.safety_stock = self.cleaned_data["safety_stock"]

    def agree(self, partner: PartnerMall, *, actor) -> None:
        """Write what is not in the mall's row, if it was asked for."""
        if "commission" in self.fields:
            agree(partner, self.cleaned_data["commission"], actor=actor)

    def examples(self) -> list[tuple]:
        """(option, what it costs and has here, and there by what the form holds) of goods that the listing
        rule and the map give the mall, what sells best first.
        """
        proposed = copy(self.partner)
        if self.is_bound and self.is_valid():
            self.apply(proposed)
        ours = as_our_shop(self.partner)
        skus = Sku.objects.filter(is_active=True, stock__on_hand__gt=0)
        try:
            terms, products = todays_terms(), listable(self.partner)
        except (StaleRate, NoPricePolicy, BadRule):
            return []
        first = products.filter(pk__in=skus.values("product")).order_by("-sold", "pk")[:EXAMPLES]
        best = list(first.values_list("pk", flat=True))
        one_each = skus.filter(product__in=best).order_by("product_id", "pk").distinct("product_id")
        found = {sku.product_id: sku for sku in one_each.select_related("product")}
        shown = {found[pk].pk: found[pk] for pk in best}
        options = {option.pk: option for option in goods.options(Sku.objects.filter(pk__in=list(shown)))}
        return [(sku, offer_of(options[pk], ours, proposed, terms)) for pk, sku in shown.items()]


def stands(partner: PartnerMall) -> tuple[bool, str]:
    rate = agreed(partner, timezone.localdate())
    is_saved = "price" in partner.steps_saved and rate is not None
    earns = _("no commission agreed") if rate is None else _("commission %s") % percent(rate)
    return partner.state != PartnerMall.State.SETUP or is_saved, " · ".join([*_in_words(partner), earns])


def _in_words(partner: PartnerMall) -> list[str]:
    said = [_("%s %% of our price") % _shown(partner.price_factor * 100)]
    said.append(_("%s %% of the stock") % _shown(partner.stock_share * 100))
    if partner.safety_stock:
        said.append(_("safety stock %s") % partner.safety_stock)
    return said


def _shown(number: Decimal) -> str:
    """100.0000 as 100, 102.5000 as 102.5."""
    return f"{number.normalize():f}"


FORM = PriceForm
