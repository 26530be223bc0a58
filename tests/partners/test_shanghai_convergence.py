"""Changes, faults, killed workers, a mall that reads now and then: once they stop, it shows what it should."""

import contextlib
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Product
from partners import keys, look
from partners.connectors import connect
from partners.connectors.shanghai import Shanghai
from partners.models import Feed, PartnerMall
from partners.pull_feed import build
from partners.reconcile import reconcile
from partners.sync import sync
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, shanghai_mall
from tests.partners.at_rest import require_idle, require_shown
from tests.partners.convergence import hurry
from tests.partners.courses import LEAST, World, apply, certain, changes, on_show, rate
from tests.partners.deaths import Death, Killed, dying
from tests.partners.test_convergence import without_shrinking
from tests.partners.test_shanghai_mall import converge, pull

pytestmark = pytest.mark.django_db(transaction=True)

FAULTS = (
    "error", "busy", "drop", "rubbish", "limited", "skew", "suspended",  # when we ask what it shows
    "lose", "review", "skip", "damage", "clock", "away",  # when it reads
)  # fmt: skip
OF_BUILDING = ("_make", "publish")
DEATHS = (
    Death("claimed", "any"), Death("prepared", "upsert"), Death("sent", "upsert"), Death("answered", "offer"),
    Death("written", "withdraw"), Death("sent", "look"), Death("written", "look"),
)  # fmt: skip
TROUBLES = [*FAULTS, *OF_BUILDING, *DEATHS]
SECONDS = {"skew": 3000, "limited": 1}
TIMES = 2


@without_shrinking
@given(
    order=st.permutations(TROUBLES),
    rounds=st.lists(st.lists(changes, max_size=2), min_size=len(TROUBLES), max_size=len(TROUBLES)),
)
def test_once_troubles_stop_the_mall_shows_exactly_what_it_should(order, rounds, pujiang, monkeypatch):
    of, unseen = world(pujiang), False
    for trouble, some in zip(order, rounds, strict=True):
        on_show(of)
        converge(of.mall, pujiang)
        unseen |= apply(some, of)
        on_show(of)
        certain(of, trouble.call if isinstance(trouble, Death) else "upsert")
        meet(trouble, of, monkeypatch)
    rate(of, 0, "0.0053")
    come_to_rest = partial(converge, of.mall, pujiang)
    come_to_rest()
    if unseen:
        reconcile(of.mall)
        come_to_rest()
    require_shown(of, come_to_rest, excused=("REVIEW",))
    require_idle(of, come_to_rest, monkeypatch)
    sequence = Feed.objects.get().sequence
    changed(of.goods[0], "text", "price", "state")
    come_to_rest()
    assert Feed.objects.get().sequence == sequence, "an unchanged listing was written again"


def world(pujiang) -> World:
    """The mall and its products; what an example left behind is a start like any other."""
    mall = PartnerMall.objects.first()
    if mall is None:
        daily_terms()
        mall = shanghai_mall(pujiang.url)
        for _ in range(LEAST):
            changed(listable(), "state")
    goods = list(Product.objects.order_by("pk"))
    return World(mall, pujiang, goods, set(pujiang.state()["items"]) - {f"P{one.pk}" for one in goods})


def meet(trouble, of: World, monkeypatch):
    """Work while it is there. That it was met is part of the test."""
    if isinstance(trouble, Death):
        with dying(trouble, Shanghai, monkeypatch) as died:
            work(of)
        assert died == [trouble]
    elif trouble in OF_BUILDING:
        with build_dying(trouble, monkeypatch) as died:
            work(of)
        assert died == [trouble]
    else:
        of.stand.fault(trouble, TIMES, SECONDS.get(trouble, 0))
        work(of)
        pull(of.stand, whole=1)  # parts can be damaged, changes cannot
        assert of.stand.state()["faults"].get(trouble, 0) < TIMES, f"{trouble} was never met"
        of.stand.fault(trouble, 0)
    of.mall.refresh_from_db()
    if trouble == "suspended":
        assert of.mall.state == PartnerMall.State.CREDENTIALS
        keys.believed_again(of.mall)  # as KITA's test call does


def work(of: World) -> None:
    """We write and build, the mall reads, and again, which says what it keeps; we ask what it shows."""
    mall = of.mall
    hurry(mall)
    sync(mall)
    if Feed.objects.exists():
        build.build(mall.pk)
    for _ in range(2):
        pull(of.stand)
    hurry(mall)
    look.look_up(mall, connect(mall))


@contextlib.contextmanager
def build_dying(where: str, monkeypatch):
    """With a page's bytes made and not said to be, or with all but the manifest."""
    died, make = [], getattr(build, where)

    def die(*args):
        if where == "_make":
            make(*args)
        died.append(where)
        raise Killed

    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        patch.setattr(build, where, die)
        yield died
