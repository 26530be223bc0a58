"""What a day may lack for a price, and how that is said to a reader of the shop."""

from django.utils.translation import gettext_lazy as _

from catalog.pricing import NoPricePolicy
from catalog.rates import StaleRate
from catalog.tax import NoTaxRate

LACKS = {
    StaleRate: _("Today's exchange rate has not come yet."),
    NoPricePolicy: _("Today's price rule is not known yet."),
    NoTaxRate: _("Today's tax rate of these goods is not known yet."),
}
NO_PRICE = tuple(LACKS)
