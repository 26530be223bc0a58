"""A process killed with SIGKILL at each point between claim, send, answer and commit: nothing lost, nothing doubled."""

import datetime
import itertools
import signal

import pytest
from django.utils import timezone

from catalog.models import Sku
from partners import goods as plain
from partners.connectors import connect
from partners.desired import desired, frame
from partners.models import Call, Listing, Receipt
from partners.pull_feed import build
from partners.sync import sync
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, ningbo_mall, partner_mall, shanghai_mall
from tests.forked import Forked
from tests.partners import killed
from tests.partners.at_rest import version
from tests.partners.convergence import converge, hurry
from tests.partners.feed_reader import Reader

pytestmark = pytest.mark.django_db(transaction=True)
CHANGED = ("upsert", "offer", "withdraw")  # what is to be sent of the goods, in their order


@pytest.fixture
def goods(sandbox):
    """One product that is new to the mall, one that is there and costs less now, one that is to leave."""
    daily_terms()
    sandbox.partner = partner_mall(sandbox.url)
    new, cheaper, leaving = listable(), listable(), listable()
    for product in (cheaper, leaving):
        changed(product, "state")
    Listing.objects.filter(product=new).delete()
    converge(sandbox.partner)
    changed(new, "state")
    Sku.objects.filter(product=cheaper).update(price_krw=9000)
    changed(cheaper, "price")
    changed(leaving, "state", state="withdrawn")
    return [new, cheaper, leaving]


def work_until_killed(point, call, partner):
    """Work in a process of its own, which dies at the point of the call."""
    hurry(partner)
    assert Forked(killed.work, point, call, partner.pk).start().wait() == -signal.SIGKILL


def as_it_should_be(partner, goods):
    """State and parts of each item by its number, of what is wanted and of what was there."""
    new, cheaper, leaving = goods
    found, of = plain.read([new.pk, cheaper.pk]), frame(partner)
    days = dict(Listing.objects.values_list("product_id", "link_day"))
    wanted = {pk: desired(product, of, days[pk]) for pk, product in found.items()}
    items = {f"P{pk}": ("shown", state.content, state.offer) for pk, state in wanted.items()}
    return items | {f"P{leaving.pk}": ("withdrawn",)}


def shown(sandbox):
    return {
        out_id: ("shown", item["content"], item["offer"]) if item["state"] == "shown" else (item["state"],)
        for out_id, item in sandbox.state()["items"].items()
    }


def ahead(sandbox):
    """Products of which the mall holds more than we know."""
    items = sandbox.state()["items"]
    return [
        row.product_id
        for row in Listing.objects.filter(partner=sandbox.partner)
        if (item := items.get(f"P{row.product_id}")) and version(item) > row.confirmed_version
    ]


@pytest.mark.parametrize(
    ("point", "call"),
    [
        ("claimed", "any"),
        ("prepared", "upsert"),
        *itertools.product(["sent", "answered", "written"], ["withdraw", "offer", "upsert"]),
        *itertools.product(["answered", "written"], ["look"]),
    ],
)
def test_nothing_is_lost_and_nothing_doubled(sandbox, goods, point, call):
    partner = sandbox.partner
    work_until_killed(point, call, partner)
    assert Listing.objects.filter(due_full=True).exists() or Listing.objects.exclude(look_at=None).exists()
    if call in CHANGED and point in ("sent", "answered", "written"):
        [pk] = ahead(sandbox)  # the mall holds what no row of ours says
        assert pk == goods[CHANGED.index(call)].pk
    converge(partner)
    assert shown(sandbox) == as_it_should_be(partner, goods)
    held = {f"P{row.product_id}": row.confirmed_version for row in Listing.objects.filter(is_shown=True)}
    versions = {out_id: item["offer_version"] for out_id, item in sandbox.state()["items"].items()}
    assert {out_id: versions[out_id] for out_id in held} == held


@pytest.mark.parametrize("point", ["sent", "answered"])
def test_a_change_taken_back_before_anybody_knew_is_taken_back_there(sandbox, goods, point):
    """What is wanted is what was confirmed last, and yet not what the mall has."""
    new, cheaper, leaving = goods
    before = Sku.objects.get(product=leaving).price_krw
    work_until_killed(point, "upsert", sandbox.partner)
    changed(new, "state", state="withdrawn")
    Sku.objects.filter(product=cheaper).update(price_krw=before)
    changed(cheaper, "price")
    changed(leaving, "state", state="on_sale")
    converge(sandbox.partner)
    wanted = as_it_should_be(sandbox.partner, [leaving, cheaper, new])
    assert shown(sandbox) == wanted or shown(sandbox) | {f"P{new.pk}": ("withdrawn",)} == wanted


