"""A partner's shopper calls an order off or sends goods back: asked by the mall, answered and refunded by us."""

import copy
import itertools

import pytest
from django.urls import reverse

from orders.dispatch import send
from orders.models import Order, Refund
from orders.refund import refund_consignment
from orders.reports.proof import differences
from partners import inbound
from partners.models import PartnerRequest
from tests.factories.partners import changed, listable
from tests.factories.people import kita_officer
from tests.partners.convergence import converge, pull_orders, work_orders
from tests.partners.test_partner_orders import notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(mall):
    """Two products of two sellers, five units each."""
    goods = [listable(on_hand=5), listable(on_hand=5)]
    for product in goods:
        changed(product, "state")
    converge(mall)
    return goods


@pytest.fixture
def bought(sandbox, mall, goods):
    """Two units of each, placed and confirmed."""
    bought = sandbox.operate("/operator/orders/", out_id=",".join(f"P{p.pk}" for p in goods), quantity=2)
    pull_orders(mall)
    return bought


def told(sandbox, bought):
    return sandbox.state()["orders"][bought["order_id"]]


def asked(sandbox, bought, kind="cancel", **fields):
    return sandbox.operate(f"/orders/ask-{kind}/", order_id=bought["order_id"], **fields)


def ship(*places):
    parcels = list(Order.objects.get().consignments.order_by("pk"))
    for place in places:
        send(consignment_id=parcels[place].pk, carrier="cj", tracking_number=f"60123456{place}")


def on_hand(goods):
    return [product.skus.get().stock.on_hand for product in goods]


def test_a_cancel_before_anything_left_is_accepted_and_all_is_given_back(sandbox, mall, goods, bought):
    asked(sandbox, bought)
    pull_orders(mall)
    there = told(sandbox, bought)
    assert (there["state"], there["requests"][0]["state"]) == ("refunded", "refunded")
    assert sum(refund["fen"] for refund in there["refunds"].values()) == bought["paid_fen"]
    assert (Order.objects.get().state, on_hand(goods)) == ("refunded", [5, 5])
    assert (Refund.objects.get().reason, differences()) == ("cancelled_by_shopper", [])


def test_a_cancel_calls_off_only_the_parcel_that_has_not_left(sandbox, mall, goods, bought):
    ship(0)
    asked(sandbox, bought)
    pull_orders(mall)
    there = told(sandbox, bought)
    assert (there["state"], there["requests"][0]["answer"], on_hand(goods)) == ("shipped", "accepted", [3, 5])
    assert sorted(Order.objects.get().consignments.values_list("state", flat=True)) == [
        "cancelled",
        "shipped",
    ]


def test_a_cancel_after_all_left_is_rejected_and_nothing_is_given_back(sandbox, mall, goods, bought):
    ship(0, 1)
    pull_orders(mall)
    asked(sandbox, bought)
    pull_orders(mall)
    (request,) = told(sandbox, bought)["requests"]
    assert (request["state"], request["message"]) == ("rejected", "包裹已经寄出，签收后可以申请退货。")
    assert not Refund.objects.exists()


@pytest.mark.parametrize("fault", ["drop", "error", "rubbish"])
def test_an_answer_that_got_lost_is_told_again_and_counts_once(sandbox, mall, bought, fault):
    asked(sandbox, bought)
    inbound.pull(mall)
    sandbox.fault(fault, 1)
    work_orders()
    pull_orders(mall)
    pull_orders(mall)
    assert told(sandbox, bought)["state"] == "refunded"
    assert (Refund.objects.count(), PartnerRequest.objects.exclude(told_at=None).count()) == (1, 1)


def test_the_same_request_by_notice_and_by_pull_is_one(sandbox, mall, bought, client):
    asked(sandbox, bought)
    order = inbound.connect(mall).orders("2020-01-01T00:00:00+08:00", "").rows[0]
    for _ in range(3):
        assert notify(client, order).json()["code"] == "OK"
        pull_orders(mall)
    assert (PartnerRequest.objects.count(), Refund.objects.count()) == (1, 1)


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


def test_a_return_waits_for_a_person_and_is_refunded_when_the_depot_has_it(
    sandbox, mall, goods, bought, returned, client
):
    assert told(sandbox, bought)["requests"][0]["state"] == "open"
    assert decide(client).status_code == 302
    pull_orders(mall)
    assert (told(sandbox, bought)["requests"][0]["state"], Refund.objects.count()) == ("accepted", 0)
    receive(sandbox, bought, returned)
    pull_orders(mall)
    pull_orders(mall)
    line = Refund.objects.get().lines.get()
    assert (line.quantity, line.line.product, line.is_restocked, line.is_uncounted) == (
        1,
        goods[0],
        False,
        False,
    )
    there = told(sandbox, bought)
    assert (there["state"], there["requests"][0]["state"]) == ("shipped", "refunded")
    assert (on_hand(goods), differences()) == ([3, 3], [])


def test_a_return_that_customs_accepted_leaves_the_buyers_year(sandbox, mall, bought, returned, client):
    decide(client)
    pull_orders(mall)
    receive(sandbox, bought, returned, customs_return=1)
    pull_orders(mall)
    assert Refund.objects.get().lines.get().is_uncounted


def test_a_rejected_return_needs_a_word_to_the_shopper(sandbox, mall, bought, returned, client):
    assert decide(client, "reject").status_code == 200
    assert decide(client, "reject", "护肤品拆封后不支持退货。").status_code == 302
    pull_orders(mall)
    (request,) = told(sandbox, bought)["requests"]
    assert (request["state"], request["message"]) == ("rejected", "护肤品拆封后不支持退货。")


def test_a_return_that_its_shopper_took_back_can_no_longer_be_answered(
    sandbox, mall, bought, returned, client
):
    number = {"order_id": bought["order_id"], "request_no": returned["request_no"]}
    sandbox.operate("/orders/withdraw/", **number)
    pull_orders(mall)
    assert decide(client).status_code == 403
    assert PartnerRequest.objects.get().answer == ""


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


def test_units_that_were_refunded_before_are_not_refunded_again(sandbox, mall, bought, returned, client):
    decide(client)
    pull_orders(mall)
    line = Order.objects.get().lines.order_by("pk").first()
    how = {"reason": "damaged", "is_back": False, "quantities": {line.pk: 2}}
    refund_consignment(consignment_id=line.consignment_id, **how)
    receive(sandbox, bought, returned)
    pull_orders(mall)
    assert (Refund.objects.count(), PartnerRequest.objects.get().problem) == (1, "nothing_left")


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
