"""Section 8: what a shopper asks of an order, and the supplier's answer."""

import re
from decimal import Decimal

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.ningbo.asked import all_orders, given_order
from partners.conformance.ningbo.client import xml
from partners.conformance.ningbo.orders import money, say

BOOK = Book()
promise = BOOK.promise
ELEMENTS = ["RequestNo", "Kind", "Status", "AskTime", "Reason", "Lines", "Received", "CustomsReturn"]
CALL_OFF, SEND_BACK = "10", "20"
OPEN, ACCEPTED, REJECTED, WITHDRAWN, REFUNDED = "10", "20", "40", "50", "60"
STATES = {OPEN, ACCEPTED, "30", REJECTED, WITHDRAWN, REFUNDED}
NOBODYS = "KIT-nothing"


@promise("8", "顾客的申请随订单列出，元素齐全", "구매자 요청은 주문에 실리고 빠진 요소가 없다")
def listed(mall):
    for order in asked_orders(mall):
        for one in order.findall("Requests/Request"):
            lines = one.findall("Lines/Line")
            known = one.findtext("Kind") in (CALL_OFF, SEND_BACK) and one.findtext("Status") in STATES
            told = re.fullmatch(r"\d{14}", one.findtext("AskTime", ""))
            if [part.tag for part in one if part.tag in ELEMENTS] != ELEMENTS or not (known and told):
                raise Differs(f"{order.findtext('OrderNo')}：与约定不符：{shape(one)}")
            expect(f"有无 Lines（{shape(one)}）", bool(lines), one.findtext("Kind") == SEND_BACK)


@promise("8", "一张订单的申请从旧到新", "한 주문의 요청은 오래된 것부터 나온다")
def oldest_first(mall):
    for order in asked_orders(mall):
        times = [one.findtext("AskTime", "") for one in order.findall("Requests/Request")]
        expect(f"{order.findtext('OrderNo')} 的 AskTime", times, sorted(times))


@promise("8", "一张订单同时只有一件未答复的申请", "한 주문에서 열려 있는 요청은 하나뿐이다")
def one_at_a_time(mall):
    for order in asked_orders(mall):
        states = [one.findtext("Status") for one in order.findall("Requests/Request")]
        if states.count(OPEN) > 1:
            raise Differs(f"{order.findtext('OrderNo')}：同时有 {states.count(OPEN)} 件待答复的申请")


@promise("8", "订单没有的申请返回 3001，不退款", "주문에 없는 요청은 3001이고 돌려주지 않는다")
def unknown_request(mall):
    """By a refund that names it as well: if that were taken, the money could not go back for the real one."""
    order = given_order(mall, "cancel")
    expect("答复的返回码", say(mall, "ORDER_ANSWER", order, answer(NOBODYS, "accept")).code, "3001")
    refund = all_of(order, NOBODYS, f"KIT-{mall.run}-U")
    expect("退款的返回码", say(mall, "ORDER_REFUND", order, refund).code, "3001")


@promise("8", "无效的答复返回 1001，申请不变", "틀린 답은 1001이고 요청은 그대로다")
def bad_answers(mall):
    order = given_order(mall, "return")
    number = open_request(order, SEND_BACK)
    for said, text in (("perhaps", ""), ("accept", "长" * 201)):
        found = say(mall, "ORDER_ANSWER", order, answer(number, said, text)).code
        expect(f"{said} 带 {len(text)} 字时的返回码", found, "1001")
    expect("状态", state_of(mall, "return", number), OPEN)


@promise("8", "拒绝退货可重复，改答则返回 3004", "반품 거절은 되풀이할 수 있고, 바꾸면 3004")
def reject(mall):
    order = given_order(mall, "return")
    number = open_request(order, SEND_BACK)
    for turn in ("第一次", "第二次"):
        found = say(mall, "ORDER_ANSWER", order, answer(number, "reject")).code
        expect(f"{turn}的返回码", found, "0000")
    stands_as(mall, order, number, REJECTED)
    expect("订单中的状态", state_of(mall, "return", number), REJECTED)


