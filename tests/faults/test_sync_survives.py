"""A real worker and a real mall, killed and stopped in the middle of their work."""

import json
import subprocess
import time
from collections import Counter
from contextlib import closing, contextmanager

import psycopg2
import pytest
import redis
from django.conf import settings
from django.db import connection

from kmall.embedded import ports
from kmall.embedded.postgres import Postgres, program
from partners import tasks
from partners.models import Listing, PartnerMall
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.forked import database_url
from tests.servers import FOLDER

PATIENCE = 180  # seconds; of a machine that does much else


@pytest.fixture
def mall(transactional_db, sandbox):
    daily_terms()
    sandbox.partner = partner_mall(sandbox.url)
    return sandbox


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
    mall.fault("slow", 100, 2)
    for product in products:
        changed(product, "state")
    on_the_way = Listing.objects.filter(lease__isnull=False)
    # what is leased after the first batch was recorded is in a call that lasts for two seconds
    until(lambda: Listing.objects.filter(confirmed_version__gt=0).exists() and on_the_way.exists())
    worker.kill()
    assert on_the_way.exists(), "it was killed with a batch in its hands"
    mall.fault("slow", 0)
    on_the_way.update(leased_until="2020-01-01T00:00Z")  # the half minute of the lease goes by
    worker.start()
    until(lambda: shown(mall) == sorted(f"P{product.pk}" for product in products))
    until(lambda: not Listing.objects.filter(seen_at=None).exists())
    held = {f"P{row.product_id}": row.confirmed_version for row in Listing.objects.all()}
    assert {out_id: item["content_version"] for out_id, item in mall.state()["items"].items()} == held


def test_a_mall_that_dies_with_a_call_in_its_hands_is_caught_up_with(mall, worker):
    product, *others = [listable() for _ in range(60)]
    for each in (product, *others):
        changed(each, "state")
    until(lambda: len(shown(mall)) == 60)
    mall.fault("slow", 100, 2)
    for each in (product, *others):
        changed(each, "text", name_zh_hans="停机之前 精华液")
    until(Listing.objects.filter(lease__isnull=False).exists)
    mall.stop()
    changed(product, "text", name_zh_hans="停机期间 精华液")
    until(Listing.objects.filter(outcome__in=["failed", "unknown"]).exists)
    mall.start()
    mall.fault("slow", 0)
    until(lambda: titles(mall) == {"停机期间 精华液": 1, "停机之前 精华液": 59})
    until(lambda: not Listing.objects.exclude(outcome="ok", is_shown=True, due_full=False).exists())


def titles(mall):
    return Counter(item["content"]["title"] for item in mall.state()["items"].values())


def test_a_redis_that_was_emptied_holds_nothing_up(mall, worker):
    products = [listable() for _ in range(60)]
    for product in products:
        changed(product, "state")
    until(lambda: mall.state()["calls"].get("igm.items.upsert OK", 0) > 0, beat=False)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()  # queues, buckets, holds, all of it
    changed(products[0], "text", name_zh_hans="清空之后 精华液")
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    until(lambda: shown(mall) == sorted(f"P{product.pk}" for product in products))
    until(lambda: "清空之后 精华液" in json.dumps(mall.state(), ensure_ascii=False))


def test_a_database_that_was_away_is_found_again_by_the_same_worker(mall, worker):
    product = listable()
    changed(product, "state")
    until(lambda: shown(mall))
    with database_away():
        tasks.sweep.delay()
        time.sleep(1.5)
    changed(product, "text", name_zh_hans="重启之后 精华液")
    until(lambda: "重启之后 精华液" in json.dumps(mall.state(), ensure_ascii=False))
    assert worker.is_alive


@contextmanager
def database_away():
    """As while PostgreSQL restarts: every connection of others is cut, none is let in. Ours stays, to undo it."""
    name = connection.settings_dict["NAME"]
    with closing(psycopg2.connect(database_url().replace(f"/{name}", "/postgres"))) as door:
        door.autocommit = True
        cursor = door.cursor()
        cursor.execute(f'alter database "{name}" allow_connections false')
        try:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> %s",
                [name, connection.connection.info.backend_pid],
            )
            with pytest.raises(psycopg2.OperationalError):
                psycopg2.connect(database_url())
            yield
        finally:
            cursor.execute(f'alter database "{name}" allow_connections true')


@pytest.fixture
def own_database(transactional_db, tmp_path_factory):
    """A PostgreSQL of this test's own, with the tables of the run's: it can be killed. All in here use it."""
    server = Postgres(tmp_path_factory.mktemp("own"), ports.choose(0), log=FOLDER / "own-postgres.log")
    server.prepare()
    start(server)
    server.make_database("kmall")
    dump = [program("pg_dump"), "--no-owner", database_url()]
    tables = subprocess.run(dump, capture_output=True, check=True).stdout
    subprocess.run(
        [program("psql"), "-q", server.url("kmall")], input=tables, capture_output=True, check=True
    )
    usual = dict(connection.settings_dict)
    connection.close()
    own = {"NAME": "kmall", "PORT": server.port, "PASSWORD": server.secret.read_text()}
    connection.settings_dict.update(own)
    yield server
    connection.close()
    connection.settings_dict.update(usual)
    server.stop()


def start(server):
    server.start()
    until(server.is_ready, beat=False)


def test_a_database_that_dies_with_a_call_under_way_is_found_again_as_it_was(own_database, mall, worker):
    """It loses power, and recovers what was committed; what was on its way there is not known any more."""
    PartnerMall.objects.update(batch_size=10)  # so that many calls are to be made, whenever the first is
    goods = [listable() for _ in range(60)]
    mall.fault("slow", 100, 2)
    for product in goods:
        changed(product, "state")
    begun = mall.state()["faults"]["slow"]
    until(lambda: mall.state()["faults"]["slow"] < begun)  # one more is there, and stays for two seconds
    known = Listing.objects.filter(confirmed_version__gt=0).count()
    connection.close()
    own_database.kill_group(own_database.popen)
    own_database.popen.wait()
    until(
        lambda: len(mall.state()["items"]) > known, beat=False
    )  # it goes through, and nobody writes it down
    mall.fault("slow", 0)
    start(own_database)
    Listing.objects.filter(lease__isnull=False).update(leased_until="2020-01-01T00:00Z")
    until(lambda: shown(mall) == sorted(f"P{product.pk}" for product in goods))
    until(lambda: not Listing.objects.exclude(outcome="ok", is_shown=True, due_full=False).exists())
    assert worker.is_alive
