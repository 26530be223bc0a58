"""CSV as the contract's sections 8 and 9 have it: files of orders that we drop, of results that we get."""

import csv
import datetime
import io

from partners.sandbox.stand.clock import stamp
from partners.sandbox.stand.money import yuan

RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
COLUMNS = {
    "order_id": "订单号", "state": "状态", "paid_at": "付款时间", "line_no": "行号", "out_id": "商品编号",
    "out_sku_id": "规格编号", "quantity": "数量", "price": "单价", "tax": "税费", "freight": "运费", "paid": "实付",
    "buyer_name": "订购人", "buyer_id_number": "身份证号", "receiver": "收货人", "phone": "手机", "province": "省",
    "city": "市", "district": "区县", "street": "街道", "region_code": "行政区划代码", "address": "详细地址",
}  # fmt: skip
STATES = {"paid": "已付款", "cancelled": "已取消"}
RESULTS = {
    "answer": ["order_id", "answer", "number", "reason", "text"],
    "parcel": [
        "order_id", "parcel_no", "carrier", "tracking_number", "shipped_at", "out_sku_id", "quantity",
    ],
    "refund": ["order_id", "refund_no", "total", "reason", "text", "out_sku_id", "quantity", "amount"],
    "faults": ["file", "line", "column", "code", "text"],
}  # fmt: skip


class BadFile(Exception):
    """A file of results that cannot be taken. Where its first fault is."""

    def __init__(self, line, column=""):
        super().__init__(f"line {line}, column {column}")
        self.line, self.column = line, column


def of_orders(orders):
    """A file of orders, a row for each line, with Chinese names of columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS.values())
    for order in orders:
        writer.writerows([_armless(row[name]) for name in COLUMNS] for row in _rows(order))
    return text.getvalue().encode("utf-8-sig")


def of_results(name, raw):
    """Rows of a file of results as dicts. Raises `BadFile`."""
    kind = name.partition("-")[0]
    if kind not in RESULTS:
        raise BadFile(1)
    try:
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadFile(1) from error
    if not rows or rows[0] != RESULTS[kind]:
        raise BadFile(1)
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise BadFile(number)
    return [dict(zip(rows[0], map(_plain, row), strict=True)) for row in rows[1:]]


def fen(text, line, column):
    """Yuan as fen. Raises `BadFile`."""
    whole, _, part = text.partition(".")
    if not (whole + part).isdigit() or len(part) > 2:
        raise BadFile(line, column)
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def _rows(order):
    where = order["address"]
    of_order = {
        "order_id": order["order_id"], "state": STATES[order["state"]], "paid_at": stamp(datetime.datetime.fromisoformat(order["paid_at"])),
        "freight": yuan(order["freight_fen"]), "paid": yuan(order["paid_fen"]),
        "buyer_name": order["buyer"]["name"], "buyer_id_number": order["buyer"]["id_number"],
        "receiver": where["name"], "phone": where["phone"], "address": where["detail"],
        **{name: where[name] for name in ("province", "city", "district", "street", "region_code")},
    }  # fmt: skip
    for line in order["lines"]:
        money = {"price": yuan(line["price_fen"]), "tax": yuan(line["tax_fen"])}
        yield of_order | line | money


def _armless(cell):
    return f"'{cell}" if str(cell).startswith(RUN) else cell


def _plain(cell):
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(RUN) else cell