@promise("8", "已撤回的申请返回 3004", "거둔 요청은 3004")
def withdrawn(mall):
    order = given_order(mall, "return")
    if not (numbers := numbers_of(order, SEND_BACK, WITHDRAWN)):
        raise NotAsked(f"{order.findtext('OrderNo')} 没有已撤回的申请")
    stands_as(mall, order, numbers[0], WITHDRAWN)


@promise(
    "8",
    "同意取消不动款项，带申请号的退款使其完结",
    "취소 수락은 돈을 움직이지 않고, 요청 번호를 단 환불로 끝난다",
)
def accept(mall):
    """All of it can only go back by the refund if nothing went back by the answer."""
    order = given_order(mall, "cancel")
    number = open_request(order, CALL_OFF)
    yes = answer(number, "accept")
    expect("返回码", say(mall, "ORDER_ANSWER", order, yes).code, "0000")
    told = given_order(mall, "cancel")
    expect("答复后订单的状态", told.findtext("Status"), order.findtext("Status"))
    expect("申请的状态", state_of(mall, "cancel", number), ACCEPTED)
    refund = all_of(order, number, f"KIT-{mall.run}-C")
    expect("退款的返回码", say(mall, "ORDER_REFUND", order, refund).code, "0000")
    expect("退款后申请的状态", state_of(mall, "cancel", number), REFUNDED)
    expect("之后重复答复的返回码", say(mall, "ORDER_ANSWER", order, yes).code, "0000")


def asked_orders(mall) -> list:
    """Orders of which their shoppers ask something. Raises `NotAsked` where there are none."""
    found = [order for order in all_orders(mall) if order.find("Requests") is not None]
    if not found:
        raise NotAsked("需要一张顾客提出了申请的订单")
    return found


def numbers_of(order, kind: str, state: str) -> list[str]:
    return [
        one.findtext("RequestNo", "")
        for one in order.findall("Requests/Request")
        if (one.findtext("Kind"), one.findtext("Status")) == (kind, state)
    ]


def open_request(order, kind: str) -> str:
    """The number of the order's open request. Raises `NotAsked` where it has none of the kind."""
    if not (numbers := numbers_of(order, kind, OPEN)):
        raise NotAsked(f"{order.findtext('OrderNo')} 没有待答复的申请（类型 {kind}）")
    return numbers[0]


def state_of(mall, option: str, number: str) -> str | None:
    found = given_order(mall, option).findall("Requests/Request")
    return next((one.findtext("Status") for one in found if one.findtext("RequestNo") == number), None)


def stands_as(mall, order, number: str, state: str) -> None:
    """Expect 3004 of an `accept`, with the request's status."""
    found = say(mall, "ORDER_ANSWER", order, answer(number, "accept"))
    expect("同意（accept）的返回码", (found.code, found.body.findtext("State")), ("3004", state))


def answer(number: str, said: str, text: str = "联调测试") -> str:
    return xml("RequestNo", number) + xml("Answer", said) + xml("Text", text)


def all_of(order, request: str, number: str) -> str:
    """The refund of a whole order, in answer to a request: the freight goes back with the first line."""
    lines = [
        (line.findtext("SkuNo", ""), int(line.findtext("Quantity", "")), money(line, "SalePrice") + money(line, "Tax"))
        for line in order.findall("Lines/Line")
    ]  # fmt: skip
    amounts = [pieces * price for _sku, pieces, price in lines]
    amounts[0] += money(order, "FreightAmount")
    told = [
        ("Line", [("SkuNo", sku), ("Quantity", pieces), ("RefundAmount", f"{amount:.2f}")])
        for (sku, pieces, _price), amount in zip(lines, amounts, strict=True)
    ]
    whole = f"{sum(amounts, Decimal(0)):.2f}"
    head = [("RefundNo", number), ("RequestNo", request), ("RefundAmount", whole), ("Reason", "cancelled")]
    return "".join(xml(*pair) for pair in [*head, ("Text", ""), ("Lines", told)])


def shape(request) -> str:
    """A request without its shopper's words."""
    told = {part.tag: part.text for part in request if part.tag not in ("Reason", "Lines", "Received")}
    return f"{told}，元素 {[part.tag for part in request]}"
