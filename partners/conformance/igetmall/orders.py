"""Section 7: orders."""

from partners.conformance.checks import Book, expect
from partners.conformance.igetmall.asked import paid_order

BOOK = Book()
promise = BOOK.promise


@promise("7", "订单按更新时间从旧到新", "주문은 갱신 시각 순서로 나온다")
def orders(mall):
    rows = mall.data(
        "igm.orders.list", {"since": "2020-01-01T00:00:00+08:00", "cursor": "", "page_size": 50}
    )["orders"]
    times = [row["updated_at"] for row in rows]
    expect("updated_at of orders", times, sorted(times))
    for row in rows:
        lines = sum((line["price_fen"] + line["tax_fen"]) * line["quantity"] for line in row["lines"])
        expect(f"paid_fen of {row['order_id']}", row["paid_fen"], lines + row["freight_fen"])


@promise("7", "未知订单返回 UNKNOWN_ORDER", "모르는 주문은 UNKNOWN_ORDER")
def unknown_order(mall):
    found = mall.code("igm.orders.confirm", {"order_id": "KIT-none", "out_order_id": "K1"})
    expect("code", found, "UNKNOWN_ORDER")


@promise("7", "确认可重复，换单号则被拒绝", "확정은 되풀이할 수 있고, 다른 번호면 거절한다")
def confirm(mall):
    order = paid_order(mall)
    for number, code in (("KIT-1", "OK"), ("KIT-1", "OK"), ("KIT-2", "ORDER_STATE")):
        found = mall.code("igm.orders.confirm", {"order_id": order["order_id"], "out_order_id": number})
        expect(f"code of {number}", found, code)


@promise("7", "同一退款单号只退一次，超额被拒绝", "같은 환불 번호는 한 번만, 넘치면 거절한다")
def refund(mall):
    order, line = paid_order(mall), paid_order(mall)["lines"][0]
    fen = line["price_fen"] + line["tax_fen"]
    body = {
        "order_id": order["order_id"], "refund_no": f"KIT-{mall.run}", "refund_fen": fen, "reason": "other", "message": "",
        "lines": [{"out_sku_id": line["out_sku_id"], "quantity": 1, "refund_fen": fen}],
    }  # fmt: skip
    expect("code", mall.code("igm.orders.refund", body), "OK")
    expect("code of the same again", mall.code("igm.orders.refund", body), "OK")
    more = body | {"refund_fen": fen + 1, "lines": [body["lines"][0] | {"refund_fen": fen + 1}]}
    expect("code of other figures", mall.code("igm.orders.refund", more), "REFUND_CONFLICT")
    row = paid_order(mall)
    expect("refunded_fen", row.get("refunded_fen"), fen)
