"""A pass through all that a mall shows counts for its breaker like any call, and stops where it is open."""

import datetime

import pytest
from django.utils import timezone

from partners import breaker, digests, pace, tasks
from partners.calls import Interrupted
from partners.claim import Claim
from partners.connectors import connect
from partners.connectors.connector import BadCredentials, Fault, Transient
from partners.connectors.igetmall import IGetMall
from partners.models import Listing, PartnerMall
from partners.reconcile import reconcile
from partners.sync import step, sync
from tests.factories.partners import changed, credentials, listable

pytestmark = pytest.mark.django_db
PASSES = {"walk": reconcile, "digests": digests.compare}


def open_breaker(*, seconds=30):
    """So that no call may go out for so long."""
    until = timezone.now() + datetime.timedelta(seconds=seconds)
    PartnerMall.objects.update(breaker_since=timezone.now(), breaker_pauses=1, breaker_open_until=until)


def calls(sandbox):
    return sum(sandbox.state()["calls"].values())


@pytest.mark.parametrize("kind", PASSES)
def test_a_pass_that_fails_opens_the_breaker_like_any_call(sandbox, mall, goods, kind):
    sandbox.fault("busy", 100)
    before = calls(sandbox)
    for _ in range(breaker.LEAST_CALLS):
        with pytest.raises(Transient):
            PASSES[kind](mall)
    with pytest.raises(Interrupted):
        PASSES[kind](mall)
    assert (PartnerMall.objects.get().breaker_pauses, calls(sandbox) - before) == (1, breaker.LEAST_CALLS)


def test_what_goes_through_counts_as_well(sandbox, mall, goods, small_pages):
    sandbox.fault("busy")
    with pytest.raises(Transient):
        reconcile(mall)
    reconcile(mall)
    row = PartnerMall.objects.get()
    assert (row.breaker_calls, row.breaker_failures) == (4, 1)


def test_an_open_breaker_stops_a_pass_and_it_goes_on_at_its_cursor(
    mall, goods, small_pages, monkeypatch, tasks_at_once
):
    walk = IGetMall.walk

    def opened_meanwhile(self, cursor):
        if not cursor:
            open_breaker()
        return walk(self, cursor)

    monkeypatch.setattr(IGetMall, "walk", opened_meanwhile)
    for work in (lambda: reconcile(mall), tasks.resume_walks):
        with pytest.raises(Interrupted):
            work()
    assert (small_pages, PartnerMall.objects.get().walk_cursor) == ([""], "2")
    open_breaker(seconds=-1)
    tasks.resume_walks()
    assert small_pages == ["", "2", "4"]
    assert PartnerMall.objects.get().reconciled_at


def test_its_calls_are_trials_that_close_the_breaker(mall, goods, small_pages):
    open_breaker(seconds=-1)
    assert reconcile(mall) == {"seen": 5}
    assert PartnerMall.objects.get().breaker_pauses == 0


def test_a_pass_at_its_end_is_not_resumed(sandbox, mall, goods, tasks_at_once):
    reconcile(mall)
    before = calls(sandbox)
    tasks.resume_walks()
    assert calls(sandbox) == before


@pytest.mark.parametrize("kind", PASSES)
def test_a_mall_that_asks_to_wait_is_not_asked_on(sandbox, mall, goods, kind):
    sandbox.fault("limited", 1, 90)
    with pytest.raises(Fault):
        PASSES[kind](mall)
    before = calls(sandbox)
    with pytest.raises(Interrupted):
        PASSES[kind](mall)
    assert calls(sandbox) == before


def test_a_pass_whose_key_is_refused_pauses_the_mall(sandbox, mall, goods):
    PartnerMall.objects.update(credentials=credentials(app_secret="old"))
    mall.refresh_from_db()
    with pytest.raises(BadCredentials):
        reconcile(mall)
    assert PartnerMall.objects.get().state == "credentials"


def test_taking_strangers_off_counts_too(mall, goods, monkeypatch):
    monkeypatch.setattr(IGetMall, "withdraw", fails)
    goods[0].skus.all().delete()
    goods[0].delete()
    reconcile(mall)
    assert PartnerMall.objects.get().breaker_failures == 1


def test_a_turn_that_comes_after_the_lease_is_not_used_and_its_trial_is_left_to_others(
    sandbox, mall, monkeypatch
):
    changed(listable(), "state")
    open_breaker(seconds=-1)
    came = []
    monkeypatch.setattr(pace, "wait_for_turn", lambda partner, *, most: not came.append(partner))
    monkeypatch.setattr(Claim, "is_in_time", lambda self: not came)
    step(mall, connect(mall), quick=False)
    row = Listing.objects.get()
    assert (calls(sandbox), row.outcome, row.attempts, row.lease) == (0, "none", 0, None)
    monkeypatch.undo()
    sync(mall)
    assert (calls(sandbox), Listing.objects.get().outcome) == (1, "accepted")


def fails(*_args):
    raise Transient("away", status=503)
