"""Our listings and orders in the words of Yonggou's XML, and its answers in ours; docs/partners/ningbo.md."""

import datetime
import xml.etree.ElementTree as ET
from functools import partial

from django.utils.dateparse import parse_datetime

from kmall.money import yuan
from kmall.xml_text import clean
from partners.connectors import reading
from partners.connectors.reading import GMT8, JUST_TWO, Told, balance, gmt8, number, said, taken

STAMP = "%Y%m%d%H%M%S"
MOST_PICTURES, MOST_DESCRIPTION, MOST_STOCK = 3, 3000, 9999
ORIGINS = {"KR": "KOR"}
ORDER_STATES = {
    "10": "paid", "20": "confirmed", "30": "shipped", "40": "refused", "50": "cancelled", "60": "refunded",
}  # fmt: skip
REQUEST_KINDS = {"10": "cancel", "20": "return"}
REQUEST_STATES = {
    "10": "open", "20": "accepted", "30": "received", "40": "rejected", "50": "withdrawn", "60": "refunded",
}  # fmt: skip
AMOUNTS = {
    "paid_fen": "PaidAmount", "refunded_fen": "RefundAmount", "commission_fen": "CommissionAmount",
    "net_fen": "NetAmount",
}  # fmt: skip
# Codes and fields of section 4 as partners.verdict and partners.plan know them.
CODES = {
    "4101": "BAD_ID", "4102": "BAD_TITLE", "4103": "FORBIDDEN_WORD", "4104": "TOO_LONG",
    "4105": "UNKNOWN_CATEGORY", "4106": "BAD_ORIGIN", "4107": "BAD_PICTURE", "4108": "BAD_LINK",
    "4109": "BAD_SKUS", "4110": "BAD_PRICE", "4111": "BAD_STOCK", "4112": "BAD_VERSION",
    "4113": "UNKNOWN_ITEM", "4120": "REVIEW",
}  # fmt: skip
PRICES = {
    "SalePrice": "price_fen", "MarketPrice": "was_fen", "Tax": "tax_fen", "TaxedPrice": "landed_fen",
}  # fmt: skip
OURS = {
    "GoodsNo": "out_id", "GoodsName": "title", "GoodsNameKo": "title_ko", "CategoryCode": "category",
    "Brand": "brand", "Maker": "seller", "Place": "town", "Origin": "origin", "Description": "description",
    "Picture": "pictures", "Url": "link", "Sku": "skus", "Spec": "skus", "SkuNo": "skus",
    "Version": "version", "Stock": "stock", **PRICES,
}  # fmt: skip


def content(listing: dict) -> dict:
    """`Content` of section 4, of the neutral listing of `partners.desired`."""
    return {
        "GoodsName": clean(listing["title"]),
        "GoodsNameKo": clean(listing["title_ko"]),
        "CategoryCode": listing["category"],
        "Brand": clean(listing["brand"]),
        "Maker": clean(listing["seller"]),
        "Place": clean(listing["town"]),
        "Origin": ORIGINS.get(listing["origin"], listing["origin"]),
        "Description": clean(listing["description"])[:MOST_DESCRIPTION],
        "Pictures": {"Picture": listing["pictures"][:MOST_PICTURES]},
        "Url": listing["link"],
        "Skus": {
            "Sku": [
                {"SkuNo": sku["out_sku_id"], "Spec": clean(sku["title"]), "Barcode": sku["barcode"]}
                for sku in listing["skus"]
            ]
        },
    }


def offer(part: dict) -> dict:
    return {
        "Skus": {
            "Sku": [
                {
                    "SkuNo": sku["out_sku_id"],
                    **{theirs: yuan(sku[ours]) for theirs, ours in PRICES.items()},
                    "Stock": str(min(sku["stock"], MOST_STOCK)),
                }
                for sku in part["skus"]
            ]
        }
    }


def goods(item) -> dict:
    parts = {"Content": item.content, "Offer": item.offer}
    sent = {name: part for name, part in parts.items() if part is not None}
    return {"GoodsNo": item.out_id, "Version": str(item.version), **sent}


