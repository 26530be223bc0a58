"""A mall that fails too often is left alone, tried, and taken up again, and nobody has to do anything."""

import datetime
import time

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Sku
from partners import breaker, inbound
from partners.calls import AHEAD
from partners.connectors.connector import Transient, Unknown
from partners.connectors.igetmall import IGetMall
from partners.models import Call, Listing, PartnerMall
from partners.switch import pause, resume
from partners.sync import drain, sync
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db
examples = settings(max_examples=settings.default.max_examples // 4, suppress_health_check=list(HealthCheck))


@pytest.fixture
def sandbox(stands):
    """I Get Mall, with room for as many calls as a test likes."""
    return stands("igetmall", calls_a_second=1000)


@pytest.fixture
def long_pauses(monkeypatch):
    """So that none ends by itself while a test runs."""
    monkeypatch.setattr(breaker, "FIRST_PAUSE", breaker.LONGEST_PAUSE)


def pull(sandbox, mall, *, fails):
    """One call to the mall, or none: whether it was made."""
    before = sandbox.state()["calls"]
    sandbox.fault("busy", int(fails))
    inbound.pull(mall)
    sandbox.fault("busy", 0)
    return sandbox.state()["calls"] != before


def let_pass(**span):
    """Move what the breaker remembers into the past."""
    for mall in PartnerMall.objects.all():
        for name in ("breaker_since", "breaker_open_until"):
            moment = getattr(mall, name)
            setattr(mall, name, moment and moment - datetime.timedelta(**span))
        mall.save()


class Model:
    """What the mall should meet, written down from the decision's words."""

    def __init__(self):
        self.window, self.trials = None, None  # results since the first failure; None while closed

    def call(self, fails):
        if self.trials is not None:
            self.trials = -1 if fails else self.trials + 1
            if self.trials == 3:
                self.__init__()
            return
        if self.window is None and fails:
            self.window = []
        if self.window is not None:
            self.window.append(fails)
            if fails and len(self.window) >= 5 and sum(self.window) * 2 >= len(self.window):
                self.trials = -1

    @property
    def rests(self):
        return self.trials == -1

    def wait_for_a_trial(self):
        self.trials = 0 if self.rests else self.trials

    def wait_for_a_minute(self):
        self.wait_for_a_trial()
        self.window = None if self.trials is None else self.window


@examples
@given(st.lists(st.sampled_from(["fails", "fails", "goes", "pause", "minute"]), max_size=25))
def test_any_course_of_calls_is_stopped_and_taken_up_as_decided(sandbox, long_pauses, course):
    mall = PartnerMall.objects.first() or partner_mall(sandbox.url)
    PartnerMall.objects.update(**breaker.CLOSED)
    model = Model()
    for what in course:
        if what == "pause":
            let_pass(seconds=model.rests and breaker.LONGEST_PAUSE)
            model.wait_for_a_trial()
        elif what == "minute":
            let_pass(seconds=61)
            model.wait_for_a_minute()
        else:
            assert pull(sandbox, mall, fails=what == "fails") is not model.rests
            if not model.rests:
                model.call(what == "fails")
    mall.refresh_from_db()
    assert bool(mall.breaker_pauses) is (model.trials is not None)


def test_a_mall_that_fails_every_second_call_is_spared(sandbox, mall, long_pauses):
    made = [pull(sandbox, mall, fails=number % 2 == 0) for number in range(20)]
    assert made == [True] * 5 + [False] * 15


def test_a_few_slow_calls_among_many_good_ones_stop_nothing(sandbox, mall):
    fails = [True] * 4 + [False] * 6 + [True, False] * 2
    assert all(pull(sandbox, mall, fails=each) for each in fails)


def test_failures_of_different_minutes_do_not_add_up(sandbox, mall):
    for _ in range(3):
        assert all(pull(sandbox, mall, fails=True) for _ in range(4))
        let_pass(seconds=61)
    assert pull(sandbox, mall, fails=False)
    assert breaker.condition(PartnerMall.objects.get(), timezone.now()) == "closed"


def test_a_slow_malls_window_is_long_enough_for_the_calls_that_it_needs(sandbox, mall):
    PartnerMall.objects.update(call_seconds=60)
    for _ in range(5):
        pull(sandbox, mall, fails=True)
        let_pass(seconds=55)
    assert PartnerMall.objects.get().breaker_pauses == 1


def test_each_trial_that_fails_doubles_the_pause_up_to_half_a_minute(sandbox, mall):
    for _ in range(5):
        pull(sandbox, mall, fails=True)
    pauses = []
    for _ in range(6):
        pauses.append(round((PartnerMall.objects.get().breaker_open_until - timezone.now()).total_seconds()))
        let_pass(seconds=31)
        assert pull(sandbox, mall, fails=True)
    assert pauses == [2, 4, 8, 16, 30, 30]


def test_a_worker_that_finds_nothing_to_send_uses_up_no_trial(sandbox, mall):
    for _ in range(5):
        pull(sandbox, mall, fails=True)
    let_pass(seconds=31)
    drain(mall.pk)
    assert pull(sandbox, mall, fails=False)


def test_what_had_failed_is_sent_as_soon_as_the_mall_is_itself_again(sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url)
    changed(listable(), "state")
    later = timezone.now() + datetime.timedelta(hours=1)
    Listing.objects.update(outcome="failed", next_try_at=later)
    for _ in range(5):
        pull(sandbox, mall, fails=True)
    let_pass(seconds=31)
    for trials in range(3):
        assert not Listing.objects.due(timezone.now()).exists(), trials
        assert pull(sandbox, mall, fails=False)
    assert Listing.objects.due(timezone.now()).exists()


def test_a_mall_that_does_not_answer_is_given_little_until_it_does(sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url)
    for _ in range(15):
        changed(listable(), "state")
    for _ in range(2):
        sandbox.fault("busy", 1)
        drain(mall.pk)
        Listing.objects.update(next_try_at=timezone.now())
    drain(mall.pk)
    sent = Call.objects.filter(kind="upsert").order_by("pk").values_list("outcome", "listings")
    assert list(sent) == [("transient", 15), ("transient", 10), ("ok", 10), ("ok", 5)]


@pytest.mark.django_db(transaction=True)
def test_who_is_at_work_when_a_mall_is_paused_stops(sandbox, mall, monkeypatch):
    """The mall is paused in the middle of the first call: no more go out than were let through before."""
    officer, upsert, due = kita_officer(), IGetMall.upsert, 3 * AHEAD
    PartnerMall.objects.update(batch_size=1)
    for _ in range(due):
        changed(listable(), "state")

    def paused_meanwhile(self, items):
        time.sleep(0.3)  # until as many are let through as there is room for
        pause(PartnerMall.objects.get(), actor=officer)
        connection.close()
        return upsert(self, items)

    monkeypatch.setattr(IGetMall, "upsert", paused_meanwhile)
    drain(mall.pk)
    assert 1 <= sum(sandbox.state()["calls"].values()) <= 1 + AHEAD
    monkeypatch.undo()
    resume(PartnerMall.objects.get(), actor=officer)
    converge(mall)
    assert Listing.objects.filter(is_shown=True).count() == due


def wait_of(product):
    """Seconds until the next try of its listing."""
    return (Listing.objects.get(product=product).next_try_at - timezone.now()).total_seconds()


@pytest.fixture
def tired(mall):
    """Listings of two products; the first has failed for hours while the mall was away, and is due."""
    old, fresh = listable(), listable()
    for product in (old, fresh):
        changed(product, "state")
    converge(mall)
    for product in (old, fresh):
        Sku.objects.filter(product=product).update(price_krw=9000)
        changed(product, "price")
    Listing.objects.filter(product=old).update(attempts=11, outcome="failed", error_code="UNREACHABLE")
    return old, fresh


def test_each_listing_of_a_call_that_fails_waits_by_its_own_tries(sandbox, mall, tired):
    sandbox.fault("busy", 1)
    drain(mall.pk)
    old, fresh = tired
    assert (Listing.objects.get(product=old).attempts, Listing.objects.get(product=fresh).attempts) == (12, 1)
    assert wait_of(fresh) < 10 < 2000 < wait_of(old)


@pytest.mark.parametrize(("fault", "outcome"), [(Transient, "failed"), (Unknown, "unknown")])
def test_what_is_changed_during_a_call_that_fails_stays_due_at_once(mall, tired, monkeypatch, fault, outcome):
    old, fresh = tired

    def offer(*_):
        changed(old, "stock")
        raise fault("down", status=503)

    monkeypatch.setattr(IGetMall, "offer", offer)
    sync(mall, seconds=1)
    row = Listing.objects.get(product=old)
    assert (wait_of(old) < 0, row.attempts) == (True, 0)
    assert (row.outcome, row.error_text) == (outcome, "down")
    assert wait_of(fresh) > 0
