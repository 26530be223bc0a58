"""Sections 9 and 10: files of results that the mall takes, and what becomes of an order."""

import csv
import io
from decimal import Decimal

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.shanghai.drops import ORDERS

BOOK = Book()
promise = BOOK.promise
HEADS = {
    "answer": "order_id,answer,number,reason,text",
    "parcel": "order_id,parcel_no,carrier,tracking_number,shipped_at,out_sku_id,quantity",
    "refund": "order_id,refund_no,total,reason,text,out_sku_id,quantity,amount",
    "reply": "order_id,request_no,answer,text",
    "faults": "file,line,column,code,text",
}


@promise("9", "格式不符的文件返回 BAD_FILE，指出行列", "틀린 파일은 BAD_FILE이고 줄과 열을 가리킨다")
def bad_files(mall):
    good = sheet("answer", ["KIT-none", "confirmed", "KIT-1", "", ""])
    perhaps = sheet("answer", ["KIT-none", "perhaps", "KIT-1", "", ""])
    sent = ["KIT-none", "KIT-P1", "SF", "KIT0000"]
    for kind, raw, line, column in (
        ("answer", good.replace(b"answer,number", b"number,answer", 1), 1, None),
        ("answer", good + b"one cell\r\n", 3, None),
        ("answer", perhaps, 2, "answer"),
        ("parcel", sheet("parcel", [*sent, "2026-11-24 18:00:00", "K1", "two"]), 2, "quantity"),
        ("parcel", sheet("parcel", [*sent, "yesterday", "K1", "2"]), 2, "shipped_at"),
    ):
        expect(f"{raw[-40:]!r} 的返回码", drop(mall, kind, raw), "BAD_FILE")
        expect(f"{raw[-40:]!r} 的行", mall.problem.get("line"), line)
        if column:
            expect("列", mall.problem.get("column"), column)


@promise("9", "不认识的文件名前缀被拒绝", "모르는 이름으로 시작하는 파일은 거절한다")
def unknown_kind(mall):
    if (found := drop(mall, "gossip", sheet("faults", ["x", "1", "", "EMPTY", ""]))) not in (
        "BAD_FILE",
        "NOT_FOUND",
    ):
        raise Differs(f"返回码：{found}")


@promise("9", "未知订单返回 UNKNOWN_ORDER", "모르는 주문은 UNKNOWN_ORDER")
def unknown_order(mall):
    for kind, cells in (
        ("answer", ["KIT-none", "confirmed", "KIT-1", "", ""]),
        ("parcel", ["KIT-none", "KIT-P1", "SF", "KIT0000", "2026-11-24 18:00:00", "K1", "1"]),
        ("refund", ["KIT-none", "KIT-1", "1.00", "other", "", "K1", "1", "1.00"]),
        ("reply", ["KIT-none", "KIT-1", "accept", ""]),
    ):
        expect(f"{kind} 的返回码", drop(mall, kind, sheet(kind, cells)), "UNKNOWN_ORDER")


@promise(
    "9", "同名同文件重复为 OK，不同内容返回 NAME_TAKEN", "같은 이름의 같은 파일은 OK, 다른 내용은 NAME_TAKEN"
)
def names_are_keys(mall):
    """A fault is told of a file that there is, marked as a test: it changes no order."""
    file, _order = ORDERS.groups(mall)[0]
    raw = sheet("faults", [file, "2", "address", "EMPTY", "联调测试，请忽略"])
    for turn in ("第一次", "第二次"):
        expect(f"{turn}的返回码", drop(mall, "faults", raw, "name"), "OK")
    other = sheet("faults", [file, "2", "address", "EMPTY", "联调测试，另一内容"])
    expect("内容不同时的返回码", drop(mall, "faults", other, "name"), "NAME_TAKEN")


@promise("9", "应答带有收下的行数", "응답에 받은 줄 수가 있다")
def rows_taken(mall):
    file, _order = ORDERS.groups(mall)[0]
    raw = sheet("faults", *([file, "2", "address", "EMPTY", f"联调测试 {at}，请忽略"] for at in range(3)))
    found = mall.data(address(mall, "faults"), raw)
    expect("答复", (found.get("code"), found.get("rows")), ("OK", 3))


@promise("10", "未确认的订单不能发货", "확정하지 않은 주문은 보낼 수 없다")
def ship_before_confirm(mall):
    order = given_order(mall, "order")
    refused_as(mall, "parcel", parcel(order), "paid")


@promise("9", "文件整份收下或整份不收", "파일은 통째로 받거나 하나도 받지 않는다")
def whole_or_not(mall):
    """One good answer and one of an unknown order: if the first were taken, a parcel could leave."""
    order = given_order(mall, "order")
    number = order[0]["order_id"]
    both = sheet("answer", [number, "confirmed", "KIT-1", "", ""], ["KIT-none", "confirmed", "KIT-1", "", ""])
    expect("返回码", drop(mall, "answer", both), "UNKNOWN_ORDER")
    if drop(mall, "parcel", parcel(order)) != "ORDER_STATE" or mall.problem.get("state") != "paid":
        raise Differs(f"{number} 已不是待答复：第一行被受理了")


@promise("10", "确认可重复，换单号返回 ORDER_STATE", "확정은 되풀이할 수 있고, 다른 번호면 ORDER_STATE")
def confirm(mall):
    number = given_order(mall, "order")[0]["order_id"]
    for name, code in (("KIT-1", "OK"), ("KIT-1", "OK"), ("KIT-2", "ORDER_STATE")):
        found = drop(mall, "answer", sheet("answer", [number, "confirmed", name, "", ""]))
        expect(f"{name} 的返回码", found, code)


