"""Yonggou's digests of categories and pages: asked once where all agrees, read only where something differs."""

import pytest

from partners import digests, tasks
from partners.models import CategoryMap, Drift, Listing
from tests.factories.catalog import CategoryFactory
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(ningbo):
    """Three of skin care and one of masks."""
    masks = CategoryFactory(slug="masks")
    CategoryMap.objects.create(partner=ningbo, category=masks, remote_code="0102")
    products = [listable() for _ in range(4)]
    changed(products[3], "state", category=masks)
    for product in products[:3]:
        changed(product, "state")
    converge(ningbo)
    return products


def new_calls(yonggou, act):
    before = yonggou.state()["calls"]
    act()
    now = yonggou.state()["calls"]
    return {
        name.split()[0]: count - before.get(name, 0)
        for name, count in now.items()
        if count > before.get(name, 0)
    }


def test_a_mall_that_shows_all_as_sent_is_asked_once(yonggou, ningbo, goods):
    Listing.objects.update(seen_at=None)
    assert new_calls(yonggou, lambda: tasks.compare_digests_of(ningbo.pk)) == {"DIGEST_LIST": 1}
    assert not Listing.objects.filter(seen_at=None).exists()


def test_of_what_differs_its_page_alone_is_read_and_mended(yonggou, ningbo, goods):
    yonggou.operate("/operator/items/edit/", out_id=f"P{goods[0].pk}", title="员工改名")
    found = {}
    asked = new_calls(yonggou, lambda: found.update(digests.compare(ningbo)))
    assert asked == {"DIGEST_LIST": 2, "GOODS_LIST": 1}
    assert (found["different"], found["agreed"]) == (1, 1)
    assert Drift.objects.get().listing.product == goods[0]
    converge(ningbo)
    assert digests.compare(ningbo) == {"agreed": 4}


def test_what_the_staff_took_off_comes_back(yonggou, ningbo, goods):
    yonggou.operate("/operator/items/remove/", out_id=f"P{goods[3].pk}")
    digests.compare(ningbo)
    converge(ningbo)
    assert yonggou.state()["items"][f"P{goods[3].pk}"]["state"] == "shown"
