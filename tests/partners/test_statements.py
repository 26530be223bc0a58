"""Differences to a daily statement on the desk, and what is odd; that it is fetched and compared is tested at
every mall in `every_mall/test_statements.py`.
"""

import csv
import importlib
import io
import json
import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from orders.models import Order, OrderLine, Refund, RefundLine
from orders.refund import refund_consignment
from orders.reports import proof
from partners import differences, inbound, statements
from partners.admin.statement_day import day_lines
from partners.books import Entry
from partners.connectors.connector import Unknown
from partners.connectors.igetmall import IGetMall
from partners.models import (
    Discrepancy,
    FaultyFile,
    PartnerMall,
    PartnerOrder,
    PartnerRefund,
    Statement,
)
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer
from tests.partners.convergence import converge, pull_orders
from tests.partners.liar import Reply, between
from tests.partners.selling import (
    DAY,
    a_day_passes,
    answer_return,
    asked,
    buy,
    fetch,
    open_kinds,
    receive_there,
    ship,
)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:partners_discrepancy_changelist")


@pytest.fixture
def mall(sandbox):
    """A mall that earns the 8 % that its stand-in reckons with."""
    daily_terms()
    return partner_mall(sandbox.url, commission="0.0800")


@pytest.fixture
def product(mall):
    return listable(on_hand=20)


def sell(sandbox, mall, product, quantity=1):
    bought = buy(sandbox, product, quantity=quantity)
    pull_orders(mall)
    return bought


def shown_figures(client, url) -> str:
    """What the page says that its reader has seen."""
    return client.get(url).context["adminform"].form["seen"].value()


def give_back():
    line = Order.objects.get().lines.get()
    how = {"reason": "damaged", "is_back": False, "quantities": {line.pk: 1}}
    return refund_consignment(consignment_id=line.consignment_id, **how)


def test_a_refund_that_the_partner_books_a_day_later_is_a_difference_for_a_day(sandbox, mall, product):
    sell(sandbox, mall, product, 2)
    give_back()
    PartnerRefund.objects.update(told_at=timezone.now())  # our word of it got lost on the way
    fetch(sandbox, mall)
    assert open_kinds() == ["commission", "refund"]
    PartnerRefund.objects.update(told_at=None)
    PartnerOrder.objects.update(next_try_at=timezone.now())
    pull_orders(mall)
    fetch(sandbox, mall)
    assert (open_kinds(), Discrepancy.objects.count()) == ([], 2)


def test_a_parcel_that_the_mall_never_booked_is_a_difference(sandbox, mall, product):
    sell(sandbox, mall, product)
    fetch(sandbox, mall)
    ship(0)
    pull_orders(mall)
    statement = fetch(sandbox, mall, "statement-drops")
    row = Discrepancy.objects.get()
    assert (row.kind, row.theirs, row.ours) == ("state", "confirmed", "shipped")
    [line] = day_lines(statement)
    assert (line.theirs, line.ours) == (None, Entry(state="shipped"))


def test_an_order_stays_sent_while_a_further_parcel_waits_to_be_told(sandbox, mall, product):
    buy(sandbox, product, listable(on_hand=20))
    pull_orders(mall)
    ship(0)
    pull_orders(mall)
    a_day_passes(sandbox)
    ship(1)
    statements.fetch(mall, timezone.localdate() - DAY)
    assert not Discrepancy.objects.exists()


def test_of_two_lines_of_one_sku_each_earns_by_itself(sandbox, mall, product):
    product.skus.update(price_krw=17_300)
    changed(product, "price")
    converge(mall)
    bought = buy(sandbox, product, product)
    assert [line["price_fen"] for line in bought["lines"]] == [9_720] * 2, "8 % of it are 777.6 fen"
    pull_orders(mall)
    assert (fetch(sandbox, mall).commission_fen, open_kinds()) == (2 * 778, [])
    for _ in range(2):
        left = Order.objects.get().lines.filter(refunded_quantity=0).last()
        how = {"reason": "damaged", "is_back": False, "quantities": {left.pk: 1}}
        refund_consignment(consignment_id=left.consignment_id, **how)
        pull_orders(mall)
        assert (fetch(sandbox, mall).commission_fen, open_kinds()) == (-778, [])


