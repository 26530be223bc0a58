"""Comprehensive import tax of a line (cross-border retail, customs modes 9610 and 1210); docs/customs.md.

Within the limits, by 财关税〔2016〕18号: no tariff, VAT and consumption tax at a share (70 %) of the
statutory amounts. A single piece above the limit of an order: all three in full. The share is taken of the
statutory tax, so the base of VAT holds the whole consumption tax; only then is the published composite met.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from django.db.models import DateField, Q, QuerySet

from catalog.models import HsCode, Sku, TaxRate
from kmall.database import Prepared, parameter
from kmall.money import half_up, portion

Kind = TaxRate.Kind


class NoTaxRate(Exception):
    """No rate of that kind is in force on the day: nothing can be quoted."""

    def __init__(self, kind: str, on: datetime.date):
        super().__init__(f"{kind} on {on}")
        self.kind, self.on = kind, on


@dataclass(frozen=True)
class Shares:
    """What each kind of tax takes of a value of 1, and the composite rate in percent, two places."""

    tariff: Fraction
    consumption: Fraction
    vat: Fraction
    percent: Decimal


@dataclass(frozen=True)
class TaxTable:
    """The rates in force on a day. `full_above_fen`: a single piece worth more is taxed in full."""

    on: datetime.date
    values: dict[str, Decimal]
    full_above_fen: int | None = None
    _shares: dict[tuple, Shares] = field(default_factory=dict, compare=False, repr=False)
    _exact: dict[str, Fraction] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, kind: str) -> Fraction:
        if kind not in self._exact:
            try:
                self._exact[kind] = Fraction(self.values[kind])
            except KeyError:
                raise NoTaxRate(kind, self.on) from None
        return self._exact[kind]

    def shares(self, vat: str, consumption: str | None, full_tariff: Decimal | None) -> Shares:
        """By the kinds of an HS row; `full_tariff` where all of the statutory tax is due, else None.

        Worked out once: goods are thousands, rows of tax are few.
        """
        key = vat, consumption, full_tariff
        if key not in self._shares:
            self._shares[key] = self._work_out(*key)
        return self._shares[key]

    def _work_out(self, vat, consumption, full_tariff) -> Shares:
        share = self[Kind.SHARE] if full_tariff is None else Fraction(1)
        tariff, consumption, vat = _statutory(
            Fraction(full_tariff or 0), self[consumption] if consumption else Fraction(0), self[vat]
        )
        percent = (tariff + share * (consumption + vat)) * 100
        return Shares(
            tariff, share * consumption, share * vat, percent=Decimal(half_up(percent * 100)).scaleb(-2)
        )


@dataclass(frozen=True)
class LineTax:
    """Each kind rounded once, half up to the fen. `rate_percent` is the composite rate, two places."""

    tariff_fen: int
    consumption_fen: int
    vat_fen: int
    rate_percent: Decimal

    @property
    def total_fen(self) -> int:
        return self.tariff_fen + self.consumption_fen + self.vat_fen


@dataclass(frozen=True)
class Landed:
    """What one piece costs with tax, before freight."""

    price_fen: int
    tax_fen: int
    rate: Decimal

    @property
    def landed_fen(self) -> int:
        return self.price_fen + self.tax_fen


_order_limit: Callable[[datetime.date], int | None] | None = None


def set_order_limit(limit_at: Callable[[datetime.date], int | None]) -> None:
    """Slot for the app that knows the limit of an order: fen by day, or None before the first one."""
    global _order_limit
    _order_limit = limit_at


_ON = parameter("on", DateField())  # asked for wherever there is a price
_RATES_AT = Prepared(
    "tax_rates_of_a_day",
    lambda: (
        QuerySet(TaxRate)
        .filter(Q(valid_to=None) | Q(valid_to__gte=_ON), valid_from__lte=_ON)
        .order_by("valid_from")
        .values_list("kind", "value")
    ),
    {"on": "date"},
)


def rates_at(on: datetime.date) -> TaxTable:
    """The table of a day, in one query and the limit's own."""
    return TaxTable(on, dict(_RATES_AT.rows(on=on)), _order_limit(on) if _order_limit else None)


def last_rates_at(on: datetime.date) -> TaxTable:
    """The same; of a kind without a rate in force the last that it had, by which a partner sells on."""
    ended = TaxRate.objects.filter(valid_to__lt=on).order_by("valid_to").values_list("kind", "value")
    table = rates_at(on)
    return replace(table, values=dict(ended) | table.values)


def is_high_end(sku: Sku, value_fen: int | Fraction, quantity: int, table: TaxTable) -> bool:
    """Cosmetics from 10 CNY per ml or g, or 15 CNY per piece or sheet, by taxable value (财税〔2016〕103号).

    `value_fen` is the value of the whole line with its share of freight.
    """
    if sku.net_unit == Sku.NetUnit.PIECE:
        bound, (content, of) = table[Kind.HIGH_END_PER_PIECE], (1, 1)
    else:
        bound, (content, of) = table[Kind.HIGH_END_PER_UNIT], sku.net_content.as_integer_ratio()
    least_fen = bound.numerator * 100 * quantity * sku.pieces * content
    return value_fen * bound.denominator * of >= least_fen


def line_tax(
    value_fen: int | Fraction, *, sku: Sku, quantity: int, table: TaxTable, full: bool = False
) -> LineTax:
    """Tax of `quantity` pieces worth `value_fen` (goods and share of freight). Needs `sku.product.hs`.

    `full` is the regime above the limit of an order: all of the statutory tax.
    """
    hs = sku.product.hs
    consumption = _consumption(sku, value_fen, quantity, table)
    shares = table.shares(hs.vat, consumption, hs.general_tariff if full else None)
    return LineTax(
        tariff_fen=portion(value_fen, shares.tariff),
        consumption_fen=portion(value_fen, shares.consumption),
        vat_fen=portion(value_fen, shares.vat),
        rate_percent=shares.percent,
    )


def landed_price(sku: Sku, price_fen: int, table: TaxTable) -> Landed:
    """Price of one piece with its tax, freight zero; in full above the limit of an order."""
    full = table.full_above_fen is not None and price_fen > table.full_above_fen
    tax = line_tax(price_fen, sku=sku, quantity=1, table=table, full=full)
    return Landed(price_fen=price_fen, tax_fen=tax.total_fen, rate=tax.rate_percent)


def _consumption(sku, value_fen, quantity, table) -> str | None:
    """The kind of consumption tax that is due, or None."""
    kind = sku.product.hs.consumption
    if kind == HsCode.Consumption.NONE:
        return None
    if kind == HsCode.Consumption.HIGH_END_COSMETICS and not is_high_end(sku, value_fen, quantity, table):
        return None
    return kind


def _statutory(tariff, consumption_rate, vat_rate) -> tuple[Fraction, Fraction, Fraction]:
    """Tariff, consumption tax and VAT for a value of 1."""
    consumption = (1 + tariff) / (1 - consumption_rate) * consumption_rate
    return tariff, consumption, (1 + tariff + consumption) * vat_rate
