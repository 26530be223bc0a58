"""What a partner's shopper asks, on the desk, by notices, and when things cross; what goes back is tested at
every mall in `test_requests_at_every_mall.py`.
"""

import copy
import itertools
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from kmall.models import AuditEntry
from orders.give_back import TooMany
from orders.models import Order, Refund
from orders.refund import refund_consignment
from orders.reports.proof import differences
from partners import inbound
from partners.decide import place_now
from partners.models import PartnerMall, PartnerOrder, PartnerRequest
from partners.models.inbound import MANY_TRIES
from tests.factories.partners import listable
from tests.factories.people import kita_officer
from tests.partners.convergence import pull_orders, work_again, work_orders
from tests.partners.liar import Reply, between
from tests.partners.selling import asked, buy, on_hand, ship, told
from tests.partners.test_partner_orders import notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(mall):
    """Two products of two sellers, five units each."""
    return [listable(on_hand=5), listable(on_hand=5)]


@pytest.fixture
def bought(sandbox, mall, goods):
    """Two units of each, placed and confirmed."""
    bought = buy(sandbox, *goods, quantity=2)
    pull_orders(mall)
    return bought


def test_the_same_request_by_notice_and_by_pull_is_one(sandbox, mall, bought, client):
    asked(sandbox, bought)
    order = inbound.connect(mall).orders("2020-01-01T00:00:00+08:00", "").rows[0]
    for _ in range(3):
        assert notify(client, order).json()["code"] == "OK"
        pull_orders(mall)
    assert (PartnerRequest.objects.count(), Refund.objects.count()) == (1, 1)


def test_what_goes_back_is_named_in_the_readers_language_and_once(sandbox, mall, bought, goods, client):
    """The option stands beside the name only where that does not say it."""
    row = PartnerOrder.objects.get()
    sku = goods[0].skus.get()
    row.order.lines.filter(sku=sku).update(name_zh_hans="精华液 50ml", name_ko="세럼")
    lines = [{"out_sku_id": f"S{sku.pk}", "quantity": 1}]
    back = row.requests.create(
        remote_id="R1", kind="return", stands="open", lines=lines, asked_at=timezone.now()
    )
    client.force_login(kita_officer())
    for language, words in (("zh-hans", "精华液 50ml × 1"), ("ko", "세럼 50ml × 1")):
        client.cookies["desk_language"] = language
        page = reverse("admin:partners_partnerrequest_change", args=[back.pk])
        assert f"<div>{words} <small>" in client.get(page).content.decode()


def sold_out(place):
    """A parcel's seller has none: its money goes back."""
    parcel = Order.objects.get().consignments.order_by("pk")[place]
    refund_consignment(consignment_id=parcel.pk, reason="sold_out", is_back=False)


def test_a_cancel_is_answered_by_the_refund_of_a_parcel_that_never_left(sandbox, mall, bought):
    ship(0)
    sold_out(1)
    asked(sandbox, bought)
    pull_orders(mall)
    (request,) = told(sandbox, bought)["requests"]
    assert (request["answer"], request["state"], Refund.objects.count()) == ("accepted", "refunded", 1)


def test_a_cancel_is_rejected_where_all_that_the_mall_has_not_got_back_has_left(sandbox, mall, bought):
    ship(0)
    sold_out(1)
    work_again()
    asked(sandbox, bought)
    pull_orders(mall)
    assert told(sandbox, bought)["requests"][0]["answer"] == "rejected"


def test_a_cancel_that_crossed_with_the_refund_of_all_is_not_told_that_a_parcel_left(sandbox, mall, bought):
    asked(sandbox, bought)
    sold_out(0)
    sold_out(1)
    work_again()
    pull_orders(mall)
    there = told(sandbox, bought)
    assert (there["state"], there["requests"][0]["answer"]) == ("refunded", "accepted")


@pytest.fixture
def returned(sandbox, mall, bought):
    """A return of one unit of the first product, after both parcels left."""
    ship(0, 1)
    pull_orders(mall)
    line = bought["lines"][0]
    request = asked(sandbox, bought, "return", sku=line["out_sku_id"], quantity=1, reason="颜色不对")
    pull_orders(mall)
    return request


def decide(client, answer="accept", message=""):
    client.force_login(kita_officer())
    url = reverse("admin:partners_partnerrequest_change", args=[PartnerRequest.objects.get().pk])
    return client.post(url, {"answer": answer, "message": message})


