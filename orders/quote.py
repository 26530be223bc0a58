"""Every number of a basket in one value: goods, freight, tax line by line, limits, total."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from catalog.models import Picture, SalePrice, Seller, Sku
from catalog.pricing import Price, Terms, sku_price, todays_terms
from catalog.tax import LineTax, TaxTable, line_tax, rates_at
from kmall.money import split
from orders.freight import FreightTable, freight_at
from orders.limits import Verdict, limits_at, used_fen, verdict
from orders.models import ImportLimit


@dataclass(frozen=True)
class Basis:
    """What a quote is made with: the same basis and lines always give the same quote."""

    at: datetime.datetime
    terms: Terms
    table: TaxTable
    freight: FreightTable
    limit: ImportLimit
    province_code: str = ""
    used_fen: int = 0


@dataclass(frozen=True)
class QuoteLine:
    """One SKU of a basket. `freight_fen` is its share of the parcel's."""

    sku: Sku
    quantity: int
    unit_krw: int
    unit_fen: int
    was_fen: int | None
    freight_fen: int
    tax: LineTax

    @property
    def goods_fen(self) -> int:
        return self.unit_fen * self.quantity

    @property
    def value_fen(self) -> int:
        """The taxable value."""
        return self.goods_fen + self.freight_fen

    @property
    def tax_fen(self) -> int:
        return self.tax.total_fen

    @property
    def tax_percent(self) -> Decimal:
        return self.tax.rate_percent

    @property
    def weight_g(self) -> int:
        return self.sku.weight_g * self.quantity

    @property
    def total_fen(self) -> int:
        return self.value_fen + self.tax_fen


class Sums:
    """Sums over `lines`, the same for a parcel and for a whole quote."""

    lines: tuple[QuoteLine, ...]

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def goods_fen(self) -> int:
        return sum(line.goods_fen for line in self.lines)

    @property
    def freight_fen(self) -> int:
        return sum(line.freight_fen for line in self.lines)

    @property
    def value_fen(self) -> int:
        """What the limits compare: goods and freight, without tax."""
        return self.goods_fen + self.freight_fen

    @property
    def tariff_fen(self) -> int:
        return sum(line.tax.tariff_fen for line in self.lines)

    @property
    def consumption_fen(self) -> int:
        return sum(line.tax.consumption_fen for line in self.lines)

    @property
    def vat_fen(self) -> int:
        return sum(line.tax.vat_fen for line in self.lines)

    @property
    def tax_fen(self) -> int:
        return self.tariff_fen + self.consumption_fen + self.vat_fen

    @property
    def total_fen(self) -> int:
        return self.value_fen + self.tax_fen

    @property
    def weight_g(self) -> int:
        return sum(line.weight_g for line in self.lines)


@dataclass(frozen=True)
class Parcel(Sums):
    """One seller's part of the basket."""

    seller: Seller
    lines: tuple[QuoteLine, ...]
    free_from_fen: int | None = None

    @property
    def to_free_freight_fen(self) -> int:
        """Goods still wanting to free freight; 0 when it is free or never is."""
        return max(0, (self.free_from_fen or 0) - self.goods_fen) if self.freight_fen else 0


@dataclass(frozen=True)
class Quote(Sums):
    basis: Basis
    parcels: tuple[Parcel, ...]
    verdict: Verdict

    @cached_property
    def lines(self) -> tuple[QuoteLine, ...]:
        return tuple(line for parcel in self.parcels for line in parcel.lines)

    @property
    def is_full_tax(self) -> bool:
        return self.verdict is Verdict.FULL_TAX

    @property
    def over_fen(self) -> int:
        """By how much the value is above the limit of an order."""
        return max(0, self.value_fen - self.basis.limit.order_fen)


