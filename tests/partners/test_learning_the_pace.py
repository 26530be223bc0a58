"""How often a partner is called is learnt from its answers, and shared by all workers."""

import itertools
import threading
import time

import pytest
from django.utils import timezone

from partners import pace
from partners.connectors import connect
from partners.look import look_up
from partners.models import Listing
from partners.sync import sync
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall():
    daily_terms()
    return partner_mall(calls_per_second=100)


@pytest.fixture
def clock(monkeypatch):
    """Redis reads the time from a key instead of its clock, so that minutes pass at once."""
    server = pace.redis_server()
    server.set("tests:clock", time.time())
    for name in ("TAKE", "EASE"):
        script = getattr(pace, name).replace("redis.call('time')", "{redis.call('get', 'tests:clock'), 0}")
        assert "tests:clock" in script
        monkeypatch.setattr(pace, name, script)
    return lambda seconds: server.incrbyfloat("tests:clock", seconds)


def calls_in(mall, clock, seconds):
    """How many calls may go out in that time, asked for ten times a second without waiting."""
    count = 0
    for _ in range(seconds * 10):
        while pace.wait_for_turn(mall, most=0):
            count += 1
        clock(0.1)
    return count


def told_to_wait(mall):
    pace.ease(mall, 0.001)
    time.sleep(0.005)


def test_at_first_it_is_what_kita_entered(mall, clock):
    calls_in(mall, clock, 1)
    assert calls_in(mall, clock, 2) == pytest.approx(200, abs=3)


def test_machines_whose_clocks_differ_share_the_same_rate(mall, monkeypatch):
    clocks = itertools.cycle([time.time(), time.time() + 5])
    monkeypatch.setattr("time.time", lambda: next(clocks))
    let_through = sum(pace.wait_for_turn(mall, most=0) for _ in range(400))
    assert let_through < 300


def test_a_refusal_halves_it_and_time_gives_it_back(mall, clock):
    calls_in(mall, clock, 1)
    told_to_wait(mall)
    assert calls_in(mall, clock, 2) == pytest.approx(100, abs=6)
    clock(pace.RECOVERY)
    calls_in(mall, clock, 1)
    assert calls_in(mall, clock, 2) == pytest.approx(200, abs=3)


def test_however_often_it_is_refused_some_calls_go_out(mall, clock):
    for _ in range(40):
        told_to_wait(mall)
    assert calls_in(mall, clock, 2) >= 4


def test_calls_that_were_refused_together_halve_it_once(mall, clock):
    calls_in(mall, clock, 1)
    threads = [threading.Thread(target=pace.ease, args=(mall, 0.2)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.25)
    assert calls_in(mall, clock, 2) == pytest.approx(100, abs=6)


def test_the_malls_own_429_is_what_halves_it(sandbox, clock):
    daily_terms()
    mall = partner_mall(sandbox.url, calls_per_second=100)
    changed(listable(), "state")
    sandbox.fault("limited", 1, 4)
    sync(mall)
    assert calls_in(mall, clock, 1) == 0, "it holds back as long as it was told to"
    time.sleep(4.1)
    calls_in(mall, clock, 1)
    assert calls_in(mall, clock, 2) == pytest.approx(100, abs=8)
    assert not Listing.objects.filter(attempts__gt=0).exists()


def test_a_look_that_gets_no_turn_is_taken_when_the_mall_may_be_called(mall):
    """Nothing was asked, so that the rows need not rest for as long as an answer may take."""
    changed(listable(), "state")
    Listing.objects.update(look_at=timezone.now())
    asked = timezone.now()
    pace.ease(mall, 8)
    assert look_up(mall, connect(mall)) == 0
    assert 7 < (Listing.objects.get().look_at - asked).total_seconds() < 20
