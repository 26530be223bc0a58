"""Section 7: what a shopper asks of an order, and the supplier's answer."""

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.igetmall.asked import all_orders, given_order

BOOK = Book()
promise = BOOK.promise
ANSWER = "igm.orders.answer"
NOBODYS = "KIT-nothing"
STATES = {"open", "accepted", "rejected", "received", "refunded", "withdrawn"}


@promise("7", "顾客的申请随订单列出，字段齐全", "구매자 요청은 주문에 실리고 빠진 것이 없다")
def listed(mall):
    orders = [order for order in all_orders(mall) if order.get("requests")]
    if not orders:
        raise NotAsked("需要一张顾客提出了申请的订单")
    for order in orders:
        for one in order["requests"]:
            lost = {"request_no", "kind", "state", "asked_at", "reason", "lines", "received"} - one.keys()
            known = one.get("kind") in ("cancel", "return") and one.get("state") in STATES
            if lost or not known or (one["kind"] == "return") != bool(one["lines"]):
                raise Differs(f"{order['order_id']}：与约定不符：{one!r}")


@promise("7", "一张订单同时只有一件未答复的申请", "한 주문에서 열려 있는 요청은 하나뿐이다")
def one_at_a_time(mall):
    orders = [order for order in all_orders(mall) if order.get("requests")]
    if not orders:
        raise NotAsked("需要一张顾客提出了申请的订单")
    for order in orders:
        is_open = [one["request_no"] for one in order["requests"] if one["state"] == "open"]
        if len(is_open) > 1:
            raise Differs(f"{order['order_id']}：同时待答复的申请 {is_open}")


@promise(
    "7",
    "订单没有的申请返回 INVALID_PARAMETER，不退款",
    "주문에 없는 요청은 INVALID_PARAMETER이고 돌려주지 않는다",
)
def unknown_request(mall):
    """By a refund that names it as well: if that were taken, the money could not go back for the real one."""
    order = given_order(mall, "cancel")
    body = {"order_id": order["order_id"], "request_no": NOBODYS, "answer": "accept", "message": "联调测试"}
    expect("答复的返回码", mall.code(ANSWER, body), "INVALID_PARAMETER")
    refund = _all_of(mall, order, body) | {"refund_no": f"KIT-{mall.run}-U"}
    expect("退款的返回码", mall.code("igm.orders.refund", refund), "INVALID_PARAMETER")


@promise("7", "无效的答复返回 INVALID_PARAMETER，申请不变", "틀린 답은 INVALID_PARAMETER이고 요청은 그대로다")
def bad_answers(mall):
    body = answer_to(given_order(mall, "return"), "return")
    for changed in ({"answer": "perhaps"}, {"message": "长" * 201}):
        expect(f"{changed!r:.30} 的返回码", mall.code(ANSWER, body | changed), "INVALID_PARAMETER")
    expect("状态", state_of(mall, "return", body["request_no"]), "open")


@promise(
    "7", "拒绝退货可重复，改答则返回 REQUEST_STATE", "반품 거절은 되풀이할 수 있고, 바꾸면 REQUEST_STATE"
)
def reject(mall):
    body = answer_to(given_order(mall, "return"), "return") | {"answer": "reject"}
    for turn in ("第一次", "第二次"):
        expect(f"{turn}的返回码", mall.code(ANSWER, body), "OK")
    stands_as(mall, body | {"answer": "accept"}, "rejected")
    expect("订单中的状态", state_of(mall, "return", body["request_no"]), "rejected")


@promise("7", "已撤回的申请返回 REQUEST_STATE", "거둔 요청은 REQUEST_STATE")
def withdrawn(mall):
    order = given_order(mall, "return")
    numbers = [one["request_no"] for one in order.get("requests", []) if one["state"] == "withdrawn"]
    if not numbers:
        raise NotAsked(f"{order['order_id']} 没有已撤回的申请")
    body = {"order_id": order["order_id"], "request_no": numbers[0], "answer": "accept", "message": ""}
    stands_as(mall, body, "withdrawn")


@promise(
    "7",
    "同意取消不动款项，带申请号的退款使其完结",
    "취소 수락은 돈을 움직이지 않고, 요청 번호를 단 환불로 끝난다",
)
def accept(mall):
    order = given_order(mall, "cancel")
    body = answer_to(order, "cancel")
    expect("返回码", mall.code(ANSWER, body), "OK")
    told = given_order(mall, "cancel")
    expect("答复后的 refunded_fen", told.get("refunded_fen"), order.get("refunded_fen"))
    expect("答复后的状态", state_of(mall, "cancel", body["request_no"]), "accepted")
    expect("退款的返回码", mall.code("igm.orders.refund", _all_of(mall, order, body)), "OK")
    expect("退款后的状态", state_of(mall, "cancel", body["request_no"]), "refunded")
    expect("之后重复答复的返回码", mall.code(ANSWER, body), "OK")


def answer_to(order: dict, kind: str) -> dict:
    """`accept` of the order's open request. Raises `NotAsked` where it has none of the kind."""
    for one in order.get("requests", []):
        if (one["kind"], one["state"]) == (kind, "open"):
            number = one["request_no"]
            return {
                "order_id": order["order_id"],
                "request_no": number,
                "answer": "accept",
                "message": "联调测试",
            }
    raise NotAsked(f"{order['order_id']} 没有待答复的申请（{kind}）")


def stands_as(mall, body: dict, state: str) -> None:
    """Expect `REQUEST_STATE`, with the request's state."""
    found = mall.call(ANSWER, body)
    expect(f"{body['answer']} 的返回码", found["code"], "REQUEST_STATE")
    expect("data.state", found["data"].get("state"), state)


def state_of(mall, option: str, request_no: str) -> str | None:
    requests = given_order(mall, option).get("requests", [])
    return next((one["state"] for one in requests if one["request_no"] == request_no), None)


def _all_of(mall, order: dict, answer: dict) -> dict:
    """The refund of a whole order, in answer to its request. Raises `NotAsked` where some went back before."""
    if order.get("refunded_fen"):
        raise NotAsked(f"{order['order_id']} 已部分退款")
    lines = [
        {"out_sku_id": line["out_sku_id"], "quantity": line["quantity"],
         "refund_fen": (line["price_fen"] + line["tax_fen"]) * line["quantity"]}
        for line in order["lines"]
    ]  # fmt: skip
    lines[0]["refund_fen"] += order["freight_fen"]
    return {"order_id": order["order_id"], "refund_no": f"KIT-{mall.run}-C", "refund_fen": order["paid_fen"],
            "reason": "cancelled", "message": "", "request_no": answer["request_no"], "lines": lines}  # fmt: skip
