"""Files of orders: a row is a line of an order. Section 8 of the contract."""

from orders.identity import has_number
from partners.connectors import sheets
from partners.connectors.connector import RowFault
from partners.connectors.dropped import File
from partners.connectors.reading import Misread, Told, Unread, fen, is_number
from partners.connectors.shanghai.signature import sha256
from partners.connectors.sheets import Column, either, fitting, of_nobody, text, time, whole

ID, OUT_ID = (of_nobody(fitting(rf"[A-Za-z0-9_-]{{1,{most}}}")) for most in (64, 40))
COLUMNS = {
    "order_id": Column("订单号", ID),
    "state": Column("状态", either(("paid", "cancelled"), ("已付款", "已取消"))),
    "paid_at": Column("付款时间", time),
    "line_no": Column("行号", whole(1, 9999), is_of_whole=False),
    "out_id": Column("商品编号", OUT_ID, is_of_whole=False),
    "out_sku_id": Column("规格编号", OUT_ID, is_of_whole=False),
    "quantity": Column("数量", whole(1, 999), is_of_whole=False),
    "price": Column("单价", fen, is_of_whole=False),
    "tax": Column("税费", fen, is_of_whole=False),
    "freight": Column("运费", fen),
    "paid": Column("实付", fen),
    "buyer_name": Column("订购人", text, is_personal=True),
    "buyer_id_number": Column("身份证号", fitting(r"\d{17}[\dXx]"), is_personal=True),
    "receiver": Column("收货人", text, is_personal=True),
    "phone": Column("手机", fitting(r"\+?\d{7,20}"), is_personal=True),
    "province": Column("省", text),
    "city": Column("市", text),
    "district": Column("区县", text, may_be_empty=True),
    "street": Column("街道", text, may_be_empty=True),
    "region_code": Column("行政区划代码", fitting(r"\d{6}")),
    "address": Column("详细地址", text, is_personal=True),
}


def read(name: str, raw: bytes, digest: str) -> File:
    """The orders of a file that can be taken, and what is wrong with the others. Raises `NotWhole`."""
    sheet = sheets.read(name, raw, digest, COLUMNS, "order_id", number="line_no")
    told = [
        Told(_order([row for _line, row in rows]), sheets.text_of(list(sheet.stand[key].values())))
        for key, rows in sheet.groups.items()
    ]
    named = {key: rows for key, rows in sheet.refused.items() if is_number(key) and not has_number(key)}
    unread = [_unread(key, rows, sheet.faults) for key, rows in named.items()]
    return File(told, sheet.faults, unread)


def read_order(text: str) -> dict:
    """An order of which a row had a fault, from its rows alone. Raises `Misread`."""
    raw = text.encode()
    file = read("", raw, sha256(raw))
    if file.faults:
        raise Misread(file.faults[0].column)
    return file.told[0]


def _unread(order_id: str, rows: dict[int, dict[str, str]], faults: list[RowFault]) -> Unread:
    """An order of a file is not dated: where an earlier file has it, that holds."""
    column = next(fault.column for fault in faults if fault.line in rows)
    return Unread(order_id, sheets.text_of(list(rows.values())), column, is_dated=False)


def _order(rows: list[dict]) -> dict:
    """An order as `partners.inbound` takes it."""
    first = rows[0]
    lines = [
        {
            "line_no": row["line_no"],
            "out_id": row["out_id"],
            "out_sku_id": row["out_sku_id"],
            "quantity": row["quantity"],
            "price_fen": row["price"],
            "tax_fen": row["tax"],
        }
        for row in {row["line_no"]: row for row in rows}.values()
    ]
    where = ("province", "city", "district", "street", "region_code")
    return {
        "order_id": first["order_id"],
        "state": first["state"],
        "paid_at": first["paid_at"],
        "lines": lines,
        "freight_fen": first["freight"],
        "paid_fen": first["paid"],
        "buyer": {
            "name": first["buyer_name"],
            "id_number": first["buyer_id_number"],
            "phone": first["phone"],
        },
        "address": {name: first[name] for name in where}
        | {"name": first["receiver"], "phone": first["phone"], "detail": first["address"]},
    }
