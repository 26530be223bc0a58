"""Section 8: files of orders that the mall drops."""

import csv
import io
import re
import time
from datetime import datetime
from decimal import Decimal

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.shanghai.client import sha256

BOOK = Book()
promise = BOOK.promise
FOLDER = "/drop/orders/"
NAME = re.compile(r"orders-\d{6,12}\.csv\Z")
MOST_NAMES = 50
COLUMNS = {
    "order_id": "订单号", "state": "状态", "paid_at": "付款时间", "line_no": "行号", "out_id": "商品编号",
    "out_sku_id": "规格编号", "quantity": "数量", "price": "单价", "tax": "税费", "freight": "运费", "paid": "实付",
    "buyer_name": "订购人", "buyer_id_number": "身份证号", "receiver": "收货人", "phone": "手机", "province": "省",
    "city": "市", "district": "区县", "street": "街道", "region_code": "行政区划代码", "address": "详细地址",
}  # fmt: skip
MAY_BE_EMPTY = {"district", "street"}
OF_A_LINE = {"line_no", "out_id", "out_sku_id", "quantity", "price", "tax"}
RULES = {
    "order_id": r"[\w-]{1,64}", "state": r"paid|已付款|cancelled|已取消", "paid_at": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "line_no": r"[1-9]\d*", "out_id": r"[\w-]{1,40}", "out_sku_id": r"[\w-]{1,40}", "quantity": r"[1-9]\d{0,2}",
    "price": r"\d+(\.\d{1,2})?", "tax": r"\d+(\.\d{1,2})?", "freight": r"\d+(\.\d{1,2})?", "paid": r"\d+(\.\d{1,2})?",
    "buyer_id_number": r"\d{17}[\dX]", "region_code": r"\d{6}",
}  # fmt: skip
RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


@promise("8", "目录按编号列出文件，至多 50 个，并有终点", "폴더는 번호 순서로 50개까지 보이고 끝이 있다")
def listing(mall):
    names = files(mall)
    expect("names by number, each once", names, sorted(set(names), key=number_of))


@promise("8", "since 之前的文件不列出，after 之后的才列出", "since 앞의 파일은 없고 after 뒤의 것만 나온다")
def asked_from(mall):
    names = sorted(files(mall), key=number_of)
    expect("names after the first", page_of(mall, after=names[0]), names[1 : 1 + MOST_NAMES])
    expect("names after the last", page_of(mall, after=names[-1]), [])
    expect("names since tomorrow", page_of(mall, since=int(time.time()) + 86400), [])


@promise("8", "旁有摘要，与文件一致", "곁에 다이제스트가 있고 파일과 같다")
def digests(mall):
    for name in files(mall):
        beside = mall.read(f"{FOLDER}{name}.sha256").decode()
        expect(f"{name}.sha256", beside, f"{sha256(mall.file(name))}  {name}\n")


@promise("8", "没有的文件返回 NOT_FOUND", "없는 파일은 NOT_FOUND")
def no_such_file(mall):
    expect("code", mall.code(f"{FOLDER}orders-999999999999.csv"), "NOT_FOUND")


@promise(
    "8",
    "文件为带 BOM 的 UTF-8 CSV，列名齐全且为同一种语言",
    "파일은 BOM이 있는 UTF-8 CSV이고 한 언어의 열 이름이 다 있다",
)
def columns(mall):
    for name in files(mall):
        raw = mall.file(name)
        expect(f"the first bytes of {name}", raw[:3], b"\xef\xbb\xbf")
        head = table(raw)[0]
        lost = min((set(names) - set(head) for names in (COLUMNS, COLUMNS.values())), key=len)
        expect(f"columns that {name} lacks", sorted(lost), [])


@promise("8", "每格都合规则", "모든 칸이 규칙에 맞는다")
def cells(mall):
    for name, line, row in rows(mall):
        for column, text in row.items():
            rule = RULES.get(column, r"(?s).*")
            if not re.fullmatch(rule, text, re.ASCII) or not (text or column in MAY_BE_EMPTY):
                raise Differs(f"{name}, line {line}, {column}: {shape(text)}")
        datetime.strptime(row["paid_at"], "%Y-%m-%d %H:%M:%S").astimezone()


