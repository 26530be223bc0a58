"""Any sequence of catalogue changes, faults and killed workers ends with the partner showing what it should.

Each trouble is met for sure, among changes as they come.
"""

from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kmall.xml_text import leaves
from partners import keys
from partners.connectors.igetmall import IGetMall
from partners.connectors.ningbo import Ningbo
from partners.models import PartnerMall
from partners.reconcile import reconcile
from tests.factories.partners import ningbo_mall, partner_mall
from tests.partners.at_rest import require_idle, require_shown
from tests.partners.courses import World, apply, certain, changes, come_to_rest, on_show, rate, work, world
from tests.partners.deaths import Death, dying

pytestmark = pytest.mark.django_db

FAULTS = ("error", "busy", "drop", "rubbish", "lose", "limited", "half", "skew", "slow", "suspended")
OF_RECEIPTS = (
    "error", "busy", "drop", "rubbish", "lose", "full", "mute", "unheard", "vanish", "late", "twice", "clock",
    "half", "slow", "suspended",
)  # fmt: skip
SECONDS = {"skew": 3000, "clock": 3000, "slow": 1.3, "limited": 1, "full": 1}
TIMES = 2  # calls that a fault happens to
# Each point, each call; all of both, by SIGKILL, are in tests/faults.
DEATHS = (
    Death("claimed", "any"), Death("prepared", "upsert"), Death("sent", "upsert"), Death("answered", "offer"),
    Death("written", "offer"), Death("sent", "withdraw"), Death("written", "withdraw"), Death("sent", "look"),
)  # fmt: skip
OF_TICKETS = (Death("sent", "collect"), Death("written", "collect"))
some_changes = st.lists(changes, max_size=2)
course = st.tuples(some_changes, st.booleans(), some_changes)
without_shrinking = settings(  # which takes minutes: `make seek` finds smaller ones
    max_examples=settings.default.max_examples // 40,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def courses(*troubles):
    """All of the troubles in any order, each with changes before and after, and whether its own is undone."""
    each = st.lists(course, min_size=len(troubles), max_size=len(troubles))
    return st.tuples(st.permutations(troubles), each).map(lambda both: list(zip(*both, strict=True)))


@without_shrinking
@given(met=courses(*FAULTS, *DEATHS))
def test_igetmall_shows_exactly_what_it_should(met, sandbox, monkeypatch):
    with world(partner_mall, sandbox) as of:
        for trouble, changes_there in met:
            take_course(of, partial(meet, trouble, of, IGetMall, monkeypatch), trouble, *changes_there)
            require_shown(of, partial(come_to_rest, of.mall), excused=("REVIEW",))
        require_idle(of, partial(come_to_rest, of.mall), monkeypatch)


@without_shrinking
@given(met=courses(*OF_RECEIPTS, *DEATHS, *OF_TICKETS))
def test_ningbo_shows_exactly_what_it_should(met, yonggou, monkeypatch):
    with world(ningbo_mall, yonggou) as of:
        for trouble, changes_there in met:
            take_course(of, partial(meet, trouble, of, Ningbo, monkeypatch), trouble, *changes_there)
            require_shown(of, partial(come_to_rest, of.mall), as_told=in_leaves, excused=("REVIEW",))
        require_idle(of, partial(come_to_rest, of.mall), monkeypatch)


def in_leaves(part):
    """A part of XML as the stand-in's state tells it."""
    return [list(leaf) for leaf in leaves(part)]


def take_course(of: World, meet, trouble, before, is_taken_back, after):
    """The trouble is met by a change of its own, that may be undone, among others."""
    PartnerMall.objects.update(call_seconds=1)  # of a mall that is slow
    on_show(of)
    come_to_rest(of.mall)
    unseen = apply(before, of)
    on_show(of)
    take_back = certain(of, trouble.call if isinstance(trouble, Death) else "upsert")
    meet()
    if is_taken_back:
        take_back()
    unseen |= apply(after, of)
    work(of)
    rate(of, 0, "0.0053")
    come_to_rest(of.mall)
    if unseen:
        reconcile(of.mall)
        come_to_rest(of.mall)


def meet(trouble, of: World, connector: type, monkeypatch):
    """Work while it is there. That it was met is part of the test."""
    if isinstance(trouble, Death):
        with dying(trouble, connector, monkeypatch) as died:
            work(of)
        assert died == [trouble]
        return
    of.stand.fault(trouble, TIMES, SECONDS.get(trouble, 0))
    work(of)
    assert of.stand.state()["faults"].get(trouble, 0) < TIMES, f"{trouble} was never met"
    of.stand.fault(trouble, 0)
    if trouble == "suspended":
        of.mall.refresh_from_db()
        assert of.mall.state == PartnerMall.State.CREDENTIALS
        keys.believed_again(of.mall)  # as KITA's test call does