def receive(sandbox, bought, request, **fields):
    number = {"order_id": bought["order_id"], "request_no": request["request_no"]}
    sandbox.operate("/operator/orders/received/", **number, **fields)


def test_a_rejected_return_needs_a_word_to_the_shopper(sandbox, mall, bought, returned, client):
    assert decide(client, "reject").status_code == 200
    assert decide(client, "reject", "护肤品拆封后不支持退货。").status_code == 302
    pull_orders(mall)
    (request,) = told(sandbox, bought)["requests"]
    assert (request["state"], request["message"]) == ("rejected", "护肤品拆封后不支持退货。")


def test_an_answer_that_crossed_with_the_shopper_is_shown_to_a_person(
    sandbox, mall, bought, returned, client
):
    decide(client)
    number = {"order_id": bought["order_id"], "request_no": returned["request_no"]}
    sandbox.operate("/orders/withdraw/", **number)
    pull_orders(mall)
    assert PartnerRequest.objects.get().problem == "crossed"
    listed = client.get(reverse("admin:partners_partnerrequest_changelist"), {"waiting": "look"})
    assert returned["request_no"] in listed.content.decode()


@pytest.fixture
def accepted_there(sandbox, mall, bought, returned, client):
    """KITA rejected a return, heard of there; then the mall's staff took the goods all the same."""
    decide(client, "reject", "不支持退货。")
    pull_orders(mall)
    order = inbound.connect(mall).orders("2020-01-01T00:00:00+08:00", "").rows[0]
    order["requests"][0]["state"] = "received"
    inbound.receive(mall, order | {"updated_at": "2030-01-01T00:00:00+08:00"}, came_by="notice")
    return PartnerRequest.objects.get()


def test_what_the_mall_took_back_against_our_word_is_shown_to_kita(accepted_there, mall, client):
    client.cookies["desk_language"] = "en"
    assert accepted_there.problem == "crossed"
    address = reverse("admin:partners_partnerrequest_changelist")
    assert f"{address}?waiting=look" in client.get(reverse("admin:index")).content.decode()
    (card,) = client.get(reverse("admin:partners_partnermall_changelist")).context["malls"]
    (words, url) = next(fact[1:] for fact in card["facts"] if fact[0] == "Requests with a problem")
    assert (words, client.get(url).context["cl"].result_count) == ("1 needs a look", 1)


def test_a_problem_is_ticked_off_with_who_and_when_and_comes_once(accepted_there, mall, client):
    page = reverse("admin:partners_partnerrequest_change", args=[accepted_there.pk])
    assert 'value="tick"' in client.get(page).content.decode()
    client.post(page, {"do": "tick"})
    row = PartnerRequest.objects.get()
    assert (row.settled_at is None, row.settled_by.is_staff) == (False, True)
    entry = AuditEntry.objects.get(action="request_ticked_off")
    assert (entry.actor, entry.data) == (row.settled_by, {"request": row.remote_id})
    assert not PartnerRequest.objects.to_look_at().exists()
    assert 'value="tick"' not in client.get(page).content.decode()
    client.post(page, {"do": "tick"})
    assert AuditEntry.objects.filter(action="request_ticked_off").count() == 1


def test_goods_that_come_after_it_was_ticked_off_are_looked_at_anew(sandbox, mall, bought, returned, client):
    decide(client)
    pull_orders(mall)
    PartnerRequest.objects.update(problem="crossed", settled_at=timezone.now())
    receive(sandbox, bought, returned)
    inbound.pull(mall)
    assert PartnerRequest.objects.to_look_at().count() == 1


def test_a_sku_in_two_lines_is_told_once_and_comes_back_once(sandbox, mall, goods, client):
    bought = buy(sandbox, goods[0], goods[0], quantity=2)
    pull_orders(mall)
    ship(0)
    pull_orders(mall)
    (parcel,) = told(sandbox, bought)["parcels"].values()
    sku = bought["lines"][0]["out_sku_id"]
    assert parcel["lines"] == [{"out_sku_id": sku, "quantity": 4}]
    request = asked(sandbox, bought, "return", sku=sku, quantity=3)
    pull_orders(mall)
    decide(client)
    pull_orders(mall)
    receive(sandbox, bought, request)
    pull_orders(mall)
    pull_orders(mall)
    assert list(Order.objects.get().lines.values_list("refunded_quantity", flat=True)) == [2, 1]
    (refund,) = told(sandbox, bought)["refunds"].values()
    assert (refund["lines"], differences()) == ([[sku, 3, Refund.objects.get().amount_fen]], [])