@promise("8", "身份证号校验位正确（GB 11643）", "신분증 번호의 검증 숫자가 맞는다(GB 11643)")
def id_numbers(mall):
    for name, line, row in rows(mall):
        number = row["buyer_id_number"]
        if len(number) == 18 and number[:17].isdigit():
            rest = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(number[:17])) % 11
            expect(f"{name}, line {line}: the last digit", number[17], "10X98765432"[rest])


@promise("8", "一张订单各行的订单信息相同", "한 주문의 줄마다 주문 정보가 같다")
def alike(mall):
    for name, order in orders(mall):
        for column in COLUMNS.keys() - OF_A_LINE:
            if len({row[column] for row in order}) > 1:
                raise Differs(f"{name}: {column} of {order[0]['order_id']} differs between its rows")
        numbers = [row["line_no"] for row in order]
        expect(f"{name}: line_no of {order[0]['order_id']}, each once", len(set(numbers)), len(numbers))


@promise("8", "实付等于各行价税之和加运费", "실결제액은 줄마다 값과 세금을 더하고 운임을 더한 것이다")
def sums(mall):
    for name, order in orders(mall):
        goods = sum((Decimal(row["price"]) + Decimal(row["tax"])) * int(row["quantity"]) for row in order)
        paid, freight = Decimal(order[0]["paid"]), Decimal(order[0]["freight"])
        expect(f"{name}: paid of {order[0]['order_id']}", paid, goods + freight)


@promise("9", "表格软件会执行的单元格前有撇号", "스프레드시트가 실행할 칸 앞에는 작은따옴표가 있다")
def harmless(mall):
    for name in files(mall):
        for line, row in enumerate(table(mall.file(name)), start=1):
            if armed := [column for column, text in enumerate(row, start=1) if text.startswith(RUN)]:
                raise Differs(f"{name}, line {line}: cells {armed} begin like a formula")


def files(mall) -> list[str]:
    """All names. Raises `NotAsked` where there are none, `Differs` for what is no list of files."""
    names, some = [], page_of(mall)
    while new := [name for name in some if name not in names]:
        if len(some) > MOST_NAMES or not all(NAME.match(name) for name in some):
            raise Differs(f"not a list of at most {MOST_NAMES} names: {some[:3]}…")
        names += new
        some = page_of(mall, after=some[-1])
    if not names:
        raise NotAsked("the mall has dropped no file")
    return names


def page_of(mall, since: int = 0, after: str = "") -> list[str]:
    return mall.read(f"{FOLDER}?since={since}&after={after}").decode().splitlines()


def number_of(name: str) -> int:
    return int(name.removeprefix("orders-").removesuffix(".csv"))


def table(raw: bytes) -> list[list[str]]:
    """The cells of a file as they stand in it."""
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


def rows(mall) -> list[tuple[str, int, dict[str, str]]]:
    """(file, line, cells by English name, without an apostrophe before what a spreadsheet would run)."""
    english = {chinese: name for name, chinese in COLUMNS.items()}
    found = []
    for name in files(mall):
        head, *body = table(mall.file(name))
        for line, row in enumerate(body, start=2):
            cells = {
                english.get(column, column): _plain(text) for column, text in zip(head, row, strict=True)
            }
            found.append((name, line, {column: text for column, text in cells.items() if column in COLUMNS}))
    return found


def orders(mall) -> list[tuple[str, list[dict[str, str]]]]:
    """(file, rows of one order in it)."""
    found = {}
    for name, _line, row in rows(mall):
        found.setdefault((name, row["order_id"]), []).append(row)
    return [(name, order) for (name, _order_id), order in found.items()]


def shape(text: str) -> str:
    """What a cell looks like, without what it says: a person may stand in it."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", text)) or "empty"


def _plain(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:].startswith(RUN) else text
