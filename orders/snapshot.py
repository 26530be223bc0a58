"""Writes an order as it was agreed: head, parcels, lines, each a copy of what the quote said."""

import datetime
import secrets

from django.utils import timezone

from kmall.database import on_violation
from orders.models import Address, Channel, Consignment, Identity, Order, OrderLine
from orders.quote import Parcel, Quote, QuoteLine


class AlreadyPlaced(Exception):
    """An order with this origin key is there, or is being placed at this moment."""


def order_number(at: datetime.datetime) -> str:
    """K, the day, and ten digits that tell nobody how many orders there are."""
    return f"K{timezone.localdate(at):%y%m%d}{secrets.randbelow(10**10):010}"


def write_head(
    agreed: Quote,
    *,
    address: Address,
    buyer: Identity,
    key: str,
    channel: Channel,
    at: datetime.datetime,
    **fields,
) -> Order:
    """The order's own row; whoever comes second with the same key waits here and gets `AlreadyPlaced`."""
    with on_violation("orders_order_origin_key_key", AlreadyPlaced):
        return Order.objects.create(
            number=order_number(at),
            origin_key=key,
            channel=channel,
            placed_at=at,
            goods_fen=agreed.goods_fen,
            freight_fen=agreed.freight_fen,
            tariff_fen=agreed.tariff_fen,
            consumption_fen=agreed.consumption_fen,
            vat_fen=agreed.vat_fen,
            tax_fen=agreed.tax_fen,
            total_fen=agreed.total_fen,
            rate=agreed.basis.terms.rate,
            is_full_tax=agreed.is_full_tax,
            receiver_name=address.name,
            receiver_phone=address.phone,
            province_code=address.province_code,
            province=address.province,
            city=address.city,
            district=address.district,
            street=address.street,
            detail=address.detail,
            buyer_name=buyer.name,
            buyer_number=buyer.number,
            buyer_index=buyer.index,
            **fields,
        )


def write_parcels(order: Order, agreed: Quote) -> list[Consignment]:
    """One consignment for each seller, with its lines."""
    parcels = Consignment.objects.bulk_create(
        Consignment(
            order=order,
            seller=parcel.seller,
            number=f"{order.number}-{position}",
            freight_fen=parcel.freight_fen,
        )
        for position, parcel in enumerate(agreed.parcels, 1)
    )
    OrderLine.objects.bulk_create(
        _line(order, consignment, parcel, line)
        for consignment, parcel in zip(parcels, agreed.parcels, strict=True)
        for line in parcel.lines
    )
    return parcels


def figures(line: QuoteLine) -> dict[str, int]:
    """The money of a quoted line as columns of `OrderLine`, in fen and won."""
    return {
        "quantity": line.quantity,
        "unit_krw": line.unit_krw,
        "unit_fen": line.unit_fen,
        "goods_fen": line.goods_fen,
        "freight_fen": line.freight_fen,
        "tariff_fen": line.tax.tariff_fen,
        "consumption_fen": line.tax.consumption_fen,
        "vat_fen": line.tax.vat_fen,
        "tax_fen": line.tax_fen,
    }


def _line(order: Order, consignment: Consignment, parcel: Parcel, line: QuoteLine) -> OrderLine:
    product = line.sku.product
    return OrderLine(
        order=order,
        consignment=consignment,
        sku=line.sku,
        product=product,
        seller=parcel.seller,
        category_id=product.category_id,
        product_version=product.version,
        name_ko=product.name_ko,
        name_zh_hans=product.name_zh_hans or product.name_ko,
        label_ko=line.sku.label_ko or "",
        label_zh_hans=line.sku.label_zh_hans or "",
        picture=next(iter(product.covers), None),
        **figures(line),
        hs_code=product.hs.code,
        tax_percent=line.tax_percent,
        weight_g=line.weight_g,
    )
