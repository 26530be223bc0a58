"""Any sequence of catalogue changes, faults and killed workers ends with each mall showing what it should.

Each trouble is met for sure, among changes as they come.
"""

import contextlib

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from partners import keys
from partners.connectors import connect
from partners.models import Feed, PartnerMall
from partners.pull_feed import build
from partners.reconcile import reconcile
from tests.factories.partners import changed
from tests.partners.at_rest import require_idle, require_shown
from tests.partners.courses import World, apply, certain, changes, on_show, rate, work, world
from tests.partners.deaths import Death, Killed, dying

pytestmark = pytest.mark.django_db

TIMES = 2  # calls that a fault happens to
# Each point, each call; all of both, by SIGKILL, are in tests/faults.
DEATHS = (
    Death("claimed", "any"), Death("prepared", "upsert"), Death("sent", "upsert"), Death("answered", "offer"),
    Death("written", "offer"), Death("sent", "withdraw"), Death("written", "withdraw"), Death("sent", "look"),
)  # fmt: skip
OF_TICKETS = (Death("sent", "collect"), Death("written", "collect"))
OF_BUILDING = (Death("made", "page"), Death("published", "feed"))
some_changes = st.lists(changes, max_size=2)
course = st.tuples(some_changes, st.booleans(), some_changes)
without_shrinking = settings(  # which takes minutes: `make seek` finds smaller ones
    max_examples=settings.default.max_examples // 100,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def troubles_of(played) -> list:
    of_can = {"receipts": OF_TICKETS, "feed": OF_BUILDING}
    return [
        *played.faults,
        *DEATHS,
        *(one for can, some in of_can.items() if can in played.can for one in some),
    ]


@without_shrinking
@given(data=st.data())
def test_it_shows_exactly_what_it_should(data, played, stand_in, monkeypatch):
    troubles = troubles_of(played)
    order = data.draw(st.permutations(troubles))
    assume(order != troubles)  # the simplest example is tried first, and has no changes between
    each = data.draw(st.lists(course, min_size=len(troubles), max_size=len(troubles)))
    with world(played, stand_in) as of:
        for trouble, changes_there in zip(order, each, strict=True):
            take_course(of, trouble, *changes_there, monkeypatch)
            require_shown(of, excused=("REVIEW",))
        require_idle(of, monkeypatch)


def take_course(of: World, trouble, before, is_taken_back, after, monkeypatch):
    """The trouble is met by a change of its own, that may be undone, among others."""
    PartnerMall.objects.update(call_seconds=1)  # of a mall that is slow
    on_show(of)
    of.come_to_rest()
    unseen = apply(before, of)
    on_show(of)
    take_back = certain(of, trouble.call if isinstance(trouble, Death) else "upsert")
    meet(trouble, of, monkeypatch)
    if is_taken_back:
        take_back()
    unseen |= apply(after, of)
    work(of)
    rate(of, 0, "0.0053")
    of.come_to_rest()
    if unseen:
        reconcile(of.mall)
        of.come_to_rest()


def meet(trouble, of: World, monkeypatch):
    """Work while it is there. That it was met is part of the test."""
    if isinstance(trouble, Death):
        connector = type(connect(of.mall)._connector)
        is_building = trouble in OF_BUILDING
        with (
            build_dying(trouble, monkeypatch)
            if is_building
            else dying(trouble, connector, monkeypatch) as died
        ):
            work(of)
        assert died == [trouble]
        return
    of.stand.fault(trouble, TIMES, of.played.faults[trouble])
    work(of)
    if of.is_pulling:  # parts can be damaged, changes cannot
        of.stand.operate("/operator/pull/", whole=1)
    assert of.stand.state()["faults"].get(trouble, 0) < TIMES, f"{trouble} was never met"
    of.stand.fault(trouble, 0)
    if trouble == "suspended":
        of.mall.refresh_from_db()
        assert of.mall.state == PartnerMall.State.CREDENTIALS
        keys.believed_again(of.mall, actor=None)  # as KITA's test call does


@contextlib.contextmanager
def build_dying(death: Death, monkeypatch):
    """With a page's bytes made and not said to be, or with all but the manifest."""
    where = {"page": "_make", "feed": "publish"}[death.call]
    died, make = [], getattr(build, where)

    def die(*args):
        if where == "_make":
            make(*args)
        died.append(death)
        raise Killed

    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        patch.setattr(build, where, die)
        yield died


@pytest.mark.needs("feed")
def test_what_is_unchanged_is_not_written_to_the_feed_again(played, stand_in):
    with world(played, stand_in) as of:
        sequence = Feed.objects.get().sequence
        changed(of.goods[0], "text", "price", "state")
        of.come_to_rest()
        assert Feed.objects.get().sequence == sequence
