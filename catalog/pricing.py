"""The one price function: won of the seller to yuan of the shopper; docs/money.md."""

import datetime
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.utils import timezone

from catalog.models import ExchangeRate, PricePolicy, Sku
from catalog.rates import rate_at
from kmall.database import InForce
from kmall.money import half_up, portion


class NoPricePolicy(Exception):
    """No price policy is in force on the day."""


@dataclass(frozen=True)
class Terms:
    """What a day's prices are made with; no `policy` where they were agreed elsewhere."""

    rate: ExchangeRate
    policy: PricePolicy | None

    @property
    def margin(self):
        return self.policy.margin

    @property
    def step(self) -> int:
        return self.policy.step_fen

    @cached_property
    def fen_per_won(self) -> Fraction:
        return Fraction(self.rate.rate) * (1 + Fraction(self.policy.margin)) * 100


@dataclass(frozen=True)
class Price:
    """`was_fen`: the ordinary price while a lower sale price is in force, else None. `krw`: its won."""

    fen: int
    was_fen: int | None
    krw: int


_POLICIES = InForce(PricePolicy, "valid_from")


def todays_terms(at: datetime.datetime | None = None) -> Terms:
    """Rate and policy of the day (China's) of a moment. Raises `StaleRate` or `NoPricePolicy`."""
    on = timezone.localdate(at)
    policy = _POLICIES.at(on)
    if policy is None:
        raise NoPricePolicy(on)
    return Terms(rate=rate_at(on), policy=policy)


def shop_price(price_krw: int, terms: Terms) -> int:
    """Fen for a price in won: half up to the fen, then to the mall's price ending; at least one step."""
    fen = portion(price_krw, terms.fen_per_won)
    return max(half_up(fen, step=terms.step), terms.step)


def sku_price(sku: Sku, terms: Terms, at: datetime.datetime | None = None) -> Price:
    """The price of a SKU now (or `at`), with the sale price in force.

    Takes the sale from `sku.active_sales` where a list prefetched it, else asks the database. A plain row
    with `price_krw` and `active_sales` will do.
    """
    sales = getattr(sku, "active_sales", None)
    if sales is None:
        sales = list(sku.sales.active(at))
    ordinary = shop_price(sku.price_krw, terms)
    if sales and (fen := shop_price(sales[0].price_krw, terms)) < ordinary:
        return Price(fen=fen, was_fen=ordinary, krw=sales[0].price_krw)
    return Price(fen=ordinary, was_fen=None, krw=sku.price_krw)
