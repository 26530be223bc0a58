"""Section 8: files of what shoppers ask."""

from partners.conformance.checks import Book, Differs, expect
from partners.conformance.shanghai.drops import ORDERS
from partners.conformance.shanghai.folder import Folder

BOOK = Book()
promise = BOOK.promise
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
KINDS = {"取消": "cancel", "退货": "return"}
STATES = {
    "待答复": "open", "已同意": "accepted", "未同意": "rejected", "已入库": "received", "已退款": "refunded",
    "已撤回": "withdrawn",
}  # fmt: skip
REQUESTS = Folder(
    kind="requests",
    columns={
        "request_no": "申请号", "order_id": "订单号", "kind": "类型", "state": "状态", "asked_at": "申请时间",
        "changed_at": "更新时间", "reason": "原因", "customs_return": "海关退运", "out_sku_id": "规格编号",
        "quantity": "数量", "received": "入库数量",
    },
    key="request_no",
    rules={
        "request_no": r"[\w-]{1,64}", "order_id": r"[\w-]{1,64}", "kind": "|".join([*KINDS, *KINDS.values()]),
        "state": "|".join([*STATES, *STATES.values()]), "asked_at": TIME, "changed_at": TIME,
        "reason": r"(?s).{1,200}", "customs_return": "yes|是|no|否", "out_sku_id": r"[\w-]{1,40}",
        "quantity": r"[1-9]\d{0,2}", "received": r"\d{1,3}",
    },
    may_be_empty=frozenset({"reason", "out_sku_id", "quantity", "received"}),
    of_a_row=frozenset({"out_sku_id", "quantity", "received"}),
)  # fmt: skip


@promise(
    "8", "申请目录按编号列出文件，至多 50 个，并有终点", "요청 폴더는 번호 순서로 50개까지 보이고 끝이 있다"
)
def listing(mall):
    REQUESTS.expect_listed(mall)


@promise(
    "8",
    "申请目录不列出 since 之前的文件，只列出 after 之后的",
    "요청 폴더에는 since 앞의 파일이 없고 after 뒤의 것만 있다",
)
def asked_from(mall):
    REQUESTS.expect_asked_from(mall)


@promise("8", "申请文件旁有摘要，与文件一致", "요청 파일 곁에 다이제스트가 있고 파일과 같다")
def digests(mall):
    REQUESTS.expect_digests(mall)


@promise("8", "没有的申请文件返回 NOT_FOUND", "없는 요청 파일은 NOT_FOUND")
def no_such_file(mall):
    REQUESTS.expect_not_found(mall)


@promise(
    "8", "申请文件为带 BOM 的 UTF-8 CSV，列名齐全", "요청 파일은 BOM이 있는 UTF-8 CSV이고 열 이름이 다 있다"
)
def columns(mall):
    REQUESTS.expect_columns(mall)


@promise("8", "申请的每格都合规则", "요청의 모든 칸이 규칙에 맞는다")
def cells(mall):
    REQUESTS.expect_cells(mall)


@promise("8", "一件申请各行的申请信息相同", "한 요청의 줄마다 요청 정보가 같다")
def alike(mall):
    REQUESTS.expect_alike(mall)


@promise("8", "取消为一行且不带规格，退货每个规格一行", "취소는 옵션 없는 한 줄, 반품은 옵션마다 한 줄")
def rows_of_a_request(mall):
    for name, rows in REQUESTS.groups(mall):
        skus, said = [row["out_sku_id"] for row in rows], f"{name}：{rows[0]['request_no']}"
        if kind_of(rows[0]) == "cancel":
            found = [(row["out_sku_id"], row["quantity"]) for row in rows]
            expect(f"{said} 的规格与数量", found, [("", "")])
        elif not all(row["out_sku_id"] and row["quantity"] for row in rows) or len(set(skus)) < len(skus):
            raise Differs(f"{said} 不是每个规格一行且有数量：{skus}")


@promise("8", "申请所属的订单已在订单文件中", "요청한 주문은 이미 주문 파일에 있다")
def of_known_orders(mall):
    known = {order[0]["order_id"] for _name, order in ORDERS.groups(mall)}
    for name, rows in REQUESTS.groups(mall):
        if rows[0]["order_id"] not in known:
            raise Differs(f"{name}：订单文件中没有 {rows[0]['order_id']}")


@promise("8", "一件申请每次变化，更新时间都更晚", "요청이 바뀔 때마다 갱신 시각이 늦어진다")
def changes_have_times(mall):
    """A file may be dropped again; but two tellings of one time say the same."""
    told = {}
    for name, rows in REQUESTS.groups(mall):
        before, first = told.setdefault((rows[0]["request_no"], rows[0]["changed_at"]), (rows, name))
        if before != rows:
            raise Differs(f"{rows[0]['request_no']}：更新时间相同，{name} 与 {first} 内容不同")


@promise(
    "9",
    "申请文件中表格软件会执行的单元格前有撇号",
    "요청 파일도 스프레드시트가 실행할 칸 앞에 작은따옴표가 있다",
)
def harmless(mall):
    REQUESTS.expect_harmless(mall)


@promise("10", "一张订单同时只有一件未答复的申请", "한 주문에서 열려 있는 요청은 하나뿐이다")
def one_at_a_time(mall):
    open_ones = [row["order_id"] for row in newest(mall).values() if state_in(row) == "open"]
    twice = sorted({order_id for order_id in open_ones if open_ones.count(order_id) > 1})
    expect("有多件待答复申请的订单", twice, [])


def kind_of(row: dict[str, str]) -> str:
    return KINDS.get(row["kind"], row["kind"])


def state_in(row: dict[str, str]) -> str:
    return STATES.get(row["state"], row["state"])


def newest(mall) -> dict[str, dict[str, str]]:
    """The first row of each request as it was told last."""
    found: dict[str, dict[str, str]] = {}
    for _name, (row, *_) in REQUESTS.groups(mall):
        before = found.get(row["request_no"])
        if before is None or before["changed_at"] <= row["changed_at"]:
            found[row["request_no"]] = row
    return found
