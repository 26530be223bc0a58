"""Section 8: orders, and what a supplier says to them."""

from decimal import Decimal

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.ningbo.asked import all_orders, given_order
from partners.conformance.ningbo.client import xml

BOOK = Book()
promise = BOOK.promise
PERSONS = {
    "Buyer": ("Name", "IdNo", "Phone"),
    "Consignee": ("Name", "Phone", "Province", "City", "District", "Street", "RegionCode", "Address"),
}


@promise("8", "订单按变更时间从旧到新", "주문은 바뀐 시각 순서로 나온다")
def in_order(mall):
    times = [order.findtext("ChangeTime", "") for order in orders_there(mall)]
    expect("各订单的 ChangeTime", times, sorted(times))


@promise("8", "Since 含当刻，更早的订单不列出", "Since는 그 시각을 포함하고 더 이른 주문은 나오지 않는다")
def since(mall):
    last = orders_there(mall)[-1]
    at = last.findtext("ChangeTime", "")
    rows = mall.done("ORDER_LIST", xml("Since", at) + xml("After", "")).findall("Order")
    numbers = {row.findtext("OrderNo"): row.findtext("ChangeTime", "") for row in rows}
    expect(f"从 {at} 起列出 {last.findtext('OrderNo')}", last.findtext("OrderNo") in numbers, True)
    expect(f"{at} 之前的订单", [number for number, time in numbers.items() if time < at], [])


@promise("8", "实付等于各行价税之和加运费", "실결제액은 줄마다 값과 세금을 더하고 운임을 더한 것이다")
def sums(mall):
    for order in orders_there(mall):
        lines = sum(
            (money(line, "SalePrice") + money(line, "Tax")) * int(line.findtext("Quantity", ""))
            for line in order.findall("Lines/Line")
        )
        number = order.findtext("OrderNo")
        expect(f"{number} 的 PaidAmount", money(order, "PaidAmount"), lines + money(order, "FreightAmount"))


@promise("8", "订单带有订购人与收货人", "주문에 구매자와 받는 사람이 있다")
def persons(mall):
    for order in orders_there(mall):
        for part, names in PERSONS.items():
            if lost := [name for name in names if order.find(f"{part}/{name}") is None]:
                raise Differs(f"{order.findtext('OrderNo')}：{part} 缺少 {lost}")


@promise("8", "未知订单返回 3001", "모르는 주문은 3001")
def unknown_order(mall):
    for kind, more in (
        ("ORDER_CONFIRM", xml("SupplierOrderNo", "KIT-1")),
        ("ORDER_REFUSE", xml("Reason", "out_of_stock") + xml("Text", "")),
        ("ORDER_SHIP", parcel([("K1", "1")])),
        ("ORDER_REFUND", refund_of("K1", Decimal("1.00"), "KIT-1")),
        ("ORDER_ANSWER", xml("RequestNo", "KIT-1") + xml("Answer", "accept") + xml("Text", "")),
    ):
        expect(f"{kind} 的返回码", mall.code(kind, xml("OrderNo", "KIT-none") + more), "3001")


@promise("8", "未确认的订单不能发货", "확정하지 않은 주문은 보낼 수 없다")
def ship_before_confirm(mall):
    order = given_order(mall, "order")
    if order.findtext("Status") != "10":
        raise NotAsked(f"{mall.chosen.order} 的状态已是 {order.findtext('Status')}")
    refused_as(mall, "ORDER_SHIP", order, parcel(units(order)), "10")


@promise("8", "确认可重复，换单号则被拒绝", "확정은 되풀이할 수 있고, 다른 번호면 거절한다")
def confirm(mall):
    order = given_order(mall, "order")
    for number, code in (("KIT-1", "0000"), ("KIT-1", "0000"), ("KIT-2", "3002")):
        found = say(mall, "ORDER_CONFIRM", order, xml("SupplierOrderNo", number))
        expect(f"{number} 的返回码", found.code, code)


@promise("8", "已确认的订单不能再拒单", "확정한 주문은 거절할 수 없다")
def refuse_after_confirm(mall):
    order = given_order(mall, "order")
    why = xml("Reason", "out_of_stock") + xml("Text", "")
    refused_as(mall, "ORDER_REFUSE", order, why, order.findtext("Status", ""))


