"""Changes, faults, killed workers, a mall that reads now and then: once they stop, it shows what it should."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners import goods as plain
from partners.connectors import connect
from partners.connectors.connector import Fault
from partners.desired import desired, frame
from partners.look import look_up
from partners.models import Feed, Listing
from partners.pull_feed import build
from partners.reconcile import reconcile
from partners.select import chosen
from partners.sync import sync
from tests.factories.partners import changed, shanghai_mall
from tests.partners.convergence import change, hurry, work_until_killed, world
from tests.partners.test_shanghai_mall import converge, pull

pytestmark = pytest.mark.django_db(transaction=True)

FAULTS = ("error", "busy", "drop", "rubbish", "limited", "lose", "clock", "damage", "skip", "away")
PRODUCTS = 3
which = st.integers(0, PRODUCTS - 1)
course = st.one_of(
    st.tuples(st.just("text"), which, st.sampled_from(["甲款", "乙款", "免税"])),
    st.tuples(st.just("price"), which, st.sampled_from([9000, 12000, 30000])),
    st.tuples(st.just("state"), which, st.sampled_from(["on_sale", "withdrawn"])),
    st.tuples(st.just("fault"), st.sampled_from(FAULTS), st.integers(1, 2)),
    st.tuples(st.just("staff"), which, st.sampled_from(["remove", "edit"])),
    st.tuples(
        st.just("work"),
        st.none(),
        st.sampled_from(["sync", "killed", "build", "read", "full", "look", "walk"]),
    ),
)


def apply(kind, who, value, mall, pujiang, goods, monkeypatch):
    if kind in ("text", "price", "state"):
        change(goods[who], kind, value)
    elif kind == "fault":
        pujiang.fault(who, value, 0.01)
    elif kind == "staff":
        item = pujiang.state()["items"].get(f"P{goods[who].pk}")
        if item and item["content"]:
            pujiang.operate(f"/operator/items/{value}/", out_id=f"P{goods[who].pk}", title="内部编辑")
    else:
        with contextlib.suppress(Fault):
            work(value, mall, pujiang, monkeypatch)


def work(how, mall, pujiang, monkeypatch):
    hurry(mall)
    if how == "sync":
        sync(mall)
    elif how == "build" and Feed.objects.exists():
        build.build(mall.pk)
    elif how in ("read", "full"):
        pull(pujiang, **({"whole": 1} if how == "full" else {}))
    elif how == "look":
        look_up(mall, connect(mall))
    elif how == "walk":
        reconcile(mall)
    elif how == "killed":
        work_until_killed("partners.sync._record", mall, monkeypatch)


@settings(max_examples=settings.default.max_examples // 8, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(course, max_size=12))
def test_once_faults_stop_the_mall_shows_exactly_what_it_should(steps, pujiang, monkeypatch):
    mall, goods = world(shanghai_mall, pujiang, PRODUCTS)
    for one in steps:
        apply(*one, mall, pujiang, goods, monkeypatch)
    for kind in FAULTS:
        pujiang.fault(kind, 0)
    converge(mall, pujiang)
    build.build(mall.pk)
    pull(pujiang, whole=1)
    reconcile(mall)
    converge(mall, pujiang)
    of, state = frame(mall), pujiang.state()["items"]
    wanted = set(chosen(mall).values_list("pk", flat=True))
    for pk, product in plain.read([p.pk for p in goods]).items():
        item, listing = state.get(f"P{pk}"), Listing.objects.get(product=pk)
        if pk not in wanted:
            assert item is None or item["content"] is None
        elif "免税" in product.name_zh_hans:
            assert (listing.outcome, listing.error_code) == ("refused", "FORBIDDEN_WORD")
        else:
            should = desired(product, of, listing.link_day)
            assert (item["content"], item["offer"]) == (should.content, should.offer)
            assert (listing.is_shown, listing.outcome) == (True, "ok")
    sequence = Feed.objects.get().sequence
    changed(goods[0], "text", "price", "state")
    converge(mall, pujiang)
    assert Feed.objects.get().sequence == sequence, "an unchanged listing was written again"
