"""A mall's orders are fetched and answered by as many at once as its row says, however many workers there are."""

import multiprocessing
import os
import time

import pytest
import redis
from django.conf import settings

from partners import tasks, turns
from partners.models import PartnerMall
from tests.factories.partners import partner_mall
from tests.forked import Forked
from tests.partners.at_work import be_at_work

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = 3  # seconds


class AtWork(Forked):
    """A process that works for a mall's orders, if there was room: what it `says` first."""

    def __init__(self, mall):
        self._line, other = multiprocessing.Pipe()
        super().__init__(be_at_work, mall.pk, LEASE, other)
        self.start()
        other.close()
        self.says = self._line.recv()

    def end(self):
        self._line.send("enough")
        assert self.wait() == 0


@pytest.fixture
def worker():
    """Starts such a process: `worker(mall)`."""
    started = []

    def start(mall):
        started.append(AtWork(mall))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def mall(sandbox):
    redis.Redis.from_url(settings.REDIS_URL).flushdb()  # turns at a mall of the same number in another test
    return partner_mall(sandbox.url, orders_at_once=1)


def has_room(mall):
    """Whether this process, one more worker, could do the mall's orders now."""
    most = PartnerMall.objects.get(pk=mall.pk).orders_at_once
    with turns.turn(mall.pk, "orders", most=most) as room:
        return room


def test_counted_in_each_process_there_would_be_room(mall, worker, monkeypatch):
    """So that the tests below mean something."""
    take = turns._take
    monkeypatch.setattr(turns, "_take", lambda pk, kind, *more: take(pk, f"{kind} {os.getpid()}", *more))
    worker(mall)
    assert has_room(mall)


def test_workers_share_the_limit_of_a_mall(mall, worker):
    first = worker(mall)
    assert (first.says, worker(mall).says, has_room(mall)) == ("at work", "at rest", False)
    assert has_room(partner_mall(code="another", orders_at_once=1))
    first.end()
    assert has_room(mall)


def test_the_limit_is_that_of_the_malls_row(mall, worker):
    PartnerMall.objects.update(orders_at_once=2)
    worker(mall)
    assert has_room(mall)
    worker(mall)
    assert not has_room(mall)


def test_one_that_works_for_long_keeps_its_turn(mall, worker):
    worker(mall)
    time.sleep(1.5 * LEASE)
    assert not has_room(mall)


def test_the_turn_of_one_that_was_killed_runs_out(mall, worker):
    worker(mall).kill()
    assert not has_room(mall)
    time.sleep(LEASE + 0.1)
    assert has_room(mall)


def test_a_redis_that_was_emptied_is_told_by_those_at_work(mall, worker):
    worker(mall)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    time.sleep(LEASE)
    assert not has_room(mall)


def test_without_redis_the_work_goes_on(mall, worker, monkeypatch):
    worker(mall)
    away = redis.Redis.from_url("redis://127.0.0.1:9")
    monkeypatch.setattr(turns, "redis_server", lambda: away)
    assert has_room(mall)


def test_tasks_leave_the_orders_to_those_at_work(sandbox, mall, worker):
    other = worker(mall)
    tasks.pull_orders_of(mall.pk)
    assert sandbox.state()["calls"] == {}
    other.end()
    tasks.pull_orders_of(mall.pk)
    assert sandbox.state()["calls"] == {"igm.orders.list OK": 1}


def test_both_tasks_of_orders_count(mall, worker):
    worker(mall)
    mall.orders.create(remote_id="IGO1", raw="{}", came_by="pull", next_try_at="2020-01-01T00:00Z")
    tasks.work_orders(mall.pk)
    assert mall.orders.get().attempts == 0
