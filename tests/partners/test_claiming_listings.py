"""A worker takes due listings in portions: cheap however many are due, and not alone where many are."""

from contextlib import ExitStack

import pytest
from django.db import connection
from django.utils import timezone

from partners.claim import claim
from partners.connectors import connect
from partners.models import Listing, PartnerMall
from partners.sync import due_partners, step
from partners.turns import turn
from tests.factories.catalog import ProductFactory
from tests.factories.partners import changed, listable

pytestmark = pytest.mark.django_db
READ = """
    select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'partners_listing'"""


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.fixture
def due(mall):
    """Four hundred rows that are due."""
    now, one = timezone.now(), ProductFactory()
    products = ProductFactory.create_batch(400, seller=one.seller, category=one.category, hs=one.hs)
    rows = [Listing(partner=mall, product=product, next_try_at=now, due_since=now) for product in products]
    Listing.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("analyze partners_listing")
    return mall


@pytest.mark.parametrize("lane", ["full", "stock"])
def test_a_claim_reads_what_it_takes_and_not_all_that_is_due(due, lane):
    Listing.objects.update(due_full=lane == "full", due_stock=lane == "stock")
    before = ask(READ)
    claimed = claim(due, quick=lane == "stock", size=10)
    assert len(claimed.rows) == 10
    assert ask(READ) - before < 100


def test_a_sweep_finds_the_last_that_is_due_without_reading_all(due):
    Listing.objects.update(due_full=False)
    last = Listing.objects.latest("pk")
    Listing.objects.filter(pk=last.pk).update(due_full=True)
    before = ask(READ)
    assert due_partners() == [due.pk]
    assert ask(READ) - before < 100


@pytest.mark.parametrize(("left", "taken"), [(400, 40), (100, 30), (60, 20), (15, 10), (5, 5)])
def test_who_takes_several_calls_leaves_as_much_for_the_others(due, left, taken):
    PartnerMall.objects.update(batches_at_once=3)
    due.refresh_from_db()
    some = Listing.objects.order_by("pk").values_list("pk", flat=True)[:left]
    Listing.objects.exclude(pk__in=list(some)).update(due_full=False)
    claimed = claim(due, quick=False, size=40, call=10)
    assert len(claimed.rows) == taken


@pytest.mark.parametrize(("size", "at_work", "woken"), [(2, 1, 2), (3, 1, 2), (3, 3, 0), (4, 1, 0)])
def test_who_begins_where_more_is_due_than_a_batch_calls_as_many_as_there_is_room_for(
    monkeypatch, mall, size, at_work, woken
):
    for _ in range(3):
        changed(listable(), "state")
    called = []
    monkeypatch.setattr("partners.wake.app.send_task", lambda task, args, **_: called.append(args))
    PartnerMall.objects.update(batch_size=size, batches_at_once=3)
    mall.refresh_from_db()
    with ExitStack() as turns:
        for _ in range(at_work):
            turns.enter_context(turn(mall.pk, "listings", most=3))
        assert step(mall, connect(mall), quick=False) == min(size, 3)
    assert called == [(mall.pk,)] * woken
