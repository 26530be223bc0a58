"""A partner that hangs takes its own few threads, and no others' time."""

import threading
import time

import pytest

from partners import inbound, sync, tasks
from partners.turns import AT_ONCE, turn
from tests.factories.catalog import daily_terms
from tests.factories.partners import partner_mall

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_malls():
    daily_terms()
    return partner_mall(code="hanging"), partner_mall(code="healthy")


def test_only_so_many_wait_for_one_partner(monkeypatch):
    met, all_in, go = [], threading.Semaphore(0), threading.Event()

    def hang(partner_id):
        met.append(partner_id)
        all_in.release()
        if partner_id == 1:
            go.wait(20)

    monkeypatch.setattr(sync, "drain", hang)
    threads = [threading.Thread(target=tasks.sync_partner, args=(1,)) for _ in range(AT_ONCE["listings"] + 5)]
    for thread in threads:
        thread.start()
    for _ in range(AT_ONCE["listings"]):
        assert all_in.acquire(timeout=20)
    deadline = time.monotonic() + 20
    while sum(thread.is_alive() for thread in threads) > AT_ONCE["listings"] and time.monotonic() < deadline:
        time.sleep(0.01)
    tasks.sync_partner(2)
    assert met == [1] * AT_ONCE["listings"] + [2]
    go.set()
    for thread in threads:
        thread.join(20)
    tasks.sync_partner(1)
    assert met[-1] == 1, "its turns came back"


def test_a_turn_that_fails_is_given_back():
    def fail():
        with turn(7, "walk") as has_room:
            assert has_room
            raise ZeroDivisionError

    for _ in range(AT_ONCE["walk"] + 1):
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
        order = {"order_id": f"of {mall.code}", "state": "paid", "lines": [{"out_sku_id": "?"}]}
        inbound.receive(mall, order, came_by="pull")
    assert set(inbound.due_partners()) == {hanging.pk, healthy.pk}
    inbound.work(healthy.pk)
    assert inbound.due_partners() == [hanging.pk]
