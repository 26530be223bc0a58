"""A mall tells of shoppers' requests by notice and by pull, twice, late, or in no words."""

import copy
import itertools
import json

import pytest
from django.urls import reverse

from orders.models import Order, Refund
from partners import inbound
from partners.models import PartnerMall, PartnerOrder, PartnerRequest
from tests.partners.convergence import pull_orders
from tests.partners.liar import Reply, between
from tests.partners.selling import answer_return, asked, receive_there, told
from tests.partners.test_partner_orders import notify

pytestmark = pytest.mark.django_db


def test_the_same_request_by_notice_and_by_pull_is_one(sandbox, mall, bought, client):
    asked(sandbox, bought)
    order = inbound.connect(mall).orders("2020-01-01T00:00:00+08:00", "").rows[0]
    for _ in range(3):
        assert notify(client, order).json()["code"] == "OK"
        pull_orders(mall)
    assert (PartnerRequest.objects.count(), Refund.objects.count()) == (1, 1)


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

    answer_return(client)
    pull_orders(mall)
    receive_there(sandbox, bought, returned)
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
    answer_return(client)
    pull_orders(mall)
    receive_there(sandbox, bought, returned)
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