def test_one_sku_at_two_prices_is_sold_and_comes_back_to_the_fen(sandbox, mall, product, client):
    changed(product, "state")
    converge(mall)
    sandbox.fault("order-bargain")
    bought = buy(sandbox, product, product)
    pull_orders(mall)
    order = Order.objects.get()
    assert list(order.lines.order_by("pk").values_list("unit_fen", flat=True)) == [10_110, 5_055]
    assert (order.total_fen, fetch(sandbox, mall).paid_fen, open_kinds()) == (bought["paid_fen"],) * 2 + ([],)
    ship(0)
    pull_orders(mall)
    request = asked(sandbox, bought, "return", sku=bought["lines"][0]["out_sku_id"], quantity=1)
    pull_orders(mall)
    answer_return(client)
    pull_orders(mall)
    receive_there(sandbox, bought, request)
    for _ in range(2):
        pull_orders(mall)
    first = order.lines.order_by("pk").first()  # by the contract it goes back before the cheaper one
    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.lines.get().line) == (first.goods_fen + first.tax_fen, first)
    assert (fetch(sandbox, mall).refunded_fen, open_kinds()) == (refund.amount_fen, [])


@pytest.fixture
def two_prices(sandbox, mall, product):
    """The lines of an order with one SKU at two prices, the dearer first; it is booked on both sides."""
    changed(product, "state")
    converge(mall)
    sandbox.fault("order-bargain")
    buy(sandbox, product, product)
    pull_orders(mall)
    fetch(sandbox, mall)
    return list(Order.objects.get().lines.order_by("pk"))


def test_whichever_of_two_lines_of_one_sku_is_refunded_both_sides_agree(sandbox, mall, two_prices):
    earned = [line.commission_fen for line in two_prices]
    assert earned == [809, 404]
    for line, lost in zip(reversed(two_prices), earned, strict=True):
        how = {"reason": "damaged", "is_back": False, "quantities": {line.pk: 1}}
        refund_consignment(consignment_id=line.consignment_id, **how)
        pull_orders(mall)
        assert (fetch(sandbox, mall).commission_fen, open_kinds()) == (-lost, [])
    assert proof.differences() == []


def test_refunds_from_before_the_rule_take_back_by_it_after_migrating(two_prices):
    dearer, cheaper = two_prices
    for line in (cheaper, dearer):
        how = {"reason": "damaged", "is_back": False, "quantities": {line.pk: 1}}
        refund_consignment(consignment_id=line.consignment_id, **how)
    taken = RefundLine.objects.order_by("pk").values_list("line", "commission_fen")
    by_rule = list(taken.all())
    RefundLine.objects.update(commission_fen=Subquery(own_commission()))
    assert [fen for _line, fen in taken.all()] == [cheaper.commission_fen, dearer.commission_fen]
    past = importlib.import_module("orders.migrations.0013_commission_back_from_the_first_line").PAST
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(past)
        assert list(taken.all()) == by_rule == [(cheaper.pk, 809), (dearer.pk, 404)]


def own_commission():
    return OrderLine.objects.filter(pk=OuterRef("line")).values("commission_fen")


def test_what_a_person_explained_stays_settled_while_nothing_changes(sandbox, mall, product, client):
    sell(sandbox, mall, product)
    statement = fetch(sandbox, mall, "statement-amount")
    client.force_login(kita_officer())
    url = reverse("admin:partners_discrepancy_change", args=[Discrepancy.objects.get().pk])
    seen = shown_figures(client, url)
    assert client.post(url, {"note": " ", "seen": seen}).status_code == 200
    assert client.post(url, {"note": "1 fen, rounding at the mall", "seen": seen}).status_code == 302
    assert (open_kinds(), Discrepancy.objects.get().settled_by is None) == ([], False)
    sandbox.fault("statement-amount", 1)
    statements.fetch(mall, statement.day)
    assert open_kinds() == []
    assert client.post(url, {"note": "another word"}).status_code == 302
    assert Discrepancy.objects.get().note == "1 fen, rounding at the mall"