def skus_to_quote(sku_ids: Iterable[int], at: datetime.datetime | None = None) -> QuerySet[Sku]:
    """SKUs with all that a quote and its page need (`active_sales`, `product.covers`), in fixed queries."""
    covers = Picture.objects.filter(position=0, is_current=True)
    return (
        Sku.objects.filter(pk__in=sku_ids)
        .select_related("product__hs", "product__seller", "product__category")
        .prefetch_related(
            Prefetch("sales", queryset=SalePrice.objects.active(at), to_attr="active_sales"),
            Prefetch("product__pictures", queryset=covers, to_attr="covers"),
        )
    )


def basis_at(at: datetime.datetime | None = None, *, province_code: str = "", buyer_index: str = "") -> Basis:
    """The day's terms, taxes, freight and limits (China's day).

    Raises `StaleRate`, `NoPricePolicy`, `NoFreightRule` or `NoImportLimit`: then nothing can be quoted.
    """
    at = at or timezone.now()
    on = timezone.localdate(at)
    return Basis(
        at=at,
        terms=todays_terms(at),
        table=rates_at(on),
        freight=freight_at(on),
        limit=limits_at(on),
        province_code=province_code,
        used_fen=used_fen(buyer_index, on) if buyer_index else 0,
    )


def quote_basket(
    lines: Iterable[tuple[int, int]],
    *,
    province_code: str = "",
    buyer_index: str = "",
    at: datetime.datetime | None = None,
) -> Quote:
    """Quote lines of (SKU id, quantity) at today's terms: the numbers of cart, checkout and order."""
    quantities = dict(lines)
    skus = {sku.pk: sku for sku in skus_to_quote(quantities, at)}
    basis = basis_at(at, province_code=province_code, buyer_index=buyer_index)
    return quote([(skus[sku_id], quantity) for sku_id, quantity in quantities.items()], basis)


def quote(lines: list[tuple[Sku, int]], basis: Basis) -> Quote:
    """The pure calculation. Parcels stand in the order in which their sellers come up. Raises `NoTaxRate`."""
    sellers = {sku.product.seller_id: sku.product.seller for sku, _ in lines}
    priced = [(sku, quantity, sku_price(sku, basis.terms, basis.at)) for sku, quantity in lines]
    groups = {pk: [row for row in priced if row[0].product.seller_id == pk] for pk in sellers}
    freight = {pk: parcel_freight(rows, basis) for pk, rows in groups.items()}
    value = sum(price.fen * quantity for _, quantity, price in priced) + sum(freight.values())
    pieces = sum(quantity for _, quantity in lines)
    found = verdict(value_fen=value, pieces=pieces, limit=basis.limit, used_fen=basis.used_fen)
    full = pieces == 1 and value > basis.limit.order_fen
    free_from = basis.freight.rule_for(basis.province_code).free_from_fen
    return Quote(
        basis=basis,
        parcels=tuple(
            Parcel(sellers[pk], _lines(rows, freight[pk], basis, full), free_from)
            for pk, rows in groups.items()
        ),
        verdict=found,
    )


def parcel_freight(rows: Iterable[tuple[Sku, int, Price]], basis: Basis) -> int:
    """Freight of one seller's parcel of (SKU, quantity, price)."""
    rows = list(rows)
    return basis.freight.parcel_fen(
        weight_g=sum(sku.weight_g * quantity for sku, quantity, _ in rows),
        goods_fen=sum(price.fen * quantity for _, quantity, price in rows),
        province_code=basis.province_code,
    )


def _lines(rows, freight_fen: int, basis: Basis, full: bool) -> tuple[QuoteLine, ...]:
    shares = split(freight_fen, [price.fen * quantity for _, quantity, price in rows])
    return tuple(
        QuoteLine(
            sku=sku,
            quantity=quantity,
            unit_krw=price.krw,
            unit_fen=price.fen,
            was_fen=price.was_fen,
            freight_fen=share,
            tax=line_tax(
                price.fen * quantity + share, sku=sku, quantity=quantity, table=basis.table, full=full
            ),
        )
        for (sku, quantity, price), share in zip(rows, shares, strict=True)
    )
