"""KITA sends a mall's listings again while a worker holds some of them: both come to their end."""

import time

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from partners import locks
from partners.mark import send_again
from partners.models import Listing
from tests.factories.catalog import ProductFactory
from tests.factories.partners import partner_mall
from tests.races.rival import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rows():
    """Two listings that lie in the table in the other order than that of their products."""
    mall, first, second = partner_mall(), ProductFactory(), ProductFactory()
    Listing.objects.all().delete()
    for product in (second, first):
        Listing.objects.create(partner=mall, product=product, next_try_at=timezone.now(), confirmed_hash="a")
    return Listing.objects.filter(partner=mall)


def worker(rows):
    """Takes the first product's row, and its second a moment later, as whoever waits for rows does."""

    def work():
        with transaction.atomic():
            for key in rows.order_by("product_id").values_list("pk", flat=True):
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
        with transaction.atomic():
            return rows.update(confirmed_hash="?")

    outcomes = together(worker(rows), after_a_moment(plain))
    assert any(isinstance(outcome, OperationalError) for outcome in outcomes), outcomes


def test_in_everybodys_order_both_come_to_their_end(rows):
    assert together(worker(rows), after_a_moment(lambda: send_again(rows))) == [None, 2]
    assert set(rows.values_list("confirmed_hash", "due_full")) == {("?", True)}
