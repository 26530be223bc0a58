"""Any sequence of catalogue changes, faults and killed workers ends with the partner showing what it should."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmall.xml_text import leaves
from partners import goods as plain
from partners.connectors import connect
from partners.desired import desired, frame
from partners.models import Listing
from partners.receipts import collect
from partners.reconcile import reconcile
from partners.select import chosen
from partners.sync import sync
from tests.factories.partners import changed, ningbo_mall, partner_mall
from tests.partners.convergence import change, converge, hurry, work_until_killed, world

pytestmark = pytest.mark.django_db

PRODUCTS = 4
FAULTS = ["error", "busy", "drop", "rubbish", "lose", "limited"]
OF_RECEIPTS = [
    "error",
    "busy",
    "drop",
    "rubbish",
    "lose",
    "full",
    "mute",
    "unheard",
    "vanish",
    "late",
    "twice",
    "clock",
]
which = st.integers(0, PRODUCTS - 1)
examples = settings(max_examples=settings.default.max_examples // 4, suppress_health_check=list(HealthCheck))


def courses(faults):
    """Catalogue changes, faults of the mall, its staff, and workers that live or die, in any order."""
    course = st.one_of(
        st.tuples(st.just("text"), which, st.sampled_from(["甲款", "乙款", "丙款"])),
        st.tuples(st.just("price"), which, st.sampled_from([9000, 12000, 30000])),
        st.tuples(st.just("state"), which, st.sampled_from(["on_sale", "withdrawn"])),
        st.tuples(st.just("fault"), st.sampled_from(faults), st.integers(1, 2)),
        st.tuples(st.just("staff"), which, st.just("remove")),
        st.tuples(
            st.just("work"),
            st.just(0),
            st.sampled_from(["sync", "receipts", "killed after claim", "killed after send"]),
        ),
    )
    return st.lists(course, max_size=12)


def apply(step_, mall, sandbox, goods, monkeypatch):
    kind, who, value = step_
    if kind in ("text", "price", "state"):
        change(goods[who], kind, value)
    elif kind == "fault":
        sandbox.fault(who, value, 3000 if who == "clock" else 0.01)
    elif kind == "staff" and f"P{goods[who].pk}" in sandbox.state()["items"]:
        sandbox.operate("/operator/items/remove/", out_id=f"P{goods[who].pk}")
    elif kind == "work":
        work(value, mall, monkeypatch)


def work(how, mall, monkeypatch):
    hurry(mall)
    if how == "sync":
        sync(mall)
        return
    if how == "receipts":
        collect(mall, connect(mall))
        return
    where = "partners.sync.plan" if how == "killed after claim" else "partners.sync._record"
    work_until_killed(where, mall, monkeypatch)


@examples
@given(steps=courses(FAULTS))
def test_once_faults_stop_the_partner_shows_exactly_what_it_should(steps, sandbox, monkeypatch):
    mall, goods = world(partner_mall, sandbox, PRODUCTS)
    run(steps, FAULTS, mall, sandbox, goods, monkeypatch)
    require_convergence(mall, sandbox, goods, lambda part: part)


@examples
@given(steps=courses(OF_RECEIPTS))
def test_a_partner_that_gives_receipts_shows_exactly_what_it_should(steps, yonggou, monkeypatch):
    mall, goods = world(ningbo_mall, yonggou, PRODUCTS)
    run(steps, OF_RECEIPTS, mall, yonggou, goods, monkeypatch)
    require_convergence(mall, yonggou, goods, lambda part: [list(leaf) for leaf in leaves(part)])


def run(steps, faults, mall, sandbox, goods, monkeypatch):
    for step_ in steps:
        apply(step_, mall, sandbox, goods, monkeypatch)
    for kind in faults:
        sandbox.fault(kind, 0)


def require_convergence(mall, sandbox, goods, as_told):
    """What the mall shows is what it should be, to the byte. `as_told`: a part as its state tells it."""
    converge(mall)
    reconcile(mall)
    converge(mall)
    of, connector = frame(mall), connect(mall)
    wanted = set(chosen(mall).values_list("pk", flat=True))
    state = sandbox.state()["items"]
    for pk, product in plain.read([p.pk for p in goods]).items():
        item, listing = state.get(f"P{pk}"), Listing.objects.filter(product=pk).first()
        if pk in wanted:
            should = desired(product, of, listing.link_day)
            parts = as_told(connector.content(should.content)), as_told(connector.offer_part(should.offer))
            assert (item["content"], item["offer"]) == parts
            assert listing.is_shown
        else:
            assert item is None or item["content"] is None
    calls = sandbox.state()["calls"]
    changed(goods[0], "text", "price", "state")
    converge(mall)
    assert sandbox.state()["calls"] == calls, "an unchanged listing was sent"