def test_figures_that_changed_meanwhile_are_not_explained_unseen(sandbox, mall, product, client):
    sell(sandbox, mall, product)
    fetch(sandbox, mall, "statement-amount")
    client.force_login(kita_officer())
    client.cookies["desk_language"] = "en"
    row = Discrepancy.objects.get()
    url = reverse("admin:partners_discrepancy_change", args=[row.pk])
    said = {"note": "1 fen, rounding at the mall", "seen": shown_figures(client, url)}
    Discrepancy.objects.update(theirs=str(int(row.theirs) + 5_000))
    answer = client.post(url, said)
    assert "The figures have changed meanwhile. Look again." in answer.content.decode()
    assert "1 fen, rounding at the mall" in answer.content.decode()
    assert open_kinds() == ["amount"]
    again = {"note": "50 yuan, a voucher", "seen": answer.context["adminform"].form["seen"].value()}
    assert client.post(url, again).status_code == 302
    assert Discrepancy.objects.get().note == "50 yuan, a voucher"


@pytest.mark.parametrize("told", [[], ["statement-amount"]], ids=["agrees by now", "differs otherwise"])
def test_what_a_person_explains_while_it_is_compared_stays_as_it_was_explained(
    sandbox, mall, product, monkeypatch, told
):
    sell(sandbox, mall, product)
    statement = fetch(sandbox, mall, "statement-amount")
    Discrepancy.objects.update(theirs="5000")
    row, asked = Discrepancy.objects.get(), []

    def now():
        asked.append(moment := timezone.now())
        if len(asked) == 2:  # what is open has been read, and is about to be written
            how = {"note": "50 yuan, a voucher", "seen": ("5000", row.ours), "actor": kita_officer()}
            differences.explain(discrepancy_id=row.pk, **how)
        return moment

    monkeypatch.setattr(differences, "timezone", SimpleNamespace(now=now))
    for fault in told:
        sandbox.fault(fault, 1)
    statements.fetch(mall, statement.day)
    row.refresh_from_db()
    assert (row.theirs, row.note, row.settled_at) == ("5000", "50 yuan, a voucher", asked[2])


def test_pages_that_do_not_add_up_are_not_kept(mall, product, sandbox, monkeypatch):
    sell(sandbox, mall, product)
    whole = IGetMall.statement

    def short(self, day, cursor):
        page = whole(self, day, cursor)
        page.rows.pop()
        return page

    monkeypatch.setattr(IGetMall, "statement", short)
    with pytest.raises(Unknown, match="does not add up"):
        fetch(sandbox, mall)
    assert not Statement.objects.exists()
    assert FaultyFile.objects.get().faults[0]["code"] == "NO_SUM"


ODD = {
    "10000000000000000000000": lambda rows: rows[0].update(paid_fen=10**22),
    "eleven": lambda rows: rows[0].update(commission_fen="eleven"),
    "True": lambda rows: rows[0].update(refunded_fen=True),
    "IGO": lambda rows: rows.append(rows[0]),
}


@pytest.mark.parametrize("shown", ODD)
def test_a_figure_that_none_can_be_is_shown_to_kita_and_the_day_asked_for_again(
    sandbox, mall, product, client, shown
):
    def odd(call, ask):
        reply = ask(call)
        if "igm.statements.get" not in call.path:
            return reply
        envelope = json.loads(reply.body)
        ODD[shown](envelope["data"]["rows"])
        return Reply(reply.status, json.dumps(envelope).encode(), reply.headers)

    sell(sandbox, mall, product)
    a_day_passes(sandbox)
    with between(sandbox.url, [odd]) as url:
        PartnerMall.objects.update(base_url=url)
        with pytest.raises(Unknown):
            statements.fetch_missing(PartnerMall.objects.get())
    file, month = FaultyFile.objects.get(), {"month": f"{timezone.localdate() - DAY:%Y-%m}"}
    client.force_login(kita_officer())
    address = reverse("admin:partners_faultyfile_change", args=[file.pk])
    page = client.get(reverse("admin:partners_statement_month"), month).content.decode()
    assert (address in page, "다음에 주문을 받을 때" in page) == (True, False)
    assert f"<code>{shown}" in client.get(address).content.decode()
    PartnerMall.objects.update(base_url=sandbox.url)
    inbound.pull(mall)
    assert statements.fetch_missing(PartnerMall.objects.get()) == 1


