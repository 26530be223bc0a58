"""Where much is due two threads of a worker send it, and the mall gets one call at a time all the same."""

import contextlib
import itertools
import threading
import time
from functools import partial

import pytest
from django.utils import timezone

from partners import sync
from partners.calls import Interrupted, Line, make
from partners.connectors import connect
from partners.models import Listing, PartnerMall
from tests.factories.partners import changed, listable

pytestmark = pytest.mark.django_db(transaction=True)
LISTINGS = 12


class Watched:
    """A connector with a note of when each of its calls was on its way, and from which thread."""

    def __init__(self, connector):
        self._connector, self.calls = connector, []

    def __getattr__(self, name):
        return getattr(self._connector, name)

    def upsert(self, items):
        began = time.monotonic()
        answers = self._connector.upsert(items)
        time.sleep(0.05)  # over the border
        self.calls.append((began, time.monotonic(), threading.get_ident()))
        return answers

    @property
    def threads(self):
        return len({thread for _began, _ended, thread in self.calls})

    @property
    def overlaps(self):
        calls = sorted(self.calls)
        return sum(later[0] < earlier[1] for earlier, later in itertools.pairwise(calls))


@pytest.fixture
def due(mall):
    for _ in range(LISTINGS):
        changed(listable(), "state")
    PartnerMall.objects.update(batch_size=1)
    mall.refresh_from_db()
    return mall


@pytest.fixture
def watched(monkeypatch, due):
    connector = Watched(connect(due))
    monkeypatch.setattr(sync, "connect", lambda partner: connector)
    return connector


def test_two_threads_send_and_one_call_is_on_its_way(sandbox, due, watched):
    assert sync.sync(due) == LISTINGS
    assert (watched.threads, len(watched.calls), watched.overlaps) == (2, LISTINGS, 0)
    assert Listing.objects.held_there().filter(outcome="ok", lease=None).count() == LISTINGS
    assert len(sandbox.state()["items"]) == LISTINGS


def test_without_the_line_calls_would_overlap(monkeypatch, due, watched):
    monkeypatch.setattr(Line, "taken", lambda self, wait: contextlib.nullcontext(wait))
    sync.sync(due)
    assert watched.overlaps


def test_who_finds_the_line_of_a_slow_mall_taken_gives_its_rows_back(monkeypatch, due, watched):
    given_back = []

    def slow(items):
        patience = time.monotonic() + 30
        while not given_back and time.monotonic() < patience:  # the line is held until the other has met it
            later = Listing.objects.filter(due_full=True, next_try_at__gt=timezone.now())
            given_back.extend(later.values_list("attempts", "lease", "outcome"))
        return Watched.upsert(watched, items)

    monkeypatch.setattr(sync, "make", partial(make, wait=0.01))
    monkeypatch.setattr(watched, "upsert", slow, raising=False)
    sync.sync(due)
    assert given_back == [(0, None, "none")]
    waiting = Listing.objects.filter(due_full=True)
    waiting.update(next_try_at=timezone.now())
    while sync.sync(due):
        waiting.update(next_try_at=timezone.now())
    assert Listing.objects.held_there().filter(outcome="ok").count() == LISTINGS


def test_a_fault_of_the_other_thread_is_not_lost(monkeypatch, due, watched):
    def upsert(items):
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("the other")
        return Watched.upsert(watched, items)

    monkeypatch.setattr(watched, "upsert", upsert, raising=False)
    with pytest.raises(RuntimeError, match="the other"):
        sync.sync(due)


def test_who_waits_for_the_line_too_long_comes_back_later(due):
    line, connector = Line(), connect(due)
    with line.taken(1), pytest.raises(Interrupted):
        make(due, connector.look, ["P1"], wait=0.05, line=line)
