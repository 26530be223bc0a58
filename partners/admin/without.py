"""What prices and labels need of a day, and what is said to who can enter it where the day has none."""

from django.utils.translation import gettext_lazy

from catalog.pricing import NoPricePolicy
from catalog.rates import StaleRate
from catalog.tax import NoTaxRate
from orders.freight import NoFreightRule

WITHOUT = {
    StaleRate: gettext_lazy("There is no price for today: please enter the exchange rate first."),
    NoPricePolicy: gettext_lazy("There is no price for today: please enter a price policy first."),
    NoTaxRate: gettext_lazy("There is no price for today: please enter the tax rates first."),
    NoFreightRule: gettext_lazy("There is no freight for today: please enter the freight rules first."),
}
NO_PRICES = tuple(WITHOUT)