@promise("10", "同一退款单号只退一次", "같은 환불 번호는 한 번만 돌려준다")
def refund(mall):
    """All other pieces can only go back if the first went back once."""
    order = given_order(mall, "order")
    half, all_others = price(order) / 2, pieces(order) - 1
    for number, units in (("KIT-R1", 1), ("KIT-R1", 1), ("KIT-R2", all_others)):
        raw = refund_of(mall, order, number, half * units, units)
        expect(f"{number} 退 {units} 件的返回码", drop(mall, "refund", raw), "OK")


@promise(
    "10",
    "同号不同金额或超额的退款返回 REFUND_CONFLICT",
    "같은 번호의 다른 금액이나 넘치는 환불은 REFUND_CONFLICT",
)
def refund_conflicts(mall):
    order = given_order(mall, "order")
    other = refund_of(mall, order, "KIT-R1", price(order) / 4)
    expect("数字不同时的返回码", drop(mall, "refund", other), "REFUND_CONFLICT")
    over = refund_of(mall, order, "KIT-R3", Decimal(order[0]["paid"]) + 1)
    expect("超出实付时的返回码", drop(mall, "refund", over), "REFUND_CONFLICT")


@promise("9", "合计不等于各行之和返回 BAD_FILE", "합계가 줄의 합과 다르면 BAD_FILE")
def wrong_total(mall):
    raw = refund_of(mall, given_order(mall, "order"), "KIT-R4", Decimal("1.00"), total=Decimal("1.01"))
    expect("返回码", drop(mall, "refund", raw), "BAD_FILE")


@promise("10", "发货可重报同一包裹", "같은 소포는 다시 말해도 된다")
def ship(mall):
    order = given_order(mall, "order")
    for number in ("KIT0001", "KIT0002"):
        expect(f"{number} 的返回码", drop(mall, "parcel", parcel(order, number)), "OK")


@promise("10", "拒单可重复，之后不能确认", "거절은 되풀이할 수 있고, 그 뒤에는 확정할 수 없다")
def refuse(mall):
    number = given_order(mall, "refuse")[0]["order_id"]
    for turn in ("第一次", "第二次"):
        raw = sheet("answer", [number, "refused", "", "out_of_stock", f"联调测试 {turn}"])
        expect(f"{turn}的返回码", drop(mall, "answer", raw), "OK")
    refused_as(mall, "answer", sheet("answer", [number, "confirmed", "KIT-1", "", ""]), "refused")


def sheet(kind: str, *rows: list[str], more: tuple[str, ...] = ()) -> bytes:
    """A file of rows; `more`: columns that it has besides."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[*HEADS[kind].split(","), *more], *rows])
    return text.getvalue().encode("utf-8-sig")


def address(mall, kind: str, name: str = "") -> str:
    """Where a file goes: under a name that was not used, unless one is given."""
    mall.dropped += 1
    return f"/drop/results/{kind}-kit-{mall.run}-{name or mall.dropped}.csv"


def drop(mall, kind: str, raw: bytes, name: str = "") -> str:
    """The code of a file's answer."""
    return mall.code(address(mall, kind, name), raw, Content_Type="text/csv")


def refused_as(mall, kind: str, raw: bytes, state: str) -> None:
    """Expect `ORDER_STATE`, with the order's state."""
    expect(f"{kind} 的返回码", drop(mall, kind, raw), "ORDER_STATE")
    expect("状态", mall.problem.get("state"), state)


def given_order(mall, option: str) -> list[dict[str, str]]:
    """The rows of the order that was named by an option. Raises `NotAsked` without one."""
    number = getattr(mall.chosen, option)
    if not number:
        raise NotAsked(f"需要为此准备的订单：--{option} 订单号")
    for _name, order in ORDERS.groups(mall):
        if order[0]["order_id"] == number:
            return order
    raise Differs(f"订单文件中没有 {number}，请核对 --{option}")


def price(order: list[dict[str, str]]) -> Decimal:
    """What was paid for a piece of the first line. Raises `NotAsked` where it is not two pieces."""
    if pieces(order) < 2:
        raise NotAsked(f"{order[0]['order_id']} 只有一件")
    return Decimal(order[0]["price"]) + Decimal(order[0]["tax"])


def pieces(order: list[dict[str, str]]) -> int:
    """How many of the first line's SKU were bought."""
    return sum(int(row["quantity"]) for row in order if row["out_sku_id"] == order[0]["out_sku_id"])


def parcel(order: list[dict[str, str]], tracking_number: str = "KIT0000") -> bytes:
    known = ["KIT-P1", "SF", tracking_number, "2026-11-24 18:00:00"]
    return sheet("parcel", *([row["order_id"], *known, row["out_sku_id"], row["quantity"]] for row in order))


def refund_of(
    mall,
    order: list[dict[str, str]],
    number: str,
    yuan: Decimal,
    units: int = 1,
    total: Decimal | None = None,
) -> bytes:
    """Pieces of the first line, at so many yuan."""
    number, amount, sku = f"{number}-{mall.run}", f"{yuan:.2f}", order[0]["out_sku_id"]
    sum_ = f"{total:.2f}" if total else amount
    return sheet("refund", [order[0]["order_id"], number, sum_, "other", "", sku, str(units), amount])