def test_units_that_were_refunded_before_are_not_refunded_again(sandbox, mall, bought, returned, client):
    decide(client)
    pull_orders(mall)
    line = Order.objects.get().lines.order_by("pk").first()
    how = {"reason": "damaged", "is_back": False, "quantities": {line.pk: 2}}
    refund_consignment(consignment_id=line.consignment_id, **how)
    receive(sandbox, bought, returned)
    pull_orders(mall)
    assert (Refund.objects.count(), PartnerRequest.objects.get().problem) == (1, "nothing_left")


@pytest.fixture
def with_gift(sandbox, mall, goods):
    """An order whose second line, of another seller, cost nothing; placed and confirmed."""
    bought = buy(sandbox, *goods, quantity=2)
    gift = bought["lines"][1]
    paid = bought["paid_fen"] - 2 * (gift["price_fen"] + gift["tax_fen"])
    free = gift | {"price_fen": 0, "tax_fen": 0}
    order = bought | {"lines": [bought["lines"][0], free], "paid_fen": paid}
    place_now(inbound.receive(mall, order, came_by="notice"))
    work_orders()
    return bought


def test_a_gift_is_called_off_without_a_refund(sandbox, mall, goods, with_gift):
    ship(0)
    asked(sandbox, with_gift)
    pull_orders(mall)
    request, row = PartnerRequest.objects.get(), PartnerOrder.objects.get()
    assert (request.answer, Refund.objects.count(), on_hand(goods)) == ("accept", 0, [3, 5])
    assert (row.next_try_at, row.attempts, told(sandbox, with_gift)["state"]) == (None, 0, "shipped")
    states = Order.objects.get().consignments.order_by("pk").values_list("state", flat=True)
    assert (list(states), differences()) == (["shipped", "cancelled"], [])


def test_a_returned_gift_is_settled_without_a_refund(sandbox, mall, goods, with_gift, client):
    ship(0, 1)
    pull_orders(mall)
    gift = with_gift["lines"][1]["out_sku_id"]
    request = asked(sandbox, with_gift, "return", sku=gift, quantity=2)
    pull_orders(mall)
    decide(client)
    pull_orders(mall)
    receive(sandbox, with_gift, request)
    for _ in range(2):
        pull_orders(mall)
    row = PartnerRequest.objects.get()
    assert (row.problem, row.settled_at is None, Refund.objects.count()) == ("", False, 0)
    assert PartnerOrder.objects.get().next_try_at is None
    assert Order.objects.get().lines.get(unit_fen=0).left_quantity == 0


def test_a_gift_comes_back_with_the_goods_that_were_paid(sandbox, mall, goods, with_gift, client):
    """All the money of the order goes back with the first parcel; the gift's is called off after it."""
    first = Order.objects.get().lines.exclude(unit_fen=0).get()
    refund_consignment(consignment_id=first.consignment_id, reason="damaged", is_back=False)
    asked(sandbox, with_gift)
    pull_orders(mall)
    order = Order.objects.get()
    assert (order.state, PartnerRequest.objects.get().answer) == ("refunded", "accept")
    states = order.consignments.order_by("pk").values_list("state", flat=True)
    assert (list(states), on_hand(goods), Refund.objects.count()) == (["cancelled"] * 2, [3, 5], 1)


def test_what_cannot_be_settled_holds_up_nothing_and_is_seen_in_time(
    sandbox, mall, bought, returned, client, caplog, monkeypatch
):
    decide(client)
    pull_orders(mall)
    receive(sandbox, bought, returned)
    line = Order.objects.get().lines.order_by("pk").last()

    def too_many(**how):
        raise TooMany(line, 3, 2)

    monkeypatch.setattr("partners.requests.refund_consignment", too_many)
    inbound.pull(mall)
    refund_consignment(consignment_id=line.consignment_id, reason="damaged", is_back=False)
    for _ in range(MANY_TRIES):
        work_again()
    row = PartnerOrder.objects.get()
    assert (row.is_tried_often, row.refunds.get().told_at is None) == (True, False)
    assert "TooMany" in caplog.text