@promise("8", "同一退款单号只退一次", "같은 환불 번호는 한 번만 돌려준다")
def refund(mall):
    """All other pieces can only go back if the first went back once."""
    order = given_order(mall, "order")
    sku, price = first_piece(order)
    first, second = f"KIT-{mall.run}", f"KIT-{mall.run}-2"
    all_others = sum(int(quantity) for name, quantity in units(order) if name == sku) - 1
    for number, pieces in ((first, 1), (first, 1), (second, all_others)):
        found = say(mall, "ORDER_REFUND", order, refund_of(sku, pieces * price / 2, number, pieces))
        expect(f"{number} 退 {pieces} 件的返回码", found.code, "0000")


@promise("8", "同号不同金额或超额的退款返回 3003", "같은 번호의 다른 금액이나 넘치는 환불은 3003")
def refund_conflicts(mall):
    order = given_order(mall, "order")
    sku, price = first_piece(order)
    other = say(mall, "ORDER_REFUND", order, refund_of(sku, price / 4, f"KIT-{mall.run}"))
    expect("数字不同时的返回码", other.code, "3003")
    over = refund_of(sku, money(order, "PaidAmount") + 1, f"KIT-{mall.run}-3")
    expect("超出实付时的返回码", say(mall, "ORDER_REFUND", order, over).code, "3003")


@promise("8", "发货后状态为 30，同一包裹可重报", "보내면 30이 되고 같은 소포는 다시 말해도 된다")
def ship(mall):
    order = given_order(mall, "order")
    for number in ("KIT0001", "KIT0002"):
        expect(
            f"{number} 的返回码", say(mall, "ORDER_SHIP", order, parcel(units(order), number)).code, "0000"
        )
    expect("状态", given_order(mall, "order").findtext("Status"), "30")


@promise("8", "拒单可重复，之后不能确认", "거절은 되풀이할 수 있고, 그 뒤에는 확정할 수 없다")
def refuse(mall):
    order = given_order(mall, "refuse")
    why = xml("Reason", "out_of_stock") + xml("Text", "联调测试")
    for turn in ("第一次", "第二次"):
        expect(f"{turn}的返回码", say(mall, "ORDER_REFUSE", order, why).code, "0000")
    refused_as(mall, "ORDER_CONFIRM", order, xml("SupplierOrderNo", "KIT-1"), "40")


def orders_there(mall) -> list:
    """All orders. Raises `NotAsked` where there are none."""
    found = all_orders(mall)
    if not found:
        raise NotAsked("商城没有订单")
    return found


def say(mall, kind: str, order, body: str):
    return mall.tell(kind, xml("OrderNo", order.findtext("OrderNo")) + body)


def refused_as(mall, kind: str, order, body: str, status: str) -> None:
    """Expect 3002, with the order's status."""
    found = say(mall, kind, order, body)
    expect(f"{kind} 的返回码", (found.code, found.body.findtext("State")), ("3002", status))


def money(element, name: str) -> Decimal:
    """Yuan. Raises `Differs` for what section 1 does not allow."""
    text = element.findtext(name, "")
    whole, _dot, cents = text.partition(".")
    if not (whole.isdigit() and cents.isdigit() and len(cents) == 2):
        raise Differs(f"{name} 为 {text!r}")
    return Decimal(text)


def units(order) -> list[tuple[str, str]]:
    """(SKU, pieces) of each line."""
    return [
        (line.findtext("SkuNo", ""), line.findtext("Quantity", "")) for line in order.findall("Lines/Line")
    ]


def first_piece(order) -> tuple[str, Decimal]:
    """SKU of the first line and what was paid for one piece. Raises `NotAsked` where it is not two pieces."""
    line = order.find("Lines/Line")
    if int(line.findtext("Quantity", "")) < 2:
        raise NotAsked(f"{order.findtext('OrderNo')} 只有一件")
    return line.findtext("SkuNo", ""), money(line, "SalePrice") + money(line, "Tax")


def parcel(lines: list[tuple[str, str]], tracking_number: str = "KIT0000") -> str:
    inner = [("Line", [("SkuNo", sku), ("Quantity", quantity)]) for sku, quantity in lines]
    return xml("Parcel", [
        ("ParcelNo", "KIT-P1"), ("Carrier", "SF"), ("TrackingNo", tracking_number), ("ShipTime", "20261124180000"),
        ("Lines", inner),
    ])  # fmt: skip


def refund_of(sku: str, yuan: Decimal, number: str, pieces: int = 1) -> str:
    """Pieces of a SKU, at so many yuan."""
    amount = f"{yuan:.2f}"
    line = ("Line", [("SkuNo", sku), ("Quantity", pieces), ("RefundAmount", amount)])
    head = [("RefundNo", number), ("RefundAmount", amount), ("Reason", "other"), ("Text", "")]
    return "".join(xml(*pair) for pair in [*head, ("Lines", [line])])
