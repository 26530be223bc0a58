"""A partner's order in the shape of a quote: its own prices, and the taxes it collected."""

import datetime
from dataclasses import dataclass, replace

from catalog.models import Sku
from catalog.tax import line_tax
from kmall.money import split
from orders.limits import Verdict, verdict
from orders.quote import Basis, Parcel, Quote, QuoteLine, basis_at, skus_to_quote


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

    Raises `PaidAmountDiffers`, or `Sku.DoesNotExist` for a SKU that is not ours.
    """
    basis = basis_at(at, province_code=province_code, buyer_index=buyer_index, is_agreed=True)
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
