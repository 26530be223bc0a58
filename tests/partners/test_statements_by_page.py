"""A stand-in's statement of several pages: a fault that was asked for shows itself once, in all of it."""

import datetime

import pytest

from tests.partners.ningbo import tell

GMT8 = datetime.timezone(datetime.timedelta(hours=8))


def yesterday():
    return datetime.datetime.now(GMT8) - datetime.timedelta(days=1)


def buy(played):
    return played.operate("/operator/orders/", out_id="P1", sku="SP1", quantity=1)["order_id"]


def by_page(sandbox):
    """Paid of each row, and the totals of each page, at I Get Mall."""
    body, rows, totals = {"day": f"{yesterday():%Y-%m-%d}", "cursor": "", "page_size": 1}, [], []
    while True:
        data = sandbox.call("igm.statements.get", body)[1]["data"]
        rows += [row["paid_fen"] for row in data["rows"]]
        totals.append(data["totals"]["paid_fen"])
        if not data["next_cursor"]:
            return rows, totals
        body["cursor"] = data["next_cursor"]


@pytest.mark.parametrize("count", [1, 2])
def test_of_i_get_mall_as_often_as_it_was_asked_for(sandbox, count):
    for number in (buy(sandbox), buy(sandbox)):
        sandbox.call("igm.orders.confirm", {"order_id": number, "out_order_id": "K1"})
    sandbox.operate("/operator/statements/back/", days=1)
    good = by_page(sandbox)
    sandbox.fault("statement-amount", count)
    for _ in range(count):
        rows, totals = by_page(sandbox)
        assert (rows, totals) == ([good[0][0] + 1, good[0][1]], [sum(rows)] * 2)
    assert by_page(sandbox) == good


def test_of_yonggou_whose_pages_are_of_a_hundred(yonggou):
    for _ in range(101):
        order = f"<OrderNo>{buy(yonggou)}</OrderNo><SupplierOrderNo>K1</SupplierOrderNo>"
        assert tell(yonggou, "ORDER_CONFIRM", order)[0] == "0000"
    yonggou.operate("/operator/statements/back/", days=1)
    yonggou.fault("statement-amount", 1)
    after, amounts, totals = "", [], set()
    while True:
        asked = f"<Day>{yesterday():%Y%m%d}</Day><After>{after}</After>"
        page = tell(yonggou, "STATEMENT_GET", asked)[1]
        amounts += [row.findtext("PaidAmount") for row in page.findall("Row")]
        totals.add(page.findtext("Totals/PaidAmount"))
        if not (after := page.findtext("Next")):
            break
    cents = [int(amount.replace(".", "")) for amount in amounts]
    assert cents == [10_802, *[10_801] * 100]
    assert totals == {f"{sum(cents) // 100}.{sum(cents) % 100:02d}"}
