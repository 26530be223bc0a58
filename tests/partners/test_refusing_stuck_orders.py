"""An order that nobody can place is refused by KITA with a reason, once; an answered one by nobody."""

import pytest
from django.urls import reverse

from kmall.models import AuditEntry
from orders.models import Order
from partners import decide, inbound, unread
from partners.connectors.reading import Unread
from partners.models import PartnerOrder
from tests.factories.partners import listable
from tests.factories.people import works_at
from tests.partners.convergence import pull_orders, work_again, work_orders
from tests.partners.selling import buy, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_in_english")]
WHY = {"do": "refuse", "reason": "bad_address", "text": "地址无法识别"}


def page(row):
    return reverse("admin:partners_partnerorder_change", args=[row.pk])


def test_what_nobody_can_read_is_refused_at_the_mall_and_stays_so(stand_in, each_mall, kita):
    stand_in.fault("order-garbled", 1)
    bought = buy(stand_in, listable(on_hand=9))
    pull_orders(each_mall)
    row = PartnerOrder.objects.get()
    assert "Refuse the order" in kita.get(page(row)).content.decode()
    kita.post(page(row), WHY)
    work_orders()
    assert told(stand_in, bought)["refusal"] == "bad_address: 地址无法识别"
    pull_orders(each_mall)
    row.refresh_from_db()
    assert (row.state, row.reason, row.unread_field, row.next_try_at) == (
        "refused", "bad_address: 地址无法识别", "", None,
    )  # fmt: skip
    assert (Order.objects.count(), told(stand_in, bought)["state"]) == (0, "refused")
    assert AuditEntry.objects.get().action == "order_refused"


def test_what_comes_mended_before_the_mall_heard_of_the_refusal_is_not_placed(sandbox, mall, kita):
    sandbox.fault("order-garbled", 1)
    bought = buy(sandbox, listable(on_hand=9))
    inbound.pull(mall)
    kita.post(page(PartnerOrder.objects.get()), WHY)
    sandbox.operate("/operator/orders/mend/", order_id=bought["order_id"])
    pull_orders(mall)
    row = PartnerOrder.objects.get()
    assert (row.state, bool(row.raw), Order.objects.count()) == ("refused", True, 0)
    assert told(sandbox, bought)["refusal"] == "bad_address: 地址无法识别"


@pytest.mark.parametrize("state", ["received", "awaiting"])
def test_what_was_tried_in_vain_is_refused_once(sandbox, mall, kita, state):
    bought = buy(sandbox, listable(on_hand=9))
    row = inbound.receive(mall, bought, came_by="notice")
    PartnerOrder.objects.update(state=state, reason="not_placed", attempts=3)
    pages = [
        kita.post(page(row), WHY | {"text": text}, follow=True).content.decode() for text in ("缺货", "价格")
    ]
    assert ("gives the money back" in pages[0], "was not refused" in pages[1]) == (True, True)
    work_again()
    assert told(sandbox, bought)["refusal"] == "bad_address: 缺货"
    assert (AuditEntry.objects.count(), Order.objects.count()) == (1, 0)


@pytest.mark.parametrize("lacking", ["reason", "text"])
def test_without_reason_or_words_nothing_is_refused(sandbox, mall, kita, lacking):
    row = inbound.receive(mall, buy(sandbox, listable(on_hand=9)), came_by="notice")
    PartnerOrder.objects.update(reason="not_placed")
    answer = kita.post(page(row), WHY | {lacking: " "})
    assert (answer.status_code, "errorlist" in answer.content.decode()) == (200, True)
    assert PartnerOrder.objects.get().state == "received"


def test_an_order_that_is_placed_is_not_refused(sandbox, mall, kita):
    row = decide.place_now(inbound.receive(mall, buy(sandbox, listable(on_hand=9)), came_by="notice"))
    assert "Refuse the order" not in kita.get(page(row)).content.decode()
    assert "was not refused" in kita.post(page(row), WHY, follow=True).content.decode()
    assert (PartnerOrder.objects.get().state, Order.objects.get().state) == ("placed", "paid")


def test_an_order_that_is_on_its_way_to_be_placed_has_no_button(sandbox, mall, kita):
    row = inbound.receive(mall, buy(sandbox, listable(on_hand=9)), came_by="notice")
    assert "Refuse the order" not in kita.get(page(row)).content.decode()


def test_what_has_no_number_is_not_refused_but_set_aside(mall, kita):
    unread.keep(mall, Unread("", "7", "TypeError"), came_by="pull")
    row = PartnerOrder.objects.get()
    assert "Refuse the order" not in kita.get(page(row)).content.decode()
    kita.post(page(row), WHY)
    assert PartnerOrder.objects.get().state == "received"


def test_what_a_colleague_set_aside_meanwhile_is_not_tried_for_ever(mall, kita):
    unread.keep(mall, Unread("", "7", "TypeError"), came_by="pull")
    row = PartnerOrder.objects.get()
    for deed in ("aside", "again"):
        kita.post(page(row), {"do": deed})
    work_orders()
    row.refresh_from_db()
    assert (row.state, row.next_try_at) == ("refused", None)


def test_a_malls_people_refuse_nothing(sandbox, mall, client):
    row = inbound.receive(mall, buy(sandbox, listable(on_hand=9)), came_by="notice")
    PartnerOrder.objects.update(reason="not_placed")
    client.force_login(works_at(mall))
    assert client.post(page(row), WHY).status_code in (302, 403)
    assert PartnerOrder.objects.get().state == "received"
