"""The contract's section 8: orders that the mall's own shoppers place, fetched and answered by the supplier."""

import datetime
import xml.etree.ElementTree as ET

from partners.sandbox.ningbo import intake, refunds
from partners.sandbox.ningbo.words import STATUS, fen, time
from partners.sandbox.stand import orderbook
from partners.sandbox.stand.clock import GMT8
from partners.sandbox.stand.money import yuan

PAGE = 30
ADDRESSES = [
    ("浙江省", "宁波市", "海曙区", "月湖街道", "330203", "镇明路 58 号 602", "315000"),
    ("浙江省", "宁波市", "鄞州区", "福明街道", "330212", "惊驾东路 1200 号 1503", "315040"),
    ("浙江省", "宁波市", "北仑区", "新碶街道", "330206", "明州路 301 号 7-2", "315800"),
    ("浙江省", "杭州市", "西湖区", "文新街道", "330106", "文二西路 88 号 2 幢 401", "310012"),
]


def place(mall, chosen):
    """A shopper buys at the mall. `chosen`: [(goods number, SKU or None, quantity)]; the order."""
    intake.work(mall)
    with mall.state.write():
        lines = [orderbook.line(_skus(mall.state, number), number, *more) for number, *more in chosen]
        return orderbook.place(mall.state, prefix="NB", lines=lines, addresses=ADDRESSES)


def _skus(state, number):
    row = state.row("select * from goods where goods_no = ? and shown_offer is not null", number)
    return [
        {
            "out_sku_id": sku.findtext("SkuNo"),
            "price_fen": fen(sku.findtext("SalePrice")),
            "tax_fen": fen(sku.findtext("Tax")),
            "stock": int(sku.findtext("Stock")),
        }
        for sku in (ET.fromstring(row["shown_offer"]).findall("Skus/Sku") if row else ())
    ]


def cancel(mall, order_no):
    with mall.state.write():
        orderbook.cancel(mall.state, order_no)


def listing(mall, body):
    since = datetime.datetime.strptime(body.findtext("Since", ""), "%Y%m%d%H%M%S").replace(tzinfo=GMT8)
    at = since.isoformat(timespec="milliseconds")
    found, more = orderbook.changed_since(mall.state, at, body.findtext("After", ""), PAGE)
    found = orderbook.told_again(mall.state, found)
    return [*(("Order", _order(order)) for order in found), ("Next", more)]


def confirm(mall, body):
    orderbook.confirm(mall.state, body.findtext("OrderNo", ""), body.findtext("SupplierOrderNo", ""))
    return []


def refuse(mall, body):
    reason, text = body.findtext("Reason", ""), body.findtext("Text", "")
    orderbook.refuse(mall.state, body.findtext("OrderNo", ""), reason, text)
    return []


def ship(mall, body):
    parcels = [
        {
            "parcel_no": parcel.findtext("ParcelNo"),
            "carrier": parcel.findtext("Carrier"),
            "tracking_number": parcel.findtext("TrackingNo"),
            "shipped_at": parcel.findtext("ShipTime"),
            "lines": [
                {"out_sku_id": line.findtext("SkuNo"), "quantity": int(line.findtext("Quantity"))}
                for line in parcel.findall("Lines/Line")
            ],
        }
        for parcel in body.findall("Parcel")
    ]
    orderbook.ship(mall.state, body.findtext("OrderNo", ""), parcels)
    return []


def _order(order):
    buyer, address = order["buyer"], order["address"]
    lines = [
        ("Line", [
            ("GoodsNo", line["out_id"]), ("SkuNo", line["out_sku_id"]), ("Quantity", line["quantity"]),
            ("SalePrice", "?" if orderbook.is_garbled(order, line) else yuan(line["price_fen"])),
            ("Tax", yuan(line["tax_fen"])),
        ])
        for line in order["lines"]
    ]  # fmt: skip
    return [
        ("OrderNo", order["order_id"]),
        ("Status", STATUS[order["state"]]),
        ("PayTime", time(order["paid_at"])),
        ("ChangeTime", time(order["updated_at"])),
        ("Lines", lines),
        ("FreightAmount", yuan(order["freight_fen"])),
        ("PaidAmount", yuan(order["paid_fen"])),
        ("PayNo", order["payment"]["number"]),
        ("Buyer", [("Name", buyer["name"]), ("IdNo", buyer["id_number"]), ("Phone", buyer["phone"])]),
        ("Consignee", [
            ("Name", address["name"]), ("Phone", address["phone"]), ("Province", address["province"]),
            ("City", address["city"]), ("District", address["district"]), ("Street", address["street"]),
            ("RegionCode", address["region_code"]), ("Address", address["detail"]),
        ]),
        *refunds.elements(order),
    ]  # fmt: skip
