"""Order files: bad rows are named by line and column, the orders without a fault are taken."""

import csv
import hashlib
import io
import re

import pytest

from partners.conformance.shanghai import drops
from partners.connectors.connector import BadFile, RowFault, Unknown
from partners.connectors.shanghai import orders, results

ROW = {
    "order_id": "PJ1", "state": "paid", "paid_at": "2026-11-24 12:00:20", "line_no": "1", "out_id": "P101",
    "out_sku_id": "S201", "quantity": "2", "price": "136.00", "tax": "12.38", "freight": "0", "paid": "296.76",
    "buyer_name": "王小明", "buyer_id_number": "500103199003077657", "receiver": "王小明", "phone": "13800138000",
    "province": "上海市", "city": "上海市", "district": "浦东新区", "street": "", "region_code": "310115",
    "address": "世纪大道 1 号，“东方”大厦",
}  # fmt: skip


def file(*rows, columns=None, bom=True):
    names = columns or {name: name for name in ROW}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names.values())
    writer.writerows([row[name] for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def read(raw):
    return orders.read("orders-000001.csv", raw, hashlib.sha256(raw).hexdigest())


def faults(found):
    return [(fault.line, fault.column, fault.code) for fault in found.faults]


def test_an_order_of_two_lines_is_read_to_the_fen():
    second = ROW | {"line_no": "2", "out_sku_id": "S202", "quantity": "1", "price": "0.5", "tax": "0"}
    found = read(file(ROW, second))
    assert (found.faults, len(found.told)) == ([], 1)
    order = found.told[0]
    assert [
        (line["out_sku_id"], line["quantity"], line["price_fen"], line["tax_fen"]) for line in order["lines"]
    ] == [
        ("S201", 2, 13600, 1238),
        ("S202", 1, 50, 0),
    ]
    assert (order["paid_fen"], order["paid_at"]) == (29676, "2026-11-24T12:00:20+08:00")
    assert (order["address"]["detail"], order["address"]["street"]) == ("世纪大道 1 号，“东方”大厦", "")


def test_the_names_of_the_columns_may_be_chinese_and_stand_in_any_order():
    chinese = {name: orders.COLUMNS[name].chinese for name in reversed(ROW)}
    raw = file(ROW | {"state": "已付款"}, columns=chinese, bom=False).replace(b"\r\n", b"\n")
    assert read(raw).told == read(file(ROW)).told


def test_three_bad_rows_are_named_and_all_other_orders_taken():
    rows = [ROW | {"order_id": f"PJ{n}"} for n in range(1, 41)]
    rows[4] |= {"quantity": "2.5", "phone": ""}
    rows[11] |= {"price": "1,360.00"}
    rows[29] |= {"region_code": "上海"}
    found = read(file(*rows))
    assert faults(found) == [
        (6, "quantity", "BAD_VALUE"), (6, "phone", "EMPTY"), (13, "price", "BAD_VALUE"), (31, "region_code", "BAD_VALUE"),
    ]  # fmt: skip
    assert len(found.told) == 37
    assert {"PJ5", "PJ12", "PJ30"}.isdisjoint(order["order_id"] for order in found.told)


def test_an_order_with_one_bad_line_is_not_taken_in_part():
    found = read(file(ROW, ROW | {"line_no": "2", "quantity": "0"}, ROW | {"order_id": "PJ2"}))
    assert [order["order_id"] for order in found.told] == ["PJ2"]


def test_lines_of_one_order_that_disagree_are_named():
    found = read(file(ROW, ROW | {"line_no": "2", "paid": "1.00"}))
    assert (faults(found), found.told) == ([(3, "paid", "DIFFERS")], [])


def test_two_items_under_one_line_number_are_not_one():
    found = read(file(ROW, ROW | {"out_sku_id": "S202"}, ROW | {"order_id": "PJ2"}))
    assert (faults(found), [order["order_id"] for order in found.told]) == (
        [(3, "line_no", "DIFFERS")],
        ["PJ2"],
    )
    assert found.unread[0].number == "PJ1"
    again = read(file(ROW, ROW, ROW | {"line_no": "2", "out_sku_id": "S202"}))
    assert [line["out_sku_id"] for line in again.told[0]["lines"]] == ["S201", "S202"]


def test_lines_are_counted_as_an_editor_counts_them():
    found = read(file(ROW | {"address": "一号楼\n二单元"}, ROW | {"order_id": "PJ2", "state": "？"}))
    assert faults(found) == [(4, "state", "BAD_VALUE")]


def test_a_persons_data_is_not_repeated_in_a_fault():
    found = read(file(ROW | {"buyer_id_number": "50010319900307765", "phone": "138 0013"}))
    assert [(fault.column, fault.text) for fault in found.faults] == [("buyer_id_number", ""), ("phone", "")]


@pytest.mark.parametrize(
    ("name", "text", "is_right"),
    [
        ("phone", "+8613800138000", True), ("phone", "138-0013-8000", False), ("line_no", "9999", True),
        ("line_no", "10000", False), ("address", "长" * 200, True), ("address", "长" * 201, False),
    ],
)  # fmt: skip
def test_we_and_the_kit_judge_a_cell_alike(name, text, is_right):
    is_kept = bool(re.fullmatch(drops.ORDERS.rules[name], text, re.ASCII))
    assert (is_kept, not read(file(ROW | {name: text})).faults) == (is_right, is_right)


def test_files_that_cannot_be_read_say_so():
    missing = read(file(ROW, columns={name: name for name in ROW if name != "paid"}))
    assert (faults(missing), missing.told) == ([(1, "paid", "MISSING_COLUMN")], [])
    assert faults(read(file(ROW) + "王".encode("gbk"))) == [(3, "", "NOT_UTF8")]
    broken = read(file(ROW) + b'PJ2,"paid')
    assert (faults(broken), len(broken.told)) == ([(3, "", "BAD_QUOTING")], 1)
    assert read(b"").faults[0].code == "MISSING_COLUMN"


def test_a_file_that_is_not_what_its_digest_says_is_read_later():
    with pytest.raises(Unknown):
        orders.read("orders-000001.csv", file(ROW)[:-9], hashlib.sha256(file(ROW)).hexdigest())


def test_no_cell_that_we_write_is_run_by_a_spreadsheet():
    bad = BadFile("orders-000001.csv", "", [RowFault(2, "price", "BAD_VALUE", '=HYPERLINK("http://x")')])
    [told] = results.faults(bad)
    rows = list(csv.reader(io.StringIO(told.decode("utf-8-sig"))))
    assert rows[1] == ["orders-000001.csv", "2", "price", "BAD_VALUE", '\'=HYPERLINK("http://x")']
    assert told.startswith(b"\xef\xbb\xbf")


def test_an_apostrophe_before_such_a_cell_is_taken_away():
    order = read(file(ROW | {"address": "'-1 层", "receiver": "'王"})).told[0]
    assert (order["address"]["detail"], order["address"]["name"]) == ("-1 层", "'王")


@pytest.mark.parametrize("shift", [["x"], None])
def test_a_row_whose_cells_are_shifted_tells_no_text(shift):
    """The name or the address stands under another column there."""
    cells = [ROW[name] for name in ROW]
    cells = cells[:8] + shift + cells[8:] if shift else cells[:8] + cells[9:]
    raw = (",".join(ROW) + "\n" + ",".join(cells) + "\n").encode()
    found = read(raw)
    assert ({fault.text for fault in found.faults}, found.told) == ({""}, [])


def test_a_person_under_a_wrong_head_is_not_told_and_what_is_nobodys_is():
    """As many cells as the head has, filled the wrong way round."""
    persons = {
        "region_code": ROW["buyer_id_number"],
        "quantity": ROW["buyer_name"],
        "freight": "138 0013 8000",
        "tax": ROW["phone"],
        "price": "Wang Xiaoming",
    }
    nobodys = {"state": "payed", "paid_at": "2026/11/26 9:00", "line_no": "一", "paid": "-1.999"}
    told = {fault.column: fault.text for fault in read(file(ROW | persons | nobodys)).faults}
    assert told == dict.fromkeys(persons, "") | nobodys
