"""Calls about orders, statements and receipts wait for their turn and for the breaker like those about goods."""

import datetime
import json
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from partners import breaker, decide, inbound, receipts, statements
from partners.calls import Interrupted
from partners.connectors import connect
from partners.connectors.connector import Page
from partners.connectors.igetmall import IGetMall
from partners.models import FaultyFile, PartnerMall, PartnerOrder, Receipt
from partners.sync import sync
from tests.factories.partners import changed, listable
from tests.partners.convergence import work_orders
from tests.partners.liar import Reply, between
from tests.partners.selling import buy, told
from tests.partners.test_passes_and_the_breaker import calls, open_breaker

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@pytest.fixture
def bought(sandbox, mall):
    """An order that is placed and waits to be confirmed."""
    bought = buy(sandbox, listable(on_hand=5))
    decide.place_now(inbound.receive(mall, bought, came_by="notice"))
    return bought


def ask_to_wait(sandbox, mall, seconds=300):
    """The mall's next answer, to a pull, is that nobody is to call for so long."""
    sandbox.fault("limited", 1, seconds)
    inbound.pull(mall)


def of_statement(mall):
    with pytest.raises(Interrupted):
        statements.fetch(mall, YESTERDAY)


@pytest.mark.parametrize("work", [inbound.pull, lambda _mall: work_orders(), of_statement])
def test_a_mall_that_asks_to_wait_is_not_asked_on(sandbox, mall, bought, work):
    ask_to_wait(sandbox, mall)
    before = calls(sandbox)
    work(mall)
    assert calls(sandbox) == before


def test_what_is_to_be_told_waits_as_long_as_the_mall_asks_and_no_try_is_burnt(sandbox, mall, bought):
    ask_to_wait(sandbox, mall)
    work_orders()
    row = PartnerOrder.objects.get()
    assert (row.attempts, row.told_at) == (0, None)
    assert 200 < (row.next_try_at - timezone.now()).total_seconds() <= 300


def test_an_order_whose_telling_is_told_to_wait_burns_no_try(sandbox, mall, bought):
    sandbox.fault("limited", 1, 300)
    work_orders()
    row = PartnerOrder.objects.get()
    assert row.attempts == 0
    assert 200 < (row.next_try_at - timezone.now()).total_seconds() <= 300


def test_an_order_whose_telling_meets_a_refused_key_burns_no_try(sandbox, mall, bought):
    sandbox.fault("suspended", 1)
    work_orders()
    assert PartnerOrder.objects.get().attempts == 0
    assert PartnerMall.objects.get().state == "credentials"


def test_each_page_of_orders_is_a_trial_of_its_own(mall, monkeypatch):
    pages = {"": "1", "1": "2", "2": ""}
    monkeypatch.setattr(IGetMall, "orders", lambda self, since, cursor: Page([], pages[cursor]))
    open_breaker(seconds=-1)
    inbound.pull(mall)
    row = PartnerMall.objects.get()
    assert (row.breaker_pauses, row.order_cursor > "") == (0, True)


def test_an_answer_in_between_that_the_order_stands_otherwise_is_a_good_trial(sandbox, mall, bought):
    sandbox.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    open_breaker(seconds=-1)
    work_orders()
    row = PartnerMall.objects.get()
    assert (row.breaker_trials, row.breaker_is_trying) == (1, False)


def test_a_list_that_does_not_end_is_left_and_read_again_from_its_start(mall, monkeypatch):
    monkeypatch.setattr(inbound, "MOST_PAGES", 3)
    asked = []

    def orders(self, since, cursor):
        asked.append(cursor)
        return Page([], f"{cursor}+")

    monkeypatch.setattr(IGetMall, "orders", orders)
    inbound.pull(mall)
    assert (asked, PartnerMall.objects.get().order_cursor) == (["", "+", "++"], "")


def test_a_mall_that_does_not_take_its_bad_file_back_gets_its_orders_answered(pujiang, shanghai):
    def takes_no_faults(call, ask):
        if "/drop/results/faults" in call.path:
            return Reply(400, json.dumps({"code": "BAD_FILE", "message": ""}).encode())
        return ask(call)

    pujiang.operate("/operator/files/", text="order_id,state\n")
    bought = buy(pujiang, listable(on_hand=5))
    with between(pujiang.url, [takes_no_faults]) as url:
        PartnerMall.objects.update(base_url=url)
        for _ in range(2):
            inbound.pull(PartnerMall.objects.get())
        work_orders()
    assert FaultyFile.objects.get().told_at is None
    assert told(pujiang, bought)["state"] == "confirmed"
    assert PartnerMall.objects.get().order_cursor


@pytest.mark.django_db(transaction=True)
def test_receipts_that_another_worker_asks_for_use_up_no_trial(yonggou, ningbo):
    """The other has just begun to put them off."""
    changed(listable(), "state")
    sync(ningbo)
    assert Receipt.objects.update(ask_at=timezone.now())
    held, done = threading.Event(), threading.Event()

    def other():
        with transaction.atomic():
            list(Receipt.objects.select_for_update())
            held.set()
            done.wait(10)
        connection.close()

    worker = threading.Thread(target=other)
    worker.start()
    held.wait(10)
    open_breaker(seconds=-1)
    asked = receipts.collect(ningbo, connect(ningbo))
    done.set()
    worker.join()
    assert (asked, PartnerMall.objects.get().breaker_is_trying) == (0, False)
    assert breaker.admits(ningbo)
