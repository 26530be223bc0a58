"""A partner's order as our own: its lines mapped to SKUs, its shopper to buyer and address (writes)."""

import re

from django.core.exceptions import ValidationError

from catalog.stock import OutOfStock
from kmall.encryption import blind_index
from orders.identity import clean_name, clean_number
from orders.limits import OverYearLimit
from orders.models import Address, Identity, Order
from orders.partner_quote import PaidAmountDiffers, PartnerLine
from orders.place import NotForSale, OverLimit, place_partner_order
from partners.connectors.reading import zoned
from partners.mapping import our_skus
from partners.models import PartnerMall

LONGEST_PART = 200  # characters of what has no column of its own length: recipient, phone, house and room


class UnknownItem(Exception):
    """The partner sold something that is none of our SKUs."""


class NotFillable(Exception):
    """The order cannot be filled. `reason` as partners know it, `text` in Chinese for their desk."""

    def __init__(self, reason: str, text: str):
        super().__init__(reason)
        self.reason, self.text = reason, text


def fill(partner: PartnerMall, order: dict) -> Order:
    """Place a partner's order; the same one however often. Raises `UnknownItem`, `NotFillable` or `Busy`."""
    lines = _lines(partner, order)
    try:
        return place_partner_order(
            channel=partner.channel,
            remote_id=order["order_id"],
            lines=lines,
            address=_address(order["address"]),
            buyer=_buyer(order["buyer"]),
            freight_fen=order["freight_fen"],
            paid_fen=order["paid_fen"],
            placed_at=zoned("paid_at", order["paid_at"]),
        )
    except OutOfStock as short:
        raise NotFillable("out_of_stock", f"库存不足，仅剩 {short.left} 件") from short
    except NotForSale as gone:
        raise NotFillable("out_of_stock", "商品已下架") from gone
    except (OverLimit, OverYearLimit) as over:
        raise NotFillable("over_limit", "超过跨境电商零售进口限额") from over
    except PaidAmountDiffers as differs:
        raise NotFillable("price_differs", "实付金额与商品、税费、运费之和不符") from differs


def _lines(partner: PartnerMall, order: dict) -> list[PartnerLine]:
    """The partner's lines as they are, also two of one SKU, be it at two prices: it earns of each by itself.

    `tax_fen` of the partner is for one piece, ours for the line.
    """
    names = {str(row["out_sku_id"]) for row in order["lines"]}
    known = our_skus(partner, names)
    if unknown := names - known.keys():
        raise UnknownItem(", ".join(sorted(unknown)))
    if len(set(known.values())) < len(known):
        raise NotFillable("unknown_item", "两个商品编号对应同一规格")
    return [
        PartnerLine(
            sku_id=known[str(row["out_sku_id"])],
            quantity=row["quantity"],
            unit_fen=row["price_fen"],
            tax_fen=row["tax_fen"] * row["quantity"],
        )
        for row in order["lines"]
    ]


def _buyer(buyer: dict) -> Identity:
    try:
        name, number = clean_name(buyer["name"]), clean_number(buyer["id_number"])
    except (ValidationError, KeyError, TypeError) as wrong:
        raise NotFillable("bad_address", "订购人姓名或身份证号有误") from wrong
    return Identity(name=name, number=number, index=blind_index(number))


def _address(address: dict) -> Address:
    code = address.get("region_code")
    if not isinstance(code, str) or not re.fullmatch("[0-9]{6}", code):
        raise NotFillable("bad_address", "收货地址不完整")
    return Address(
        province_code=code[:2],
        city_code=code[:4],
        district_code=code,
        **{name: _part(address, name) for name in ("name", "phone", "province", "city", "detail")},
        **{name: _part(address, name, may_be_empty=True) for name in ("district", "street")},
    )


def _part(address: dict, name: str, *, may_be_empty: bool = False) -> str:
    """One text of an address, which its column has room for."""
    text = address.get(name) or ""
    if not isinstance(text, str) or "\0" in text or not (may_be_empty or text.strip()):
        raise NotFillable("bad_address", "收货地址不完整")
    if len(text) > (Address._meta.get_field(name).max_length or LONGEST_PART):
        raise NotFillable("bad_address", "收货地址过长")
    return text
