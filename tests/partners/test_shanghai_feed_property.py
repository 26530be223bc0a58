"""Whatever happens to the feed: all of it, the replay of its changes, and what should be there are the same."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.connectors.connector import Item
from partners.models import Feed, FeedItem, FeedPage, FeedPart, PartnerMall
from partners.pull_feed import build, shelves, write
from tests.factories.partners import shanghai_mall
from tests.partners.feed_reader import Reader

pytestmark = pytest.mark.django_db

which = st.integers(1, 7)
act = st.one_of(
    st.tuples(st.just("upsert"), st.lists(which, min_size=1, unique=True), st.sampled_from("ab")),
    st.tuples(st.just("offer"), st.lists(which, min_size=1, unique=True), st.integers(0, 3)),
    st.tuples(st.just("withdraw"), st.lists(which, min_size=1, unique=True), st.none()),
    st.tuples(st.just("late"), st.lists(which, min_size=1, unique=True), st.just("b")),
    st.tuples(st.just("build"), st.none(), st.none()),
    st.tuples(st.just("half"), st.none(), st.none()),
    st.tuples(st.just("prune"), st.none(), st.none()),
    st.tuples(st.just("read"), st.none(), st.none()),
)


class World:
    """The feed, what should be in it, and a mall that has been reading it all along."""

    def __init__(self, client):
        self.mall, self.wanted, self.version = PartnerMall.objects.first() or shanghai_mall(), {}, 0
        Feed.objects.all().delete()
        self.along = Reader(client)

    def item(self, number, *, content=None, offer=None, version=None):
        version = self.version if version is None else version
        return Item(f"P{number}", version, f"{number}:{self.version}", content, offer)

    def do(self, kind, numbers, value):
        self.version += 1
        getattr(self, kind)(numbers, value)

    def upsert(self, numbers, category):
        content, offer = {"category": category, "title": f"v{self.version}"}, {"skus": [self.version]}
        write.upsert(self.mall.pk, [self.item(n, content=content, offer=offer) for n in numbers])
        self.wanted |= {f"P{n}": (content, offer) for n in numbers}

    def offer(self, numbers, stock):
        write.offer(self.mall.pk, [self.item(n, offer={"skus": [stock]}) for n in numbers])
        for name in {f"P{n}" for n in numbers} & self.wanted.keys():
            self.wanted[name] = (self.wanted[name][0], {"skus": [stock]})

    def withdraw(self, numbers, _):
        write.withdraw(self.mall.pk, [self.item(n) for n in numbers])
        for n in numbers:
            self.wanted.pop(f"P{n}", None)

    def late(self, numbers, category):
        """A worker that was held up sends an old state: it must not come through."""
        known = set(FeedItem.objects.values_list("out_id", flat=True))
        old = [self.item(n, content={"category": category}, offer={}, version=0) for n in numbers]
        write.upsert(self.mall.pk, [one for one in old if one.out_id in known])

    def build(self, *_):
        if Feed.objects.exists():
            build.build(self.mall.pk)

    def half(self, *_):
        """A builder that dies after its first page, before the manifest."""
        for page in FeedPage.objects.exclude(due_from=None)[:1]:
            build._make(page)

    def prune(self, *_):
        past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        FeedItem.objects.filter(removed_at__isnull=False).update(removed_at=past)
        FeedPart.objects.filter(dropped_at__isnull=False).update(dropped_at=past)
        build.prune_all()

    def read(self, *_):
        if not self.along.delta():
            self.along.full()


@settings(max_examples=settings.default.max_examples // 4, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(act, max_size=15))
def test_full_feed_replay_and_what_should_be_there_are_the_same(acts, client, monkeypatch):
    monkeypatch.setattr(shelves, "PAGE_ITEMS", 2)
    world = World(client)
    for one in acts:
        world.do(*one)
    fresh, replay = Reader(client), Reader(client)
    fresh.full()
    assert fresh.delta(), "what changed after a manifest is always known one by one"
    world.read()
    world.along.delta()
    assert fresh.shown() == world.wanted
    assert world.along.shown() == world.wanted
    if replay.delta():
        assert replay.shown() == world.wanted
    build.build(world.mall.pk)
    whole = Reader(client)
    assert (whole.full()["items"], whole.shown()) == (len(world.wanted), world.wanted)
