"""Files of requests and of statements: bad rows named by line and column, a statement whole or not at all."""

import csv
import hashlib
import io

import pytest

from partners import inbound, statements
from partners.connectors.connector import Page
from partners.connectors.shanghai import Shanghai, requests
from partners.connectors.shanghai import statements as days
from partners.models import FaultyFile, PartnerRequest, Statement
from tests.factories.catalog import daily_terms
from tests.factories.partners import listable, shanghai_mall
from tests.partners.convergence import pull_orders
from tests.partners.selling import a_day_passes, buy, fetch

pytestmark = pytest.mark.django_db
ROW = {
    "request_no": "R1", "order_id": "PJ1", "kind": "return", "state": "open", "asked_at": "2026-11-26 09:00:00",
    "changed_at": "2026-11-26 09:00:00", "reason": "尺寸不合适", "customs_return": "no", "out_sku_id": "S201",
    "quantity": "2", "received": "",
}  # fmt: skip
CANCEL = ROW | {"request_no": "R2", "kind": "cancel", "out_sku_id": "", "quantity": ""}
DAY = [
    {"order_id": "PJ1", "number": "K1", "state": "confirmed", "paid": "296.76", "refunded": "148.38",
     "commission": "10.88", "net": "137.50"},
    {"order_id": "PJ2", "number": "K2", "state": "已退款", "paid": "0", "refunded": "1.00", "commission": "-0.08",
     "net": "-0.92"},
    {"order_id": "合计", "number": "2", "state": "", "paid": "296.76", "refunded": "149.38", "commission": "10.80",
     "net": "136.58"},
]  # fmt: skip


@pytest.fixture
def pujiang(stands):
    return stands("shanghai", calls_a_second=1000, interval=0)


@pytest.fixture
def shanghai(pujiang):
    daily_terms()
    return shanghai_mall(pujiang.url, commission="0.0800")


@pytest.fixture
def bought(pujiang, shanghai):
    bought = buy(pujiang, listable(on_hand=5), quantity=2)
    pull_orders(shanghai)
    return bought