def test_what_was_refused_and_mended_is_sent_although_a_worker_died_before(sandbox, goods):
    """The refusal was of another text, though the mended one was noted already."""
    converge(sandbox.partner)
    product = goods[1]
    changed(product, "text", name_zh_hans="全网最低 精华液")
    converge(sandbox.partner)
    assert Listing.objects.get(product=product).outcome == "refused"
    changed(product, "text", name_zh_hans="好价 精华液")
    work_until_killed("prepared", "upsert", sandbox.partner)
    converge(sandbox.partner)
    assert sandbox.state()["items"][f"P{product.pk}"]["content"]["title"] == "好价 精华液"


@pytest.mark.parametrize("point", ["claimed", "sent"])
def test_a_day_that_turns_meanwhile_changes_nothing(sandbox, goods, point, monkeypatch):
    """Links carry a day and prices are the day's: what was noted before midnight is sent as it was noted."""
    partner, today = sandbox.partner, timezone.localdate
    work_until_killed(point, "upsert", partner)
    noted = dict(Listing.objects.exclude(link_day=None).values_list("pk", "link_day"))
    tomorrow = datetime.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: today(*args, **kwargs) + tomorrow)
    converge(partner)
    assert shown(sandbox) == as_it_should_be(partner, goods)
    assert noted.items() <= dict(Listing.objects.values_list("pk", "link_day")).items()


def test_afterwards_an_unchanged_listing_costs_no_call(sandbox, goods):
    work_until_killed("answered", "upsert", sandbox.partner)
    converge(sandbox.partner)
    calls = Call.objects.count()
    changed(goods[0], "text")
    sync(sandbox.partner)
    assert Call.objects.count() == calls
    assert connect(sandbox.partner).look([f"P{goods[0].pk}"])[0].state == "shown"


@pytest.mark.parametrize("point", ["sent", "answered", "written"])
def test_calls_that_go_out_ahead_of_what_is_written_down(sandbox, point):
    """On a line that is spread a thread sends the next while answers wait to be written."""
    daily_terms()
    sandbox.partner = partner_mall(sandbox.url, batch_size=1)
    goods = [listable() for _ in range(8)]
    for product in goods:
        changed(product, "state")
    work_until_killed(point, "upsert:4", sandbox.partner)
    assert 0 < len(ahead(sandbox)) < len(sandbox.state()["items"]) < len(goods)
    converge(sandbox.partner)
    require_all_shown(sandbox, goods)


@pytest.mark.parametrize("point", ["prepared", "sent", "answered", "written"])
def test_receipts_are_asked_for_again(stands, point):
    daily_terms()
    yonggou = stands("ningbo")
    yonggou.partner = ningbo_mall(yonggou.url)
    goods = [listable() for _ in range(2)]
    for product in goods:
        changed(product, "state")
    work_until_killed(point, "collect", yonggou.partner)
    assert set(Receipt.objects.values_list("listing__product", flat=True)) == {one.pk for one in goods}
    messages = yonggou.state()["messages"]
    converge(yonggou.partner)
    require_all_shown(yonggou, goods)
    assert yonggou.state()["messages"] == messages, "what was taken in was sent again"


@pytest.mark.parametrize("point", ["page made", "pages made"])
def test_a_feed_half_built_is_whole_when_it_is_built_again(client, point):
    daily_terms()
    mall = shanghai_mall()
    goods = [listable() for _ in range(2)]
    for product in goods:
        changed(product, "state")
    sync(mall)
    build.build(mall.pk)
    reader = Reader(client)
    reader.delta()
    changed(goods[0], "text", name_zh_hans="改名 精华液")
    work_until_killed(point, "build", mall)
    assert build.due_feeds() == [mall.pk]
    build.build(mall.pk)
    reader.delta()
    titles = {row["content"]["title"] for row in reader.items.values()}
    assert titles == {"改名 精华液", goods[1].name_zh_hans}
    whole = Reader(client)
    whole.full()
    assert whole.items == reader.items


def require_all_shown(stand, goods):
    """Each once, under the version that we know of."""
    held = dict(Listing.objects.filter(is_shown=True).values_list("product_id", "confirmed_version"))
    assert set(held) == {product.pk for product in goods}
    items = {out_id: version(item) for out_id, item in stand.state()["items"].items()}
    assert items == {f"P{pk}": number for pk, number in held.items()}
