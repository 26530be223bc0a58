"""What a partner's shopper asks crosses with a refund, a parcel, or a word of the mall's own staff."""

import pytest
from django.urls import reverse
from django.utils import timezone

from kmall.models import AuditEntry
from orders.models import Order, Refund
from orders.refund import refund_consignment
from partners import inbound
from partners.models import PartnerRequest
from tests.partners.convergence import pull_orders, work_again
from tests.partners.selling import answer_return, asked, receive_there, ship, told

pytestmark = pytest.mark.django_db


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


def test_an_answer_that_crossed_with_the_shopper_is_shown_to_a_person(
    sandbox, mall, bought, returned, client
):
    answer_return(client)
    number = {"order_id": bought["order_id"], "request_no": returned["request_no"]}
    sandbox.operate("/orders/withdraw/", **number)
    pull_orders(mall)
    assert PartnerRequest.objects.get().problem == "crossed"
    listed = client.get(reverse("admin:partners_partnerrequest_changelist"), {"waiting": "look"})
    assert returned["request_no"] in listed.content.decode()


@pytest.fixture
def accepted_there(sandbox, mall, bought, returned, client):
    """KITA rejected a return, heard of there; then the mall's staff took the goods all the same."""
    answer_return(client, "reject", "不支持退货。")
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
    answer_return(client)
    pull_orders(mall)
    PartnerRequest.objects.update(problem="crossed", settled_at=timezone.now())
    receive_there(sandbox, bought, returned)
    inbound.pull(mall)
    assert PartnerRequest.objects.to_look_at().count() == 1
