"""Section 8: the file of a day's statement."""

import datetime
from decimal import Decimal

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.shanghai.client import sha256
from partners.conformance.shanghai.folder import table

BOOK = Book()
promise = BOOK.promise
GMT8 = datetime.timezone(datetime.timedelta(hours=8))
COLUMNS = {
    "order_id": "订单号", "number": "供应商单号", "state": "状态", "paid": "实付", "refunded": "退款", "commission": "佣金",
    "net": "应付",
}  # fmt: skip
FIGURES = ("paid", "refunded", "commission", "net")
STATES = {"confirmed", "已接单", "shipped", "已发货", "refunded", "已退款"}


@promise("8", "当天的对账单尚无文件（NOT_FOUND）", "그날의 정산서 파일은 아직 없다(NOT_FOUND)")
def not_ready(mall):
    today = f"{datetime.datetime.now(GMT8):%Y-%m-%d}"
    expect(f"{today} 的返回码", mall.code(_address(today)), "NOT_FOUND")


@promise("8", "对账单旁有摘要，与文件一致", "정산서 곁에 다이제스트가 있고 파일과 같다")
def digest_beside(mall):
    address = _address(_day(mall))
    raw = _read(mall)
    beside = mall.read(f"{address}.sha256").decode()
    expect("旁边的摘要", beside, f"{sha256(raw)}  {address.rpartition('/')[2]}\n")


@promise(
    "8", "对账单每行净额等于实付减退款减佣金", "정산서의 줄마다 순액은 실결제액에서 환불과 수수료를 뺀 것이다"
)
def net(mall):
    for row in _rows(mall):
        paid, refunded, commission, left = (Decimal(row[name]) for name in FIGURES)
        expect(f"{row['order_id']} 的净额", left, paid - refunded - commission)


@promise(
    "8", "对账单末行为各行之和，每张订单一行", "정산서의 마지막 줄은 모든 줄을 더한 것이고 주문마다 한 줄이다"
)
def totals(mall):
    *rows, last = _rows(mall)
    numbers = [row["order_id"] for row in rows]
    expect("不止一行的订单", sorted({one for one in numbers if numbers.count(one) > 1}), [])
    if last["order_id"] not in ("total", "合计"):
        raise Differs(f"最后一行是 {last['order_id']!r}")
    expect("订单数", last["number"], str(len(rows)))
    for name in FIGURES:
        expect(f"{name} 的合计", Decimal(last[name]), sum(Decimal(row[name]) for row in rows))


@promise("8", "对账单的订单状态为已接单、已发货或已退款", "정산서의 주문은 확정·발송·환불 가운데 하나다")
def states(mall):
    for row in _rows(mall)[:-1]:
        if row["state"] not in STATES:
            raise Differs(f"{row['order_id']} 为 {row['state']!r}")


def _rows(mall) -> list[dict[str, str]]:
    """The rows of the day by English names, the one with the sums last. Raises `NotAsked` without orders."""
    head, *body = table(_read(mall))
    english = {chinese: name for name, chinese in COLUMNS.items()}
    names = [english.get(column, column) for column in head]
    if lost := COLUMNS.keys() - set(names):
        raise Differs(f"缺少的列：{sorted(lost)}")
    rows = [dict(zip(names, row, strict=True)) for row in body]
    if len(rows) < 2:
        raise NotAsked(f"{_day(mall)} 没有订单，请用 --day 指定有订单的日期")
    return rows


def _read(mall) -> bytes:
    return mall.read(_address(_day(mall)))


def _address(day: str) -> str:
    return f"/drop/statements/statement-{day}.csv"


def _day(mall) -> str:
    """The day that was given, else the last that must be settled: since two o'clock of the next."""
    last = datetime.datetime.now(GMT8) - datetime.timedelta(days=1, hours=2)
    return mall.chosen.day or f"{last:%Y-%m-%d}"
