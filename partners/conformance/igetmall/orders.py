"""Section 7: orders, and what a supplier says to them."""

from partners.conformance.checks import Book, NotAsked, expect
from partners.conformance.igetmall.asked import all_orders, given_order

BOOK = Book()
promise = BOOK.promise
CONFIRM, REFUSE, SHIP, REFUND = (f"igm.orders.{name}" for name in ("confirm", "refuse", "ship", "refund"))


@promise("7", "订单按更新时间从旧到新", "주문은 갱신 시각 순서로 나온다")
def in_order(mall):
    times = [order["updated_at"] for order in all_orders(mall)]
    expect("各订单的 updated_at", times, sorted(times))


@promise("7", "没有时区的 since 返回 INVALID_PARAMETER", "시간대가 없는 since는 INVALID_PARAMETER")
def since_without_offset(mall):
    body = {"since": "2026-11-24T00:00:00", "cursor": "", "page_size": 1}
    expect("返回码", mall.code("igm.orders.list", body), "INVALID_PARAMETER")


@promise("7", "实付等于各行价税之和加运费", "실결제액은 줄마다 값과 세금을 더하고 운임을 더한 것이다")
def sums(mall):
    for order in all_orders(mall):
        lines = sum((line["price_fen"] + line["tax_fen"]) * line["quantity"] for line in order["lines"])
        expect(f"{order['order_id']} 的 paid_fen", order["paid_fen"], lines + order["freight_fen"])


@promise("7", "未知订单返回 UNKNOWN_ORDER", "모르는 주문은 UNKNOWN_ORDER")
def unknown_order(mall):
    order = {
        "order_id": "KIT-none",
        "lines": [{"out_sku_id": "K1", "quantity": 1, "price_fen": 1, "tax_fen": 0}],
    }
    for method, more in (
        (CONFIRM, {"out_order_id": "KIT-1"}),
        (REFUSE, {"reason": "out_of_stock", "message": ""}),
        (SHIP, {"parcels": [parcel(order)]}),
        (REFUND, refund_of(order, "KIT-1")),
        ("igm.orders.answer", {"request_no": "KIT-none", "answer": "accept", "message": ""}),
    ):
        expect(f"{method} 的返回码", mall.code(method, {"order_id": "KIT-none", **more}), "UNKNOWN_ORDER")


@promise("7", "未确认的订单不能发货", "확정하지 않은 주문은 보낼 수 없다")
def ship_before_confirm(mall):
    order = given_order(mall, "order")
    if order["state"] != "paid":
        raise NotAsked(f"{order['order_id']} 已是 {order['state']}")
    refused_as(mall, SHIP, {"order_id": order["order_id"], "parcels": [parcel(order)]}, "paid")


@promise("7", "确认可重复，换单号则被拒绝", "확정은 되풀이할 수 있고, 다른 번호면 거절한다")
def confirm(mall):
    order = given_order(mall, "order")
    for number, code in (("KIT-1", "OK"), ("KIT-1", "OK"), ("KIT-2", "ORDER_STATE")):
        found = mall.code(CONFIRM, {"order_id": order["order_id"], "out_order_id": number})
        expect(f"{number} 的返回码", found, code)


@promise("7", "已确认的订单不能再拒单", "확정한 주문은 거절할 수 없다")
def refuse_after_confirm(mall):
    order = given_order(mall, "order")
    body = {"order_id": order["order_id"], "reason": "out_of_stock", "message": ""}
    refused_as(mall, REFUSE, body, order["state"])


@promise("7", "同一退款单号只退一次", "같은 환불 번호는 한 번만 돌려준다")
def refund(mall):
    order = given_order(mall, "order")
    before, body = order.get("refunded_fen", 0), refund_of(order, f"KIT-{mall.run}")
    expect("返回码", mall.code(REFUND, body), "OK")
    expect("再报一次的返回码", mall.code(REFUND, body), "OK")
    found = given_order(mall, "order").get("refunded_fen", 0) - before
    expect("两次合计的退款", found, body["refund_fen"])


@promise(
    "7",
    "同号不同金额或超额的退款返回 REFUND_CONFLICT",
    "같은 번호의 다른 금액이나 넘치는 환불은 REFUND_CONFLICT",
)
def refund_conflicts(mall):
    order = given_order(mall, "order")
    number = f"KIT-{mall.run}-2"
    over = refund_of(order, number, more_fen=order["paid_fen"])
    expect("超出实付时的返回码", mall.code(REFUND, over), "REFUND_CONFLICT")
    expect("返回码", mall.code(REFUND, refund_of(order, number, part_fen=1)), "OK")
    other = refund_of(order, number, part_fen=2)
    expect("数字不同时的返回码", mall.code(REFUND, other), "REFUND_CONFLICT")


@promise("7", "发货后状态为 shipped，同一包裹可重报", "보내면 shipped가 되고 같은 소포는 다시 말해도 된다")
def ship(mall):
    order = given_order(mall, "order")
    for number in ("KIT0001", "KIT0002"):
        body = {"order_id": order["order_id"], "parcels": [parcel(order, number)]}
        expect(f"{number} 的返回码", mall.code(SHIP, body), "OK")
    expect("状态", given_order(mall, "order")["state"], "shipped")


@promise("7", "拒单可重复，之后不能确认", "거절은 되풀이할 수 있고, 그 뒤에는 확정할 수 없다")
def refuse(mall):
    order = given_order(mall, "refuse")
    body = {"order_id": order["order_id"], "reason": "out_of_stock", "message": "联调测试"}
    for turn in ("第一次", "第二次"):
        expect(f"{turn}的返回码", mall.code(REFUSE, body), "OK")
    refused_as(mall, CONFIRM, {"order_id": order["order_id"], "out_order_id": "KIT-1"}, "refused")


def refused_as(mall, method: str, body: dict, state: str) -> None:
    """Expect `ORDER_STATE`, with the order's state."""
    found = mall.call(method, body)
    expect(f"{method} 的返回码", found["code"], "ORDER_STATE")
    expect("data.state", found["data"].get("state"), state)


def parcel(order: dict, tracking_number: str = "KIT0000") -> dict:
    """All of an order in one parcel."""
    lines = [{name: line[name] for name in ("out_sku_id", "quantity")} for line in order["lines"]]
    return {"parcel_no": "KIT-P1", "carrier": "SF", "tracking_number": tracking_number,
            "shipped_at": "2026-11-24T18:00:00+08:00", "lines": lines}  # fmt: skip


def refund_of(order: dict, number: str, part_fen: int = 0, more_fen: int = 0) -> dict:
    """One piece of the first line, at what was paid for it, or at so many fen, or at so many more."""
    line = order["lines"][0]
    fen = (part_fen or line["price_fen"] + line["tax_fen"]) + more_fen
    return {"order_id": order["order_id"], "refund_no": number, "refund_fen": fen, "reason": "other", "message": "",
            "lines": [{"out_sku_id": line["out_sku_id"], "quantity": 1, "refund_fen": fen}]}  # fmt: skip
