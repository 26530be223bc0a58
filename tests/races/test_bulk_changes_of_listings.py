"""A bulk change of a mall's listings while a worker holds some of them: both come to their end."""

import datetime
import threading
import time
import uuid

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from partners import breaker, locks
from partners.claim import Claim, release
from partners.connectors import connect
from partners.connectors.connector import Shown
from partners.connectors.igetmall import IGetMall
from partners.look import look_again_at_stalest, look_now
from partners.mark import mark_changed, send_again
from partners.models import Listing
from partners.reconcile import ours
from partners.sync import step
from tests.factories.catalog import ProductFactory, daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.races.rival import together

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = uuid.uuid4()


@pytest.fixture
def rows():
    """Two failed listings that lie in the table in the other order than that of their products."""
    mall, first, second = partner_mall(breaker_failures=3), ProductFactory(), ProductFactory()
    Listing.objects.all().delete()
    later = timezone.now() + datetime.timedelta(hours=1)
    for product in (second, first):
        Listing.objects.create(
            partner=mall,
            product=product,
            next_try_at=later,
            confirmed_hash="a",
            outcome="failed",
            lease=LEASE,
        )
    return Listing.objects.filter(partner=mall)


def worker(rows, order="product_id"):
    """Takes the first product's row, and its second a moment later, as whoever waits for rows does."""

    def work():
        with transaction.atomic():
            for key in rows.order_by(order, "product_id").values_list("pk", flat=True):
                list(locks.listings([key]))
                time.sleep(0.6)

    return work


def after_a_moment(call):
    def late():
        time.sleep(0.3)
        return call()

    return late


def test_a_plain_update_meets_the_worker_half_way(rows):
    def plain():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
            return rows.update(confirmed_hash="?")

    outcomes = together(worker(rows), after_a_moment(plain))
    assert any(isinstance(outcome, OperationalError) for outcome in outcomes), outcomes


def test_in_everybodys_order_both_come_to_their_end(rows):
    assert together(worker(rows), after_a_moment(lambda: send_again(rows, actor=None))) == [None, 2]
    assert set(rows.values_list("confirmed_hash", "due_full")) == {("?", True)}


@pytest.mark.parametrize("change", [
    lambda mall, rows: look_now(rows),
    lambda mall, rows: look_again_at_stalest(mall),
    lambda mall, rows: breaker.succeeded(mall, breaker.Pass(is_counted=True)),
    lambda mall, rows: release(Claim(lease=LEASE, rows=list(rows), last_call_at=timezone.now())),
])  # fmt: skip
def test_every_bulk_change_keeps_the_order(rows, change):
    mall = rows[0].partner
    outcomes = together(worker(rows), after_a_moment(lambda: change(mall, rows)))
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes


@pytest.fixture
def crossing(rows):
    """The second product at the first mall, the first product at the second."""
    one, other = rows[0].partner, partner_mall(code="another")
    first, second = sorted(rows.values_list("product_id", flat=True))
    assert mark_changed([first, second], {"price"}) == 4
    return Listing.objects.filter(Q(partner=one, product=second) | Q(partner=other, product=first))


def test_by_product_alone_two_malls_lock_each_other_out(crossing):
    outcomes = together(worker(crossing, "partner_id"), worker(crossing, "product_id"))
    assert any(isinstance(outcome, OperationalError) for outcome in outcomes), outcomes


def test_listings_of_two_malls_are_taken_as_the_markers_take_them(crossing):
    assert together(
        worker(crossing, "partner_id"), after_a_moment(lambda: send_again(crossing, actor=None))
    ) == [None, 2]


def test_items_that_we_lost_are_taken_over_in_the_markers_order():
    """The mall lists them in another. Neither has a row, so each waits for the row that the other makes."""
    mall, first, second = partner_mall(), ProductFactory(), ProductFactory()
    Listing.objects.all().delete()
    there = [Shown(f"P{product.pk}", "", "shown", 3) for product in (second, first)]

    def marker():
        with transaction.atomic():
            for product in (first, second):
                mark_changed([product.pk], {"price"}, partner_id=mall.pk)
                time.sleep(0.6)

    assert together(marker, after_a_moment(lambda: ours(mall, connect(mall), there))) == [None, {}]
    assert Listing.objects.count() == 2


def test_an_answer_about_rows_of_which_one_changed_keeps_the_order(sandbox, monkeypatch):
    daily_terms()
    first, second = listable(), listable()
    held, upsert, begun = locks.held_listings, IGetMall.upsert, threading.Event()

    def changed_meanwhile(self, items):
        answers = upsert(self, items)
        mark_changed([first.pk], {"text"})
        return answers

    def late(lease, rows):
        begun.set()
        time.sleep(0.6)
        return held(lease, rows)

    def marker():
        begun.wait(10)
        return mark_changed([first.pk, second.pk], {"price"})

    monkeypatch.setattr(IGetMall, "upsert", changed_meanwhile)
    monkeypatch.setattr(locks, "held_listings", late)
    mall = partner_mall(sandbox.url)
    for product in (first, second):
        changed(product, "state")
    assert together(lambda: step(mall, connect(mall), quick=False), marker) == [2, 2]
