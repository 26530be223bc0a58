"""Where much is due a thread of its own makes the calls, one at a time, while the next are worked out."""

import itertools
import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from partners import calls, pace, plan, sync, wake
from partners.connectors import connect
from partners.connectors.connector import Transient
from partners.models import Call, Listing, PartnerMall
from tests.factories.partners import changed, listable

pytestmark = pytest.mark.django_db(transaction=True)
LISTINGS = 12
BORDER = 0.05  # seconds


class Watched:
    """A connector with a note of when each of its calls was on its way, and from which thread."""

    def __init__(self, connector):
        self._connector, self.calls = connector, []
        self.connections = set()

    def __getattr__(self, name):
        return getattr(self._connector, name)

    def upsert(self, items):
        self.connections.add(connection.connection)
        began = time.monotonic()
        answers = self._connector.upsert(items)
        time.sleep(BORDER)
        self.calls.append((began, time.monotonic(), threading.get_ident()))
        return answers

    @property
    def threads(self):
        return {thread for _began, _ended, thread in self.calls}

    @property
    def overlaps(self):
        made = sorted(self.calls)
        return sum(later[0] < earlier[1] for earlier, later in itertools.pairwise(made))


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


@pytest.fixture
def planned_at(monkeypatch):
    """When what is due was worked out."""
    moments = []

    def noted(*args, **kwargs):
        moments.append(time.monotonic())
        return plan.plan(*args, **kwargs)

    monkeypatch.setattr(sync, "plan", noted)
    return moments


def while_calling(watched, moments):
    return sum(began < moment < ended for moment in moments for began, ended, _thread in watched.calls)


def all_there(sandbox):
    there = Listing.objects.held_there().filter(outcome="accepted", lease=None, attempts=0)
    return there.count() == LISTINGS == len(sandbox.state()["items"])


def test_one_thread_calls_and_another_works_out_what_is_next(sandbox, due, watched, planned_at):
    assert sync.sync(due) == LISTINGS
    assert (len(watched.calls), len(watched.threads), watched.overlaps) == (LISTINGS, 1, 0)
    assert threading.get_ident() not in watched.threads
    assert while_calling(watched, planned_at)
    assert all_there(sandbox)


def test_the_thread_that_calls_has_no_connection_to_the_database(due, watched):
    sync.sync(due)
    assert watched.connections == {None}


def test_what_fits_into_one_call_is_sent_by_who_works_it_out(sandbox, due, watched):
    PartnerMall.objects.update(batch_size=LISTINGS + 1)
    due.refresh_from_db()
    sync.sync(due)
    assert watched.threads == {threading.get_ident()}
    assert all_there(sandbox)


def seldom(partner, *, most):
    """A turn that has to be waited for."""
    time.sleep(BORDER if most else 0)
    return bool(most)


@pytest.mark.parametrize(("fast", "turn"), [(BORDER, pace.wait_for_turn), (1.9 * BORDER, seldom)])
def test_of_a_slow_mall_or_one_seldom_called_nothing_is_taken_while_a_call_is_on_its_way(
    monkeypatch, sandbox, due, watched, planned_at, fast, turn
):
    monkeypatch.setattr(sync, "FAST", fast)
    monkeypatch.setattr(pace, "wait_for_turn", turn)
    sync.sync(due)
    first = watched.calls[0][1]  # how slow it is, its end tells whoever is not at work on a claim then
    later = [moment for moment in planned_at if moment > first][1:]
    assert later
    assert not while_calling(watched, later)
    assert all_there(sandbox)


def test_what_waits_too_long_behind_a_call_is_given_back_and_sent_once(monkeypatch, sandbox, due, watched):
    monkeypatch.setattr(calls, "LONGEST_AHEAD", BORDER / 2)
    given_back = []
    release = sync.release
    monkeypatch.setattr(
        sync, "release", lambda claimed, rows: given_back.extend(rows) or release(claimed, rows)
    )
    while sync.sync(due):
        pass
    assert given_back
    assert len(watched.calls) == LISTINGS
    assert all_there(sandbox)


def test_where_a_turn_has_to_be_waited_for_all_answers_are_written_first(monkeypatch, sandbox, due, watched):
    not_written = []

    def wait_for_turn(partner, *, most):
        if most:
            not_written.append(len(watched.calls) - Listing.objects.filter(outcome="accepted").count())
        return bool(most)

    monkeypatch.setattr(pace, "wait_for_turn", wait_for_turn)
    sync.sync(due)
    assert not_written == [0] * LISTINGS
    assert all_there(sandbox)


def test_rows_without_a_turn_wait_and_burn_no_try(monkeypatch, sandbox, due, watched):
    turns = iter([True] * 4)
    monkeypatch.setattr(pace, "wait_for_turn", lambda partner, *, most: next(turns, False))
    sync.sync(due)
    assert len(watched.calls) == 4
    waiting = Listing.objects.filter(due_full=True, lease=None, attempts=0, outcome="none")
    assert waiting.count() == LISTINGS - 4
    assert waiting.filter(next_try_at__gt=timezone.now()).count() == 1


def test_others_are_woken_once(monkeypatch, due, watched):
    woken = []
    monkeypatch.setattr(wake, "more", woken.append)
    sync.sync(due)
    assert woken == [due]


def test_after_a_call_that_fails_what_was_handed_in_does_not_go_out(monkeypatch, due, watched):
    tried = []

    def upsert(items):
        tried.extend(items)
        patience = time.monotonic() + 30
        while Listing.objects.exclude(lease=None).count() < 2 and time.monotonic() < patience:
            pass  # until the next is handed in
        connection.close()
        time.sleep(BORDER)
        raise Transient("not now")

    monkeypatch.setattr(watched, "upsert", upsert, raising=False)
    sync.sync(due)
    assert len(tried) == 1
    others = Listing.objects.exclude(outcome="failed")
    assert others.filter(lease=None, attempts=0, next_try_at__lte=timezone.now()).count() == LISTINGS - 1


def test_a_fault_of_the_line_s_thread_is_not_lost(monkeypatch, due, watched):
    def upsert(items):
        raise RuntimeError("the line's")

    monkeypatch.setattr(watched, "upsert", upsert, raising=False)
    with pytest.raises(RuntimeError, match="the line's"):
        sync.sync(due)


def test_where_answers_cannot_be_written_the_call_is_kept_and_no_further_one_begins(
    monkeypatch, due, watched
):
    lines, upsert = [], watched.upsert

    def noted(partner):
        lines.append(calls.Line(partner))
        return lines[0]

    def under_way_until_it_failed(items):
        patience = time.monotonic() + 30
        while watched.calls and not lines[0].has_failed and time.monotonic() < patience:
            time.sleep(BORDER / 10)
        return upsert(items)

    monkeypatch.setattr(calls, "LONGEST_AHEAD", 60)
    monkeypatch.setattr(sync, "Line", noted)
    monkeypatch.setattr(watched, "upsert", under_way_until_it_failed, raising=False)
    monkeypatch.setattr(sync, "_record", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sync.sync(due)
    assert Call.objects.filter(outcome="ok").count() == 1
    assert len(watched.calls) <= 2  # the first, and the one that was on its way