def sheet(*rows, chinese=()):
    names = list(rows[0])
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([chinese[name].chinese if chinese else name for name in names])
    writer.writerows([row[name] for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def digest(raw):
    return hashlib.sha256(raw).hexdigest()


def day(*rows):
    raw = sheet(*rows)
    return days.read("statement-2026-11-24.csv", raw, digest(raw))


def faults(found):
    return [(fault.line, fault.column, fault.code) for fault in found]


def test_a_request_of_two_skus_is_read_by_its_order(shanghai):
    shanghai.orders.create(remote_id="PJ1", raw="{}", came_by="pull")
    second = ROW | {"out_sku_id": "S202", "quantity": "1", "received": "1"}
    raw = sheet(ROW, second, chinese=requests.COLUMNS)
    found = requests.read(shanghai.pk, "requests-000001.csv", raw, digest(raw))
    assert found.faults == []
    (told,) = found.told
    (asked,) = told["requests"]
    assert (told["order_id"], told["updated_at"]) == ("PJ1", "2026-11-26T09:00:00+08:00")
    assert asked["lines"] == [{"out_sku_id": "S201", "quantity": 2}, {"out_sku_id": "S202", "quantity": 1}]
    assert asked["received"] == [{"out_sku_id": "S202", "quantity": 1}]


def test_bad_rows_are_named_and_all_other_requests_taken(shanghai):
    shanghai.orders.create(remote_id="PJ1", raw="{}", came_by="pull")
    raw = sheet(
        ROW | {"quantity": ""},
        CANCEL,
        ROW | {"request_no": "R3", "kind": "whim"},
        ROW | {"request_no": "R4", "order_id": "PJ9"},
        ROW | {"request_no": "R5"},
        ROW | {"request_no": "R5", "out_sku_id": "S202", "state": "accepted"},
    )
    found = requests.read(shanghai.pk, "requests-000001.csv", raw, digest(raw))
    assert sorted(faults(found.faults)) == [
        (2, "quantity", "EMPTY"),
        (4, "kind", "BAD_VALUE"),
        (5, "order_id", "UNKNOWN_ORDER"),
        (7, "state", "DIFFERS"),
    ]
    assert [one["request_no"] for told in found.told for one in told["requests"]] == ["R2"]


def test_a_file_with_a_bad_row_is_kept_and_returned_to_the_mall(pujiang, shanghai, bought):
    good = CANCEL | {"order_id": bought["order_id"]}
    text = sheet(good, ROW).decode("utf-8-sig")
    name = pujiang.operate("/operator/files/", text=text, kind="requests")
    for _ in range(2):
        inbound.pull(shanghai)
    assert PartnerRequest.objects.get().remote_id == "R2"
    assert FaultyFile.objects.get().told_at
    assert pujiang.state()["faulty"] == [[name, 3, "order_id", "UNKNOWN_ORDER", "PJ1"]]


def test_a_statement_is_read_to_the_fen():
    page = day(*DAY)
    assert (page.bad, [row["commission_fen"] for row in page.rows]) == ([], [1088, -8])
    assert [row["state"] for row in page.rows] == ["confirmed", "refunded"]
    assert page.totals == {
        "orders": 2, "paid_fen": 29676, "refunded_fen": 14938, "commission_fen": 1080, "net_fen": 13658,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([DAY[0] | {"paid": "two"}, *DAY[1:]], (2, "paid", "BAD_VALUE")),
        ([DAY[0] | {"state": ""}, *DAY[1:]], (2, "state", "EMPTY")),
        ([*DAY[:2], DAY[1], DAY[2]], (4, "order_id", "TWICE")),
        (DAY[:2], (1, "order_id", "MISSING_TOTAL")),
        ([*DAY[:2], DAY[2] | {"net": "136.59"}], (4, "net", "NO_SUM")),
        ([*DAY[:2], DAY[2] | {"number": "3"}], (4, "number", "NO_SUM")),
    ],
)
def test_a_statement_with_one_wrong_cell_is_not_taken_at_all(rows, wrong):
    page = day(*rows)
    (file,) = page.bad
    assert (page.rows, faults(file.faults)) == ([], [wrong])


def test_a_statement_with_a_fault_is_returned_and_taken_once_it_is_mended(pujiang, shanghai, bought):
    assert fetch(pujiang, shanghai, "statement-garbled") is None
    assert not Statement.objects.exists()
    inbound.pull(shanghai)
    (row,) = pujiang.state()["faulty"]
    assert (row[0][:10], row[1:4]) == ("statement-", [2, "paid", "BAD_VALUE"])
    assert statements.fetch_missing(shanghai) == 1
    assert Statement.objects.get().orders == 1


def test_a_refund_file_without_the_column_of_requests_is_taken(pujiang, shanghai, bought):
    from partners.connectors import connect

    a_day_passes(pujiang)
    connector = connect(shanghai)._connector
    amount = f"{bought['paid_fen'] // 100}.{bought['paid_fen'] % 100:02d}"
    row = {
        "order_id": bought["order_id"], "refund_no": "RK1", "total": amount, "reason": "lost", "text": "",
        "out_sku_id": bought["lines"][0]["out_sku_id"], "quantity": "2", "amount": amount,
    }  # fmt: skip
    connector._drop("refund", sheet(row))
    assert pujiang.state()["orders"][bought["order_id"]]["state"] == "refunded"


@pytest.fixture
def dropped(shanghai, bought, monkeypatch):
    """Pull files of these requests of the order, one after the other: (number, second of its change, state)."""

    def drop(*files):
        of_order = ROW | {"order_id": bought["order_id"], "out_sku_id": bought["lines"][0]["out_sku_id"]}
        for file in files:
            rows = [
                of_order
                | {"request_no": number, "changed_at": f"2026-11-26 09:00:{second:02}", "state": state}
                for number, second, state in file
            ]
            raw = sheet(*rows)
            page = Page(requests.read(shanghai.pk, "requests-000001.csv", raw, digest(raw)).told)
            monkeypatch.setattr(Shanghai, "requests", lambda *_, page=page: page)
            inbound.pull(shanghai)
        return dict(PartnerRequest.objects.values_list("remote_id", "stands"))

    return drop


def test_a_request_in_a_file_that_was_late_is_taken_behind_a_newer_one(dropped):
    stand = dropped([("R9", 5, "open")], [("R1", 0, "open")], [("R9", 0, "withdrawn")])
    assert stand == {"R1": "open", "R9": "open"}


def test_the_change_of_a_request_in_a_late_file_is_taken_behind_a_newer_one(dropped):
    stand = dropped([("R1", 0, "open")], [("R9", 5, "open")], [("R1", 3, "withdrawn")])
    assert stand == {"R1": "withdrawn", "R9": "open"}


def test_a_file_with_one_newer_request_brings_no_older_state_of_another(dropped):
    stand = dropped([("R1", 3, "withdrawn")], [("R1", 0, "open"), ("R9", 5, "open")])
    assert stand == {"R1": "withdrawn", "R9": "open"}
