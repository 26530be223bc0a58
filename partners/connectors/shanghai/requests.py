"""Files of what shoppers ask: a row is a SKU of a request, or a whole cancel. Section 8 of the contract."""

from partners.connectors import sheets
from partners.connectors.connector import RowFault
from partners.connectors.dropped import File
from partners.connectors.reading import Told
from partners.connectors.shanghai.orders import ID, OUT_ID
from partners.connectors.sheets import Column, Sheet, either, text, time, whole
from partners.models import PartnerOrder

STATES = (
    ("open", "accepted", "rejected", "received", "refunded", "withdrawn"),
    ("待答复", "已同意", "未同意", "已入库", "已退款", "已撤回"),
)
COLUMNS = {
    "request_no": Column("申请号", ID),
    "order_id": Column("订单号", ID),
    "kind": Column("类型", either(("cancel", "return"), ("取消", "退货"))),
    "state": Column("状态", either(*STATES)),
    "asked_at": Column("申请时间", time),
    "changed_at": Column("更新时间", time),
    "reason": Column("原因", text, may_be_empty=True, is_personal=True),
    "customs_return": Column("海关退运", either(("yes", "no"), ("是", "否"))),
    "out_sku_id": Column("规格编号", OUT_ID, is_of_whole=False, may_be_empty=True),
    "quantity": Column("数量", whole(1, 999), is_of_whole=False, may_be_empty=True),
    "received": Column("入库数量", whole(0, 999), is_of_whole=False, may_be_empty=True),
}


def read(partner_id: int, name: str, raw: bytes, digest: str) -> File:
    """The requests of a file by their orders, and what is wrong with the others. Raises `NotWhole`."""
    sheet = sheets.read(name, raw, digest, COLUMNS, "request_no")
    _refuse_empty(sheet)
    _refuse_strange(partner_id, sheet)
    told: dict[str, list] = {}
    for key, rows in sheet.groups.items():
        own_words = sheets.text_of(list(sheet.stand[key].values()))
        told.setdefault(rows[0][1]["order_id"], []).append(([row for _line, row in rows], own_words))
    return File([_told(order_id, groups) for order_id, groups in told.items()], sheet.faults)


def _refuse_empty(sheet: Sheet) -> None:
    """What is sent back has a SKU and a number in each row."""
    for key, rows in list(sheet.groups.items()):
        for line, row in rows if rows[0][1]["kind"] == "return" else ():
            for name in ("out_sku_id", "quantity"):
                if row[name] == "":
                    sheet.refuse(key, RowFault(line, name, "EMPTY"))


def _refuse_strange(partner_id: int, sheet: Sheet) -> None:
    """A request is of an order that came before it."""
    firsts = {key: rows[0] for key, rows in sheet.groups.items()}
    numbers = {row["order_id"] for _line, row in firsts.values()}
    orders = PartnerOrder.objects.filter(partner=partner_id, remote_id__in=numbers)
    known = set(orders.values_list("remote_id", flat=True))
    for key, (line, row) in firsts.items():
        if row["order_id"] not in known:
            sheet.refuse(key, RowFault(line, "order_id", "UNKNOWN_ORDER", row["order_id"]))


def _told(order_id: str, groups: list[tuple[list[dict], str]]) -> dict:
    """An order's requests as `partners.requests` takes them, of their rows and these as they stand."""
    return {
        "order_id": order_id,
        "updated_at": max(rows[0]["changed_at"] for rows, _own_words in groups),
        "requests": [Told(_request(rows), own_words) for rows, own_words in groups],
    }


def _request(rows: list[dict]) -> dict:
    first = rows[0]
    units = [row for row in rows if row["out_sku_id"]]
    return {
        "request_no": first["request_no"],
        "kind": first["kind"],
        "state": first["state"],
        "asked_at": first["asked_at"],
        "changed_at": first["changed_at"],
        "reason": first["reason"],
        "lines": [{"out_sku_id": row["out_sku_id"], "quantity": row["quantity"]} for row in units],
        "received": [
            {"out_sku_id": row["out_sku_id"], "quantity": row["received"]} for row in units if row["received"]
        ],
        "customs_return": first["customs_return"] == "yes",
    }
