"""A partner that hangs takes its own few threads, and no others' time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection

from partners import inbound, sync, tasks, turns
from partners.models import PartnerMall
from partners.turns import turn
from tests.factories.catalog import daily_terms
from tests.factories.partners import partner_mall

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_malls():
    daily_terms()
    return partner_mall(code="hanging"), partner_mall(code="healthy")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("most", [1, 4])
def test_only_so_many_wait_for_one_partner(two_malls, monkeypatch, most):
    hanging, healthy = (mall.pk for mall in two_malls)
    PartnerMall.objects.update(batches_at_once=most)
    met, all_in, go = [], threading.Semaphore(0), threading.Event()

    def hang(partner_id):
        met.append(partner_id)
        all_in.release()
        if partner_id == hanging:
            go.wait(20)

    def work():
        tasks.sync_partner(hanging)
        connection.close()

    monkeypatch.setattr(sync, "drain", hang)
    threads = [threading.Thread(target=work) for _ in range(most + 5)]
    for thread in threads:
        thread.start()
    for _ in range(most):
        assert all_in.acquire(timeout=20)
    deadline = time.monotonic() + 20
    while sum(thread.is_alive() for thread in threads) > most and time.monotonic() < deadline:
        time.sleep(0.01)
    tasks.sync_partner(healthy)
    assert met == [hanging] * most + [healthy]
    go.set()
    for thread in threads:
        thread.join(20)
    tasks.sync_partner(hanging)
    assert met[-1] == hanging, "its turns came back"


@pytest.mark.django_db(transaction=True)
def test_malls_that_hang_at_their_top_limits_leave_a_thread_of_each_kind_to_the_others(
    two_malls, monkeypatch
):
    """A worker of twelve threads; a mall would have taken all of them."""
    hanging, healthy = (mall.pk for mall in two_malls)
    PartnerMall.objects.update(batches_at_once=8, orders_at_once=4)
    monkeypatch.setattr(turns.PLACES, "threads", 12)
    met, go = [], threading.Event()

    def hang(partner_id):
        met.append(partner_id)
        if partner_id == hanging:
            go.wait(20)

    def work(task, partner_id):
        task(partner_id)
        connection.close()

    monkeypatch.setattr(sync, "drain", hang)
    monkeypatch.setattr(inbound, "work", hang)
    kinds = tasks.sync_partner, tasks.work_orders
    with ThreadPoolExecutor(12) as worker:
        many = [worker.submit(work, task, hanging) for task in kinds * 12]
        others = [worker.submit(work, task, healthy) for task in kinds]
        is_done = not wait(others, timeout=10).not_done
        deadline = time.monotonic() + 10
        while sum(each.done() for each in many) < len(many) - (2 + 3) and time.monotonic() < deadline:
            time.sleep(0.01)  # those that found no room
        hung = met.count(hanging)
        go.set()
    assert (is_done, hung, met.count(healthy)) == (True, 2 + 3, 2)
    assert turns.PLACES.taken == 0


def test_a_statement_that_a_person_asks_for_comes_behind_those_that_are_fetched(two_malls, monkeypatch):
    mall, put_off, fetched = two_malls[0], [], []
    monkeypatch.setattr(tasks.wake, "statement", lambda *of, after: put_off.append((*of, after)))
    monkeypatch.setattr(tasks.statements, "fetch", lambda mall, day: fetched.append(str(day)))
    with turn(mall.pk, "statements"):
        tasks.fetch_statement(mall.pk, "2026-11-24")
    assert (put_off, fetched) == ([(mall.pk, "2026-11-24", 5)], [])
    tasks.fetch_statement(*put_off[0][:2])
    assert fetched == ["2026-11-24"]


def test_a_turn_that_fails_is_given_back():
    def fail():
        with turn(7, "walk") as has_room:
            assert has_room
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fail()


def test_each_partners_orders_are_a_task_of_their_own(two_malls, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.pull_orders_of, "apply_async", lambda args, expires: asked.append(args))
    tasks.pull_orders()
    assert asked == [(mall.pk,) for mall in two_malls]


def test_an_order_is_worked_for_its_partner_alone(two_malls):
    hanging, healthy = two_malls
    for mall in two_malls:
        line = {"out_sku_id": "?", "quantity": 1, "price_fen": 100, "tax_fen": 9}
        order = {"order_id": f"of {mall.code}", "state": "paid", "paid_fen": 109, "lines": [line]}
        order["paid_at"] = "2026-11-24T12:00:00+08:00"
        inbound.receive(mall, order, came_by="pull")
    assert set(inbound.due_partners()) == {hanging.pk, healthy.pk}
    inbound.work(healthy.pk)
    assert inbound.due_partners() == [hanging.pk]