def parcel(told: dict) -> dict:
    return {
        "ParcelNo": told["parcel_no"],
        "Carrier": told["carrier"],
        "TrackingNo": told["tracking_number"],
        "ShipTime": stamp(parse_datetime(told["shipped_at"])),
        "Lines": {
            "Line": [{"SkuNo": one["out_sku_id"], "Quantity": one["quantity"]} for one in told["lines"]]
        },
    }


def refund(told: dict) -> dict:
    lines = [
        {
            "SkuNo": one["out_sku_id"],
            "Quantity": one["quantity"],
            "RefundAmount": yuan(one["refund_fen"]),
        }
        for one in told["lines"]
    ]
    return {
        "RefundNo": told["refund_no"],
        "RequestNo": told.get("request_no", ""),
        "RefundAmount": yuan(told["refund_fen"]),
        "Reason": told["reason"],
        "Text": told["message"],
        "Lines": {"Line": lines},
    }


def order(element) -> dict:
    """An order of section 8 as `partners.inbound` takes it. Raises `Misread`.

    Buyer and consignee are as they came: `partners.fulfil` judges them.
    """
    lines = [
        {
            "out_id": line.findtext("GoodsNo", ""),
            "out_sku_id": _taken(line, "SkuNo", said),
            "quantity": _taken(line, "Quantity", int),
            "price_fen": _taken(line, "SalePrice", fen),
            "tax_fen": _taken(line, "Tax", fen),
        }
        for line in element.findall("Lines/Line")
    ]
    return {
        "order_id": _taken(element, "OrderNo", number),
        "state": _taken(element, "Status", ORDER_STATES.__getitem__),
        "paid_at": _taken(element, "PayTime", moment),
        "updated_at": _taken(element, "ChangeTime", moment),
        "lines": lines,
        "freight_fen": _taken(element, "FreightAmount", fen),
        "paid_fen": _taken(element, "PaidAmount", fen),
        "buyer": _named(element, "Buyer", {"name": "Name", "id_number": "IdNo", "phone": "Phone"}),
        "address": _named(element, "Consignee", {
            "name": "Name", "phone": "Phone", "province": "Province", "city": "City", "district": "District",
            "street": "Street", "region_code": "RegionCode", "detail": "Address",
        }),
        "requests": [Told(request(one), as_it_came(one)) for one in element.findall("Requests/Request")],
    }  # fmt: skip


def request(element) -> dict:
    """A request as `partners.requests` takes it. Raises `Misread`."""
    return {
        "request_no": _taken(element, "RequestNo", said),
        "kind": _taken(element, "Kind", REQUEST_KINDS.__getitem__),
        "state": _taken(element, "Status", REQUEST_STATES.__getitem__),
        "asked_at": _taken(element, "AskTime", moment),
        "reason": element.findtext("Reason", ""),
        "lines": _units(element, "Lines"),
        "received": _units(element, "Received"),
        "customs_return": element.findtext("CustomsReturn") == "1",
    }


def as_it_came(element) -> str:
    return ET.tostring(element, encoding="unicode").strip()


def balances(element) -> dict[str, int | str]:
    """The figures of a statement, each in fen; any may be below zero. One that cannot be read as it came."""
    return {ours: _balance(element.findtext(theirs, "")) for ours, theirs in AMOUNTS.items()}


fen = partial(reading.fen, decimals=JUST_TWO)


def stamp(at: datetime.datetime) -> str:
    return at.astimezone(GMT8).strftime(STAMP)


def stamped(text: str) -> datetime.datetime:
    return gmt8(text, STAMP)


def moment(text: str) -> str:
    return stamped(text).isoformat()


def _taken(element, name: str, read):
    return taken(name, element.findtext(name), read)


def _balance(text: str) -> int | str:
    try:
        return balance(text, fen)
    except ValueError:
        return text


def _units(element, group: str) -> list[dict]:
    return [
        {"out_sku_id": _taken(line, "SkuNo", said), "quantity": _taken(line, "Quantity", int)}
        for line in element.findall(f"{group}/Line")
    ]


def _named(element, group: str, names: dict[str, str]) -> dict:
    return {ours: element.findtext(f"{group}/{theirs}", "") for ours, theirs in names.items()}
