"""A partner's order in the shape of a quote: its own prices, and the taxes it collected."""

import datetime
from dataclasses import dataclass, replace

from django.utils import timezone

from catalog.models import Sku
from catalog.pricing import Terms
from catalog.rates import last_rate
from catalog.tax import last_rates_at, line_tax
from kmall.money import split
from orders.freight import FreightTable
from orders.limits import Verdict, limits_at, used_fen, verdict
from orders.quote import Basis, Parcel, Quote, QuoteLine, skus_to_quote


class PaidAmountDiffers(Exception):
    """What a partner says was paid is not the sum of its lines and its freight."""


@dataclass(frozen=True)
class PartnerLine:
    """A line as a partner sold it: its own price, and the tax it collected for the whole line, in fen."""

    sku_id: int
    quantity: int
    unit_fen: int
    tax_fen: int


def partner_quote(
    lines: list[PartnerLine],
    *,
    freight_fen: int,
    paid_fen: int,
    at: datetime.datetime,
    province_code: str,
    buyer_index: str,
) -> Quote:
    """What the partner agreed with its shopper: the parts that it told, which must add up to what was paid.

    Raises `PaidAmountDiffers`, `Sku.DoesNotExist` for a SKU that is not ours, and before the first of its
    kind that there was `StaleRate`, `NoTaxRate` or `NoImportLimit`.
    """
    basis = _basis(at, province_code, buyer_index)
    goods = [line.unit_fen * line.quantity for line in lines]
    parts_fen = sum(goods) + sum(line.tax_fen for line in lines) + freight_fen
    if freight_fen < 0 or paid_fen != parts_fen:
        raise PaidAmountDiffers(paid_fen - parts_fen)
    found = verdict(
        value_fen=sum(goods) + freight_fen,
        pieces=sum(line.quantity for line in lines),
        limit=basis.limit,
        used_fen=basis.used_fen,
    )
    skus = {sku.pk: sku for sku in skus_to_quote(line.sku_id for line in lines)}
    full = found is Verdict.FULL_TAX
    shares = split(freight_fen, goods)
    if unknown := {line.sku_id for line in lines} - skus.keys():
        raise Sku.DoesNotExist(unknown)
    quoted = [
        _partner_line(skus[line.sku_id], line, share, basis, full)
        for line, share in zip(lines, shares, strict=True)
    ]
    sellers = {line.sku.product.seller_id: line.sku.product.seller for line in quoted}
    parcels = tuple(
        Parcel(seller, tuple(line for line in quoted if line.sku.product.seller_id == pk))
        for pk, seller in sellers.items()
    )
    return Quote(basis=basis, parcels=parcels, verdict=found)


def _basis(at: datetime.datetime, province_code: str, buyer_index: str) -> Basis:
    """By the last rates that there were by the day. Prices and freight are the partner's: of ours it needs no
    policy and no table.
    """
    on = timezone.localdate(at)
    return Basis(
        at=at,
        terms=Terms(rate=last_rate(on), policy=None),
        table=last_rates_at(on),
        freight=FreightTable(()),
        limit=limits_at(on),
        province_code=province_code,
        used_fen=used_fen(buyer_index, on),
    )


def _partner_line(sku: Sku, line: PartnerLine, freight_fen: int, basis: Basis, full: bool) -> QuoteLine:
    """The tax that the partner collected, by kind as ours would divide."""
    value = line.unit_fen * line.quantity + freight_fen
    ours = line_tax(value, sku=sku, quantity=line.quantity, table=basis.table, full=full)
    kinds = split(line.tax_fen, [ours.tariff_fen, ours.consumption_fen, ours.vat_fen])
    return QuoteLine(
        sku=sku,
        quantity=line.quantity,
        unit_krw=sku.price_krw,
        unit_fen=line.unit_fen,
        was_fen=None,
        freight_fen=freight_fen,
        tax=replace(ours, tariff_fen=kinds[0], consumption_fen=kinds[1], vat_fen=kinds[2]),
    )
