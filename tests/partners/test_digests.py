"""By digests of categories and pages the few listings that differ are found without asking for all."""

import pytest

from partners import digests, reconcile, tasks
from partners.connectors import connect
from partners.connectors.igetmall import IGetMall
from partners.look import look_now, look_up
from partners.models import CategoryMap, Drift, Listing
from tests.factories.catalog import CategoryFactory, daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall(sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url)
    masks = CategoryFactory(slug="masks")
    CategoryMap.objects.create(partner=mall, category=masks, remote_code="beauty-mask")
    return mall


@pytest.fixture
def goods(mall, monkeypatch):
    """Twelve of one category, which are two pages of ten, and three of another."""
    monkeypatch.setattr(IGetMall, "most_listed", 10)
    masks = CategoryMap.objects.get(partner=mall, remote_code="beauty-mask").category
    products = [listable() for _ in range(12)]
    for _ in range(3):
        product = listable()
        changed(product, "state", category=masks)
        products.append(product)
    for product in products:
        changed(product, "state")
    converge(mall)
    return products


def calls(sandbox):
    return {name.split()[0]: count for name, count in sandbox.state()["calls"].items()}


def new_calls(sandbox, act):
    before = calls(sandbox)
    act()
    return {
        name: count - before.get(name, 0)
        for name, count in calls(sandbox).items()
        if count > before.get(name, 0)
    }


def test_a_partner_that_shows_all_as_sent_is_asked_once(sandbox, mall, goods):
    Listing.objects.update(seen_at=None, met_at=None)
    asked = new_calls(sandbox, lambda: tasks.compare_digests_of(mall.pk))
    assert asked == {"igm.items.digests": 1}
    assert not Listing.objects.filter(seen_at=None).exists()
    assert not Listing.objects.filter(met_at=None).exists(), (
        "the trickle takes those that were read longer ago"
    )


def test_of_what_differs_its_page_alone_is_read(sandbox, mall, goods):
    sandbox.operate("/operator/items/edit/", out_id=f"P{goods[0].pk}", title="员工改名")
    found = {}
    asked = new_calls(sandbox, lambda: found.update(digests.compare(mall)))
    assert asked == {"igm.items.digests": 2, "igm.items.list": 1}
    assert (found["different"], found["agreed"]) == (1, 5)
    assert Drift.objects.get().listing.product == goods[0]
    converge(mall)
    assert digests.compare(mall) == {"agreed": 15}
    assert Drift.objects.get().mended_at


def test_what_is_missing_there_is_asked_for_by_name(sandbox, mall, goods):
    sandbox.operate("/operator/items/remove/", out_id=f"P{goods[-1].pk}")
    digests.compare(mall)
    converge(mall)
    assert sandbox.state()["items"][f"P{goods[-1].pk}"]["state"] == "shown"


def test_what_is_none_of_ours_leaves_the_partners_pages(sandbox, mall, goods):
    gone = f"P{goods[3].pk}"
    goods[3].delete()
    digests.compare(mall)
    assert sandbox.state()["items"][gone]["state"] == "withdrawn"


def test_it_finds_what_the_daily_pass_finds(sandbox, mall, goods):
    """Edited, removed, unknown to us, shown though withdrawn: after either nothing differs for the other."""
    sandbox.operate("/operator/items/edit/", out_id=f"P{goods[5].pk}", title="员工改名")
    sandbox.operate("/operator/items/remove/", out_id=f"P{goods[6].pk}")
    Listing.objects.filter(product=goods[7]).update(
        is_shown=False, confirmed_hash="", confirmed_offer_hash=""
    )
    digests.compare(mall)
    converge(mall)
    reconcile.reconcile(mall)
    assert not Drift.objects.filter(mended_at=None).exists()
    assert digests.compare(mall) == {"agreed": 15}


def test_something_newer_on_its_way_does_not_count_as_seen(sandbox, mall, goods):
    row = Listing.objects.filter(product=goods[0])
    row.update(seen_at=None, accepted_at="2100-01-01T00:00Z")
    digests.compare(mall)
    assert row.get().seen_at is None


def test_what_a_look_found_meanwhile_stays_open(sandbox, mall, goods, monkeypatch):
    """Between the mall's answer and what we write of it the staff edits one, and a look sees that."""
    of_mall, row = IGetMall.digests, Listing.objects.filter(product=goods[0])

    def edited_since(self, category):
        answer = of_mall(self, category)
        sandbox.operate("/operator/items/edit/", out_id=f"P{goods[0].pk}", title="员工改名")
        look_now(row)
        look_up(mall, connect(mall))
        return answer

    monkeypatch.setattr(IGetMall, "digests", edited_since)
    tasks.compare_digests_of(mall.pk)
    drift = Drift.objects.get()
    assert (drift.finding, drift.mended_at) == ("different", None)
    monkeypatch.undo()
    converge(mall)
    drift.refresh_from_db()
    assert drift.mended_at


def test_what_was_open_before_it_was_asked_is_mended_where_all_agrees(sandbox, mall, goods):
    drift = Drift.objects.create(
        partner=mall, listing=Listing.objects.get(product=goods[0]), out_id="P1", finding="missing"
    )
    digests.compare(mall)
    drift.refresh_from_db()
    assert drift.mended_at


def test_a_partner_that_gives_none_is_left_to_the_daily_pass(mall, monkeypatch):
    monkeypatch.delattr(IGetMall, "digests")
    assert digests.compare(mall) == {}