def test_a_figure_in_xml_that_cannot_be_read_is_shown_to_kita(yonggou, ningbo, client):
    def odd(call, ask):
        reply = ask(call)
        body = re.sub(rb"<PaidAmount>[^<]*<", b"<PaidAmount>1,000<", reply.body)
        return Reply(reply.status, body if b"STATEMENT_GET" in call.raw else reply.body, reply.headers)

    sell(yonggou, ningbo, listable(on_hand=20))
    a_day_passes(yonggou)
    with between(yonggou.url, [odd]) as url:
        PartnerMall.objects.update(base_url=url)
        with pytest.raises(Unknown):
            statements.fetch_missing(PartnerMall.objects.get())
    fault = FaultyFile.objects.get().faults[0]
    assert fault == {
        "line": 1, "column": "paid_fen", "code": "BAD_VALUE", "text": "1,000", "is_hidden": False,
    }  # fmt: skip


def test_a_day_is_read_as_csv_with_both_sides(sandbox, mall, product, client):
    bought = sell(sandbox, mall, product, 2)
    statement = fetch(sandbox, mall, "statement-amount")
    client.force_login(kita_officer())
    url = reverse("admin:partners_statement_csv", args=[statement.pk])
    head, row = csv.reader(io.StringIO(client.get(url).content.decode("utf-8-sig")))
    paid = Order.objects.get().total_fen
    assert (row[0], row[1]) == (bought["order_id"], Order.objects.get().number)
    assert row[4:6] == [f"{(paid + 1) / 100:.2f}", f"{paid / 100:.2f}"]
    assert (len(head), row[-1]) == (13, "결제 금액")


def test_the_month_shows_what_is_compared_agreed_and_open(sandbox, mall, product, client):
    sell(sandbox, mall, product)
    statement = fetch(sandbox, mall, "statement-amount", "statement-commission")
    client.force_login(kita_officer())
    month = {"month": f"{statement.day:%Y-%m}"}
    shown = client.get(reverse("admin:partners_statement_month"), month).context
    assert (shown["compared"], shown["agreed"], shown["open"]) == (1, 0, 2)
    page = client.get(reverse("admin:partners_statement_change", args=[statement.pk])).content.decode()
    order = Order.objects.get()
    for model, pk in (("partners_partnerorder", order.partner_order.pk), ("orders_order", order.pk)):
        assert reverse(f"admin:{model}_change", args=[pk]) in page


@pytest.mark.parametrize("month", ["", "2026-13", "x", "1999-01"])
def test_a_month_that_is_none_is_answered_with_a_page(mall, client, month):
    client.force_login(kita_officer())
    assert client.get(reverse("admin:partners_statement_month"), {"month": month}).status_code == 200


def test_lists_ask_as_often_for_many_as_for_few(sandbox, mall, product, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sell(sandbox, mall, product)
    statement = fetch(sandbox, mall, "statement-amount")
    client.force_login(kita_officer())
    row = Discrepancy.objects.get()

    def queries():
        with CaptureQueriesContext(connection) as caught:
            for url in (LIST, reverse("admin:partners_statement_changelist")):
                client.get(url)
        return len(caught)

    queries()
    few = queries()
    for number in range(20):
        row.pk, row.remote_id = None, f"IGO{number}"
        row.save()
        statement.pk, statement.day = None, statement.day - DAY
        statement.save()
    assert queries() == few
