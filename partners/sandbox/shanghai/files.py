"""CSV as the contract's sections 8 and 9 have it: files of orders that we drop, of results that we get."""

import csv
import datetime
import io

from partners.sandbox.stand import daybook, orderbook
from partners.sandbox.stand.clock import GMT8, stamp
from partners.sandbox.stand.money import yuan

RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
COLUMNS = {
    "order_id": "订单号", "state": "状态", "paid_at": "付款时间", "line_no": "行号", "out_id": "商品编号",
    "out_sku_id": "规格编号", "quantity": "数量", "price": "单价", "tax": "税费", "freight": "运费", "paid": "实付",
    "buyer_name": "订购人", "buyer_id_number": "身份证号", "receiver": "收货人", "phone": "手机", "province": "省",
    "city": "市", "district": "区县", "street": "街道", "region_code": "行政区划代码", "address": "详细地址",
}  # fmt: skip
STATES = {"paid": "已付款", "cancelled": "已取消"}
REQUEST_COLUMNS = {
    "request_no": "申请号", "order_id": "订单号", "kind": "类型", "state": "状态", "asked_at": "申请时间",
    "changed_at": "更新时间", "reason": "原因", "customs_return": "海关退运", "out_sku_id": "规格编号",
    "quantity": "数量", "received": "入库数量",
}  # fmt: skip
REQUEST_KINDS = {"cancel": "取消", "return": "退货"}
REQUEST_STATES = {
    "open": "待答复", "accepted": "已同意", "rejected": "未同意", "received": "已入库", "refunded": "已退款",
    "withdrawn": "已撤回",
}  # fmt: skip
STATEMENT_COLUMNS = {
    "order_id": "订单号", "number": "供应商单号", "state": "状态", "paid": "实付", "refunded": "退款",
    "commission": "佣金", "net": "应付",
}  # fmt: skip
STATEMENT_STATES = {"confirmed": "已接单", "shipped": "已发货", "refunded": "已退款"}
NAMES = COLUMNS | REQUEST_COLUMNS | STATEMENT_COLUMNS
RESULTS = {
    "answer": ["order_id", "answer", "number", "reason", "text"],
    "parcel": [
        "order_id", "parcel_no", "carrier", "tracking_number", "shipped_at", "out_sku_id", "quantity",
    ],
    "refund": [
        "order_id", "refund_no", "total", "reason", "text", "out_sku_id", "quantity", "amount", "request_no",
    ],
    "reply": ["order_id", "request_no", "answer", "text"],
    "faults": ["file", "line", "column", "code", "text"],
}  # fmt: skip


MAY_BE_LEFT_OUT = {"request_no"}  # of the columns of refunds


class BadFile(Exception):
    """A file of results that cannot be taken. Where its first fault is."""

    def __init__(self, line, column=""):
        super().__init__(f"line {line}, column {column}")
        self.line, self.column = line, column


def of_orders(orders):
    """A file of orders, a row for each line."""
    return _sheet(COLUMNS, (row for order in orders for row in _rows(order)))


def of_request(order, request):
    """A file of one request, a row for each SKU, one row of a cancel."""
    of_all = {
        "request_no": request["request_no"], "order_id": order["order_id"],
        "kind": REQUEST_KINDS[request["kind"]], "state": REQUEST_STATES[request["state"]],
        "asked_at": _stamp(request["asked_at"]), "changed_at": _stamp(order["updated_at"]),
        "reason": request["reason"], "customs_return": "是" if request.get("customs_return") else "否",
    }  # fmt: skip
    back = {line["out_sku_id"]: line["quantity"] for line in request["received"]}
    lines = [line | {"received": back.get(line["out_sku_id"], "")} for line in request["lines"]]
    nothing = {"out_sku_id": "", "quantity": "", "received": ""}
    return _sheet(REQUEST_COLUMNS, (of_all | line for line in lines or [nothing]))


def of_statement(rows):
    """The file of a day: `daybook.rows`, and their sums below."""
    sums = daybook.totals(rows)
    last = sums | {"order_id": "合计", "out_order_id": sums["orders"], "state": ""}
    return _sheet(STATEMENT_COLUMNS, map(_of_day, [*rows, last]))


def garbled(statement):
    """A statement whose first amount nobody can read."""
    head, first, *rest = statement.split(b"\r\n")
    cells = first.split(b",")
    return b"\r\n".join([head, b",".join([*cells[:3], b"?", *cells[4:]]), *rest])


def of_results(name, raw):
    """Rows of a file of results as dicts. Raises `BadFile`."""
    kind = name.partition("-")[0]
    if kind not in RESULTS:
        raise BadFile(1)
    try:
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadFile(1) from error
    there = rows[0] if rows else []
    if there != [name for name in RESULTS[kind] if name in there or name not in MAY_BE_LEFT_OUT]:
        raise BadFile(1)
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise BadFile(number)
    return [dict(zip(rows[0], map(_plain, row), strict=True)) for row in rows[1:]]


def whole(text, line, column):
    """A number of pieces, or of a line. Raises `BadFile`."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise BadFile(line, column)
    return int(text)


def require_time(text, line, column):
    """Raises `BadFile` where it is no moment."""
    try:
        datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").astimezone(GMT8)
    except ValueError as error:
        raise BadFile(line, column) from error


def fen(text, line, column):
    """Yuan as fen. Raises `BadFile`."""
    whole, _, part = text.partition(".")
    if not (whole + part).isdigit() or len(part) > 2:
        raise BadFile(line, column)
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def _rows(order):
    where = order["address"]
    of_order = {
        "order_id": order["order_id"], "state": STATES[order["state"]], "paid_at": _stamp(order["paid_at"]),
        "freight": yuan(order["freight_fen"]), "paid": yuan(order["paid_fen"]),
        "buyer_name": order["buyer"]["name"], "buyer_id_number": order["buyer"]["id_number"],
        "receiver": where["name"], "phone": where["phone"], "address": where["detail"],
        **{name: where[name] for name in ("province", "city", "district", "street", "region_code")},
    }  # fmt: skip
    for line in order["lines"]:
        price = "?" if orderbook.is_garbled(order, line) else yuan(line["price_fen"])
        money = {"price": price, "tax": yuan(line["tax_fen"])}
        yield of_order | line | money


def _of_day(row):
    return {
        "order_id": row["order_id"], "number": row["out_order_id"],
        "state": STATEMENT_STATES.get(row["state"], ""), "paid": yuan(row["paid_fen"]),
        "refunded": yuan(row["refunded_fen"]), "commission": yuan(row["commission_fen"]),
        "net": yuan(row["net_fen"]),
    }  # fmt: skip


def _sheet(columns, rows):
    """CSV with Chinese names of columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns.values())
    writer.writerows([_armless(row[name]) for name in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _stamp(iso):
    return stamp(datetime.datetime.fromisoformat(iso))


def _armless(cell):
    return f"'{cell}" if str(cell).startswith(RUN) else cell


def _plain(cell):
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(RUN) else cell
