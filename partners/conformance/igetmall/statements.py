"""Section 9: the daily statement."""

import datetime

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.igetmall.asked import all_orders
from partners.conformance.igetmall.client import GMT8

BOOK = Book()
promise = BOOK.promise
GET = "igm.statements.get"
FIGURES = ("paid_fen", "refunded_fen", "commission_fen", "net_fen")
STATES = {"confirmed", "shipped", "refunded"}


@promise("9", "当天的对账单尚未生成", "그날의 정산서는 아직 없다")
def not_ready(mall):
    today = f"{datetime.datetime.now(GMT8):%Y-%m-%d}"
    expect(f"{today} 的返回码", mall.code(GET, asked(today)), "STATEMENT_NOT_READY")
    expect("HTTP 状态码", mall.status, 409)


@promise("9", "日期格式不符返回 INVALID_PARAMETER", "날짜가 틀리면 INVALID_PARAMETER")
def bad_day(mall):
    for day in ("2026/11/24", "yesterday"):
        expect(f"{day} 的返回码", mall.code(GET, asked(day)), "INVALID_PARAMETER")


@promise("9", "每行净额等于实付减退款减佣金", "줄마다 순액은 실결제액에서 환불과 수수료를 뺀 것이다")
def net(mall):
    for row in _rows(mall):
        found = row["paid_fen"] - row["refunded_fen"] - row["commission_fen"]
        expect(f"{row['order_id']} 的 net_fen", row["net_fen"], found)


@promise("9", "合计等于各页各行之和，每页相同", "합계는 모든 쪽의 모든 줄을 더한 것이고 쪽마다 같다")
def totals(mall):
    rows = _rows(mall)
    pages = _pages(mall, max(1, len(rows) // 3))
    expect("各页的行", [row for page in pages for row in page["rows"]], rows)
    wanted = {"orders": len(rows)} | {name: sum(row[name] for row in rows) for name in FIGURES}
    for number, page in enumerate(pages, start=1):
        expect(f"第 {number} 页的合计", {name: page["totals"].get(name) for name in wanted}, wanted)


@promise("9", "每张订单一行，且在订单列表中", "주문마다 한 줄이고 주문 목록에 있다")
def rows_are_orders(mall):
    orders = {order["order_id"]: order for order in all_orders(mall)}
    rows = _rows(mall)
    numbers = [row["order_id"] for row in rows]
    expect("不止一行的订单", sorted({one for one in numbers if numbers.count(one) > 1}), [])
    for row in rows:
        order = orders.get(row["order_id"])
        if order is None or row["state"] not in STATES:
            raise Differs(f"不是已确认的订单：{row!r}")


@promise("9", "实付与退款和订单一致", "실결제액과 환불이 주문과 맞는다")
def figures(mall):
    orders = {order["order_id"]: order for order in all_orders(mall)}
    for row in _rows(mall):
        if order := orders.get(row["order_id"]):
            if row["paid_fen"] not in (0, order["paid_fen"]):
                raise Differs(f"{row['order_id']}：实付 {order['paid_fen']}，对账单为 {row['paid_fen']}")
            if not 0 <= row["refunded_fen"] <= order.get("refunded_fen", 0):
                raise Differs(f"{row['order_id']}：对账单的退款更多：{row['refunded_fen']}")


@promise("9", "同一天的对账单不再变动", "같은 날의 정산서는 바뀌지 않는다")
def settled(mall):
    expect("再取同一天", _rows(mall), _rows(mall))


def asked(day: str, cursor: str = "", page_size: int = 200) -> dict:
    return {"day": day, "cursor": cursor, "page_size": page_size}


def _rows(mall) -> list[dict]:
    """All rows of the day. Raises `NotAsked` where there are none."""
    rows = [row for page in _pages(mall, 200) for row in page["rows"]]
    if not rows:
        raise NotAsked(f"{_day(mall)} 没有订单，请用 --day 指定有订单的日期")
    return rows


def _pages(mall, size: int) -> list[dict]:
    day, cursor, met, pages = _day(mall), "", set(), []
    while cursor not in met:
        met.add(cursor)
        pages.append(mall.data(GET, asked(day, cursor, size)))
        expect("日期", pages[-1]["day"], day)
        cursor = pages[-1]["next_cursor"]
        if not cursor:
            return pages
    raise Differs(f"next_cursor {cursor!r} 重复出现，对账单没有尽头")


def _day(mall) -> str:
    """The day that was given, else the last that must be settled: since two o'clock of the next."""
    last = datetime.datetime.now(GMT8) - datetime.timedelta(days=1, hours=2)
    return mall.chosen.day or f"{last:%Y-%m-%d}"