@pytest.mark.parametrize("units", [-1, 10**6])
def test_units_that_none_can_be_are_shown_to_kita_and_taken_once_they_are_mended(
    sandbox, mall, bought, returned, client, units
):
    def odd(call, ask):
        reply = ask(call)
        if "igm.orders.list" not in call.path:
            return reply
        envelope = json.loads(reply.body)
        envelope["data"]["orders"][0]["requests"][0]["received"][0]["quantity"] = units
        return Reply(reply.status, json.dumps(envelope).encode(), reply.headers)

    decide(client)
    pull_orders(mall)
    receive(sandbox, bought, returned)
    with between(sandbox.url, [odd]) as url:
        PartnerMall.objects.update(base_url=url)
        pull_orders(PartnerMall.objects.get())
    PartnerMall.objects.update(base_url=sandbox.url)
    row = PartnerOrder.objects.get()
    page = client.get(reverse("admin:partners_partnerorder_change", args=[row.pk])).content.decode()
    assert (f"(received {units})" in page, Refund.objects.count(), row.attempts) == (True, 0, 0)
    pull_orders(mall)
    assert (Refund.objects.count(), PartnerOrder.objects.get().unread_field) == (1, "")


def test_an_older_telling_never_undoes_a_newer_one(sandbox, mall, bought, returned, client):
    connector = inbound.connect(mall)
    older = copy.deepcopy(connector.orders("2020-01-01T00:00:00+08:00", "").rows[0])
    decide(client)
    pull_orders(mall)
    receive(sandbox, bought, returned)
    pull_orders(mall)
    for stale in (older, older | {"state": "cancelled"}, older | {"requests": []}):
        assert notify(client, stale).json()["code"] == "OK"
    assert (PartnerRequest.objects.get().stands, Order.objects.get().state) == ("received", "shipped")
    pull_orders(mall)
    assert (PartnerRequest.objects.get().stands, Refund.objects.count()) == ("refunded", 1)


def test_in_whatever_order_tellings_come_the_newest_stands(mall):
    """Every order of four tellings, each of them twice."""
    asked = {"request_no": "R", "kind": "return", "lines": [], "asked_at": "2026-11-24T12:00:00+08:00"}
    told = [
        {"updated_at": f"2026-11-24T12:00:00.00{place}+08:00", "state": "shipped", "requests": requests}
        for place, requests in enumerate(
            [[], *([asked | {"state": to}] for to in ("open", "accepted", "received"))]
        )
    ]
    for number, course in enumerate(itertools.permutations(told)):
        row = mall.orders.create(remote_id=f"IGO{number}", raw="{}", came_by="pull")
        for telling in (*course, *course):
            inbound.receive(mall, telling | {"order_id": row.remote_id}, came_by="notice")
        assert row.requests.get().stands == "received", course


def test_a_request_for_an_order_that_we_never_took_is_shown_and_holds_up_nobody(
    sandbox, mall, bought, client
):
    asked(sandbox, bought)
    order = inbound.connect(mall).orders("2020-01-01T00:00:00+08:00", "").rows[0] | {"order_id": "IGO0"}
    for second in (0, 1):
        assert (
            notify(client, order | {"updated_at": f"2030-01-01T00:00:0{second}+08:00"}).json()["code"] == "OK"
        )
    pull_orders(mall)
    assert told(sandbox, bought)["state"] == "refunded"
    assert PartnerRequest.objects.get(order__remote_id="IGO0").problem == "no_order"


def test_what_cannot_be_read_is_not_kept(bought, client):
    for wrong in (
        {"updated_at": "soon"},
        {"requests": [{"kind": "whim"}], "updated_at": "2030-01-01T00:00+08:00"},
    ):
        assert notify(client, bought | wrong).json()["code"] == "INVALID_PARAMETER"
    assert not PartnerRequest.objects.exists()


def test_the_shoppers_words_are_encrypted(returned):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM partners_partnerrequest")
        assert "颜色不对" not in cursor.fetchone()[0]
    assert PartnerRequest.objects.get().words == "颜色不对"


def test_a_request_leads_to_the_order_there_and_here(bought, returned, client):
    client.force_login(kita_officer())
    row = PartnerRequest.objects.get()
    page = client.get(reverse("admin:partners_partnerrequest_change", args=[row.pk])).content.decode()
    assert f'href="{reverse("admin:partners_partnerorder_change", args=[row.order_id])}"' in page
    assert f'href="{reverse("admin:orders_order_change", args=[row.order.order_id])}"' in page


def test_the_list_of_requests_asks_as_often_for_many_as_for_few(bought, returned, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(kita_officer())
    row = PartnerRequest.objects.get()

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("admin:partners_partnerrequest_changelist"))
        return len(caught)

    queries()
    few = queries()
    for number in range(20):
        row.pk, row.remote_id = None, f"IGR{number}"
        row.save()
    assert queries() == few
