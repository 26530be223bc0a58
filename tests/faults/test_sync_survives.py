"""A real worker and a real mall, killed and stopped in the middle of their work."""

import json
import time

import pytest

from partners import tasks
from partners.models import Listing
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.partners.mall import Sandbox

PATIENCE = 60


@pytest.fixture
def mall(transactional_db, tmp_path):
    sandbox = Sandbox(tmp_path / "mall").start()
    daily_terms()
    sandbox.partner = partner_mall(sandbox.url)
    yield sandbox
    sandbox.stop()


def until(holds, *, beat=True):
    """Wait until something holds, with the sweep that beat would send."""
    give_up_at = time.monotonic() + PATIENCE
    while not (answer := holds()):
        assert time.monotonic() < give_up_at, "it did not happen"
        if beat:
            tasks.sweep.delay()
        time.sleep(0.3)
    return answer


def shown(mall):
    return sorted(out_id for out_id, item in mall.state()["items"].items() if item["state"] == "shown")


def test_an_approved_change_is_on_the_partners_page_without_any_sweep(mall, worker):
    product = listable()
    changed(product, "state")
    until(lambda: shown(mall) == [f"P{product.pk}"], beat=False)
    changed(product, "text", name_zh_hans="改名 精华液")
    until(lambda: "改名 精华液" in json.dumps(mall.state(), ensure_ascii=False), beat=False)


def test_a_worker_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(mall, worker):
    products = [listable() for _ in range(120)]
    mall.fault("slow", 100, 1)
    for product in products:
        changed(product, "state")
    until(lambda: mall.state()["calls"].get("igm.items.upsert OK", 0) > 0)
    worker.kill()
    on_the_way = Listing.objects.filter(lease__isnull=False)
    assert on_the_way.exists(), "it was killed with a batch in its hands"
    mall.fault("slow", 0)
    on_the_way.update(leased_until="2020-01-01T00:00Z")  # the half minute of the lease goes by
    worker.start()
    until(lambda: shown(mall) == sorted(f"P{product.pk}" for product in products))
    until(lambda: not Listing.objects.filter(seen_at=None).exists())
    held = {f"P{row.product_id}": row.confirmed_version for row in Listing.objects.all()}
    assert {out_id: item["content_version"] for out_id, item in mall.state()["items"].items()} == held


def test_a_mall_that_is_down_for_a_while_is_caught_up_with(mall, worker):
    product = listable()
    changed(product, "state")
    until(lambda: shown(mall))
    mall.stop()
    changed(product, "text", name_zh_hans="停机期间 精华液")
    until(lambda: Listing.objects.filter(outcome="failed").exists())
    mall.start()
    until(lambda: "停机期间 精华液" in json.dumps(mall.state(), ensure_ascii=False))
    until(lambda: Listing.objects.filter(outcome="ok", is_shown=True, due_full=False).exists())
