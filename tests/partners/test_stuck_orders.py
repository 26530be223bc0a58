"""Orders of partners that cannot go on by themselves: shown to KITA in words, tried anew or set aside by it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from kmall.models import AuditEntry
from orders.models import Order
from orders.refund import refund_consignment
from partners import decide, inbound, unread
from partners.connectors.reading import Unread
from partners.models import PartnerOrder, PartnerRefund
from partners.models.inbound import MANY_TRIES
from tests.factories.partners import listable
from tests.factories.people import works_at
from tests.partners.convergence import pull_orders, work_again, work_orders
from tests.partners.selling import asked, buy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_in_english")]
LIST = reverse("admin:partners_partnerorder_changelist")


@pytest.fixture
def refused_there(sandbox, mall):
    """An order that we placed, and the mall's staff refused before it heard of it."""
    bought = buy(sandbox, listable(on_hand=5), quantity=2)
    decide.place_now(inbound.receive(mall, bought, came_by="notice"))
    sandbox.call(
        "igm.orders.refuse", {"order_id": bought["order_id"], "reason": "bad_address", "message": ""}
    )
    work_orders()
    return bought


@pytest.fixture
def nameless(mall):
    """What the mall told and has not even a number that can be read."""
    unread.keep(mall, Unread("", "7", "TypeError"), came_by="pull")
    return PartnerOrder.objects.get()


def page(row):
    return reverse("admin:partners_partnerorder_change", args=[row.pk])


def give_back(units):
    line = Order.objects.get().lines.get()
    return refund_consignment(
        consignment_id=line.consignment_id, quantities={line.pk: units}, reason="damaged", is_back=False
    )


def test_an_order_that_stands_otherwise_there_is_shown_with_how(kita, refused_there):
    assert f"{LIST}?stuck=1" in kita.get(reverse("admin:index")).content.decode()
    answer = kita.get(f"{LIST}?stuck=1")
    assert list(answer.context["cl"].result_list) == [PartnerOrder.objects.get()]
    assert "Both sides do not agree on this order. Refused at the partner." in answer.content.decode()


def test_a_refund_that_the_mall_does_not_take_is_tried_on(sandbox, refused_there):
    give_back(1)
    work_orders()
    row = PartnerOrder.objects.get()
    assert (PartnerRefund.objects.get().told_at, row.next_try_at is None, row.attempts) == (None, False, 1)


def test_a_refund_of_what_the_mall_gave_back_itself_is_done(sandbox, mall):
    bought = buy(sandbox, listable(on_hand=5), quantity=2)
    decide.place_now(inbound.receive(mall, bought, came_by="notice"))
    work_orders()
    line = {"out_sku_id": bought["lines"][0]["out_sku_id"], "quantity": 2, "refund_fen": bought["paid_fen"]}
    whole = {"refund_no": "THEIRS", "refund_fen": bought["paid_fen"], "reason": "other", "message": ""}
    sandbox.call("igm.orders.refund", whole | {"order_id": bought["order_id"], "lines": [line]})
    give_back(1)
    work_orders()
    row = PartnerOrder.objects.get()
    assert (PartnerRefund.objects.get().told_at is None, row.next_try_at) == (False, None)
    assert row.reason == "differs: refunded", "and a person is to look why"


def test_what_was_tried_often_is_shown_and_tried_at_once_when_a_person_says_so(sandbox, mall, kita):
    row = inbound.receive(mall, buy(sandbox, listable(on_hand=5)), came_by="notice")
    later = timezone.now() + datetime.timedelta(hours=1)
    PartnerOrder.objects.update(attempts=12, next_try_at=later, reason="not_placed")
    assert "Tried 12 times without success." in kita.get(f"{LIST}?stuck=1").content.decode()
    kita.post(page(row), {"do": "again"})
    work_orders()
    row.refresh_from_db()
    assert (row.state, AuditEntry.objects.get().action) == ("placed", "order_tried_again")
    assert not kita.get(f"{LIST}?stuck=1").context["cl"].result_list


def test_a_request_that_cannot_be_settled_comes_to_be_shown(sandbox, mall, kita):
    """As if somebody had ended the order by another way than ours."""
    bought = buy(sandbox, listable(on_hand=5))
    pull_orders(mall)
    Order.objects.update(state="cancelled")
    asked(sandbox, bought)
    pull_orders(mall)
    for _ in range(MANY_TRIES):
        work_again()
    assert "Tried" in kita.get(f"{LIST}?stuck=1").content.decode()
    assert PartnerOrder.objects.get().next_try_at


def test_what_has_no_number_is_set_aside_and_does_not_come_back(mall, kita, nameless):
    kita.post(page(nameless), {"do": "aside"})
    unread.keep(mall, Unread("", "7", "TypeError"), came_by="pull")
    work_again()
    nameless.refresh_from_db()
    assert (nameless.state, nameless.next_try_at, nameless.unread_field) == ("refused", None, "")
    assert f"{LIST}?unread_field__isempty=0" not in kita.get(reverse("admin:index")).content.decode()
    assert AuditEntry.objects.get().action == "order_set_aside"


def test_an_order_whose_shopper_waits_is_not_set_aside(sandbox, mall, kita):
    row = inbound.receive(mall, buy(sandbox, listable(on_hand=5)), came_by="notice")
    later = timezone.now() + datetime.timedelta(hours=1)
    PartnerOrder.objects.update(attempts=12, next_try_at=later)
    assert 'value="aside"' not in kita.get(page(row)).content.decode()
    answer = kita.post(page(row), {"do": "aside"}, follow=True)
    assert "still waits for our answer" in answer.content.decode()
    assert PartnerOrder.objects.get().next_try_at == later


def test_a_malls_people_do_neither(mall, client, nameless):
    client.force_login(works_at(mall))
    assert client.post(page(nameless), {"do": "aside"}).status_code in (302, 403)
    assert PartnerOrder.objects.get().unread_field
