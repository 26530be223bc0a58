"""Section 8: files of orders that the mall drops."""

from datetime import datetime
from decimal import Decimal

from partners.conformance.checks import Book, expect
from partners.conformance.shanghai.folder import Folder

BOOK = Book()
promise = BOOK.promise
YUAN = r"\d+(\.\d{1,2})?"
ORDERS = Folder(
    kind="orders",
    columns={
        "order_id": "订单号", "state": "状态", "paid_at": "付款时间", "line_no": "行号", "out_id": "商品编号",
        "out_sku_id": "规格编号", "quantity": "数量", "price": "单价", "tax": "税费", "freight": "运费", "paid": "实付",
        "buyer_name": "订购人", "buyer_id_number": "身份证号", "receiver": "收货人", "phone": "手机", "province": "省",
        "city": "市", "district": "区县", "street": "街道", "region_code": "行政区划代码", "address": "详细地址",
    },
    key="order_id",
    rules={
        "order_id": r"[\w-]{1,64}", "state": r"paid|已付款|cancelled|已取消",
        "paid_at": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "line_no": r"[1-9]\d{0,3}", "out_id": r"[\w-]{1,40}",
        "out_sku_id": r"[\w-]{1,40}", "quantity": r"[1-9]\d{0,2}", "price": YUAN, "tax": YUAN, "freight": YUAN,
        "paid": YUAN, "buyer_id_number": r"\d{17}[\dX]", "phone": r"\+?\d{7,20}", "region_code": r"\d{6}",
        **dict.fromkeys(
            ("buyer_name", "receiver", "province", "city", "district", "street", "address"), r"(?s).{1,200}"
        ),
    },
    may_be_empty=frozenset({"district", "street"}),
    of_a_row=frozenset({"line_no", "out_id", "out_sku_id", "quantity", "price", "tax"}),
)  # fmt: skip


@promise("8", "目录按编号列出文件，至多 50 个，并有终点", "폴더는 번호 순서로 50개까지 보이고 끝이 있다")
def listing(mall):
    ORDERS.expect_listed(mall)


@promise("8", "since 之前的文件不列出，after 之后的才列出", "since 앞의 파일은 없고 after 뒤의 것만 나온다")
def asked_from(mall):
    ORDERS.expect_asked_from(mall)


@promise("8", "旁有摘要，与文件一致", "곁에 다이제스트가 있고 파일과 같다")
def digests(mall):
    ORDERS.expect_digests(mall)


@promise("8", "没有的文件返回 NOT_FOUND", "없는 파일은 NOT_FOUND")
def no_such_file(mall):
    ORDERS.expect_not_found(mall)


@promise(
    "8",
    "文件为带 BOM 的 UTF-8 CSV，列名齐全且为同一种语言",
    "파일은 BOM이 있는 UTF-8 CSV이고 한 언어의 열 이름이 다 있다",
)
def columns(mall):
    ORDERS.expect_columns(mall)


@promise("8", "每格都合规则", "모든 칸이 규칙에 맞는다")
def cells(mall):
    ORDERS.expect_cells(mall)
    for _name, _line, row in ORDERS.rows(mall):
        datetime.strptime(row["paid_at"], "%Y-%m-%d %H:%M:%S").astimezone()


@promise("8", "身份证号校验位正确（GB 11643）", "신분증 번호의 검증 숫자가 맞는다(GB 11643)")
def id_numbers(mall):
    for name, line, row in ORDERS.rows(mall):
        number = row["buyer_id_number"]
        if len(number) == 18 and number[:17].isdigit():
            rest = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(number[:17])) % 11
            expect(f"{name} 第 {line} 行的校验位", number[17], "10X98765432"[rest])


@promise("8", "一张订单各行的订单信息相同", "한 주문의 줄마다 주문 정보가 같다")
def alike(mall):
    ORDERS.expect_alike(mall)
    for name, order in ORDERS.groups(mall):
        numbers = [row["line_no"] for row in order]
        expect(f"{name}：{order[0]['order_id']} 的 line_no 各一次", len(set(numbers)), len(numbers))


@promise("8", "实付等于各行价税之和加运费", "실결제액은 줄마다 값과 세금을 더하고 운임을 더한 것이다")
def sums(mall):
    for name, order in ORDERS.groups(mall):
        goods = sum((Decimal(row["price"]) + Decimal(row["tax"])) * int(row["quantity"]) for row in order)
        paid, freight = Decimal(order[0]["paid"]), Decimal(order[0]["freight"])
        expect(f"{name}：{order[0]['order_id']} 的 paid", paid, goods + freight)


@promise("9", "表格软件会执行的单元格前有撇号", "스프레드시트가 실행할 칸 앞에는 작은따옴표가 있다")
def harmless(mall):
    ORDERS.expect_harmless(mall)
