"""Sections 9 and 10: the supplier's replies to what shoppers ask, and what becomes of a request."""

import time
from decimal import Decimal

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.shanghai.requests import kind_of, newest, state_in
from partners.conformance.shanghai.results import drop, given_order, sheet

BOOK = Book()
promise = BOOK.promise
DROPPED_WITHIN = 30  # seconds from a change of a request to its file
NOBODYS = "KIT-nothing"


@promise(
    "9", "订单没有的申请返回 UNKNOWN_ORDER，不退款", "주문에 없는 요청은 UNKNOWN_ORDER이고 돌려주지 않는다"
)
def unknown_request(mall):
    """By a refund that names it as well: if that were taken, the money could not go back for the real one."""
    order = given_order(mall, "cancel")
    said = drop(mall, "reply", reply(order, NOBODYS, "accept"))
    expect("答复的返回码", said, "UNKNOWN_ORDER")
    refund = all_of(order, NOBODYS, f"KIT-{mall.run}-U")
    expect("退款的返回码", drop(mall, "refund", refund), "UNKNOWN_ORDER")


@promise("9", "无效的答复返回 BAD_FILE，申请不变", "틀린 답은 BAD_FILE이고 요청은 그대로다")
def bad_replies(mall):
    order = given_order(mall, "return")
    number = open_request(mall, order, "return")
    for said, text, column in (("perhaps", "", "answer"), ("accept", "长" * 201, "text")):
        expect(f"{column} 有误时的返回码", drop(mall, "reply", reply(order, number, said, text)), "BAD_FILE")
        expect("行与列", (mall.problem.get("line"), mall.problem.get("column")), (2, column))
    expect("状态", state_in(newest(mall)[number]), "open")


@promise(
    "10", "拒绝退货可重复，改答则返回 REQUEST_STATE", "반품 거절은 되풀이할 수 있고, 바꾸면 REQUEST_STATE"
)
def reject(mall):
    order = given_order(mall, "return")
    number = open_request(mall, order, "return")
    for turn in ("第一次", "第二次"):
        expect(f"{turn}的返回码", drop(mall, "reply", reply(order, number, "reject")), "OK")
    stands_as(mall, order, number, "rejected")
    becomes(mall, number, "rejected")


@promise("10", "已撤回的申请返回 REQUEST_STATE", "거둔 요청은 REQUEST_STATE")
def withdrawn(mall):
    order = given_order(mall, "return")
    if not (numbers := numbers_of(mall, order, "return", "withdrawn")):
        raise NotAsked(f"{order[0]['order_id']} 没有已撤回的申请")
    stands_as(mall, order, numbers[0], "withdrawn")


@promise(
    "10",
    "同意取消不动款项，带申请号的退款使其完结",
    "취소 수락은 돈을 움직이지 않고, 요청 번호를 단 환불로 끝난다",
)
def accept(mall):
    """All of it can only go back by the refund if nothing went back by the reply."""
    order = given_order(mall, "cancel")
    number = open_request(mall, order, "cancel")
    expect("返回码", drop(mall, "reply", reply(order, number, "accept")), "OK")
    becomes(mall, number, "accepted")
    refund = all_of(order, number, f"KIT-{mall.run}-C")
    expect("退款的返回码", drop(mall, "refund", refund), "OK")
    becomes(mall, number, "refunded")
    expect("之后重复答复的返回码", drop(mall, "reply", reply(order, number, "accept")), "OK")


def numbers_of(mall, order: list[dict[str, str]], kind: str, state: str) -> list[str]:
    return [
        number
        for number, row in newest(mall).items()
        if (row["order_id"], kind_of(row), state_in(row)) == (order[0]["order_id"], kind, state)
    ]


def open_request(mall, order: list[dict[str, str]], kind: str) -> str:
    """The number of the order's open request. Raises `NotAsked` where it has none of the kind."""
    if not (numbers := numbers_of(mall, order, kind, "open")):
        raise NotAsked(f"{order[0]['order_id']} 没有待答复的申请（{kind}）")
    return numbers[0]


def becomes(mall, number: str, state: str) -> None:
    """Expect that a file tells the request in this state, in time."""
    end = time.monotonic() + DROPPED_WITHIN
    while (found := state_in(newest(mall)[number])) != state:
        if time.monotonic() > end:
            raise Differs(f"{number} 在 {DROPPED_WITHIN} 秒后为 {found}，应为 {state}")
        time.sleep(1)


def stands_as(mall, order: list[dict[str, str]], number: str, state: str) -> None:
    """Expect `REQUEST_STATE` of an `accept`, with the request's state."""
    expect("同意（accept）的返回码", drop(mall, "reply", reply(order, number, "accept")), "REQUEST_STATE")
    expect("状态", mall.problem.get("state"), state)


def reply(order: list[dict[str, str]], number: str, said: str, text: str = "联调测试") -> bytes:
    return sheet("reply", [order[0]["order_id"], number, said, text])


def all_of(order: list[dict[str, str]], request: str, number: str) -> bytes:
    """The refund of a whole order, in answer to a request: the freight goes back with the first line."""
    amounts = [(Decimal(row["price"]) + Decimal(row["tax"])) * int(row["quantity"]) for row in order]
    paid = Decimal(order[0]["paid"])
    amounts[0] += paid - sum(amounts)
    return sheet(
        "refund",
        *(
            [row["order_id"], number, f"{paid:.2f}", "cancelled", "", row["out_sku_id"], row["quantity"],
             f"{amount:.2f}", request]
            for row, amount in zip(order, amounts, strict=True)
        ),
        more=("request_no",),
    )  # fmt: skip
