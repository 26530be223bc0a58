"""Section 9: the daily statement."""

import datetime
from decimal import Decimal

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.ningbo.asked import all_orders, values
from partners.conformance.ningbo.client import GMT8, xml

BOOK = Book()
promise = BOOK.promise
GET = "STATEMENT_GET"
AMOUNTS = ("PaidAmount", "RefundAmount", "CommissionAmount", "NetAmount")


@promise("9", "当天的对账单尚未生成（3005）", "그날의 정산서는 아직 없다(3005)")
def not_ready(mall):
    today = f"{datetime.datetime.now(GMT8):%Y%m%d}"
    expect(f"{today} 的返回码", mall.code(GET, xml("Day", today) + xml("After", "")), "3005")


@promise("9", "每行净额等于实付减退款减佣金", "줄마다 순액은 실결제액에서 환불과 수수료를 뺀 것이다")
def net(mall):
    for row in _statement(mall)[0]:
        paid, refunded, commission, left = (Decimal(row[name]) for name in AMOUNTS)
        expect(f"{row['OrderNo']} 的 NetAmount", left, paid - refunded - commission)


@promise("9", "合计等于各页各行之和，每页相同", "합계는 모든 쪽의 모든 줄을 더한 것이고 쪽마다 같다")
def totals(mall):
    rows, found = _statement(mall)
    wanted = {name: sum(Decimal(row[name]) for row in rows) for name in AMOUNTS} | {
        "Orders": Decimal(len(rows))
    }
    for number, page in enumerate(found, start=1):
        expect(f"第 {number} 页的合计", {name: Decimal(page[name]) for name in wanted}, wanted)


@promise(
    "9", "每张订单一行，按订单号排列，且在订单列表中", "주문마다 한 줄, 주문 번호 순서이고 주문 목록에 있다"
)
def rows_are_orders(mall):
    rows, _totals = _statement(mall)
    numbers = [row["OrderNo"] for row in rows]
    expect("按单号排列，各一次", numbers, sorted(set(numbers)))
    known = {order.findtext("OrderNo") for order in all_orders(mall)}
    for row in rows:
        if row["OrderNo"] not in known or row["Status"] not in ("20", "30", "60"):
            raise Differs(f"不是已确认的订单：{row!r}")


def _statement(mall) -> tuple[list[dict], list[dict]]:
    """(rows, totals of each page) of the day that was given, else of the last that must be settled.

    Raises `NotAsked` where nothing happened on it.
    """
    last = datetime.datetime.now(GMT8) - datetime.timedelta(days=1, hours=2)
    day, after, met, rows, totals_ = mall.chosen.day or f"{last:%Y%m%d}", "", set(), [], []
    while after not in met:
        met.add(after)
        body = mall.done(GET, xml("Day", day) + xml("After", after))
        expect("日期", body.findtext("Day"), day)
        rows += [values(row) for row in body.findall("Row")]
        totals_.append(values(body.find("Totals")))
        after = body.findtext("Next", "")
        if not after and not rows:
            raise NotAsked(f"{day} 没有订单，请用 --day 指定有订单的日期")
        if not after:
            return rows, totals_
    raise Differs(f"Next {after!r} 重复出现，对账单没有尽头")
