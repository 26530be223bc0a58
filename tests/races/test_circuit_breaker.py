"""Workers meet at a mall's breaker: none of their failures is lost, and one of them makes the trial."""

import datetime

import pytest
from django.utils import timezone

from partners import breaker, locks
from partners.models import PartnerMall
from tests.factories.partners import partner_mall
from tests.races.rival import all_read_before_any_goes_on, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mall():
    return partner_mall()


def two_failures(mall):
    outcomes = together(lambda: breaker.failed(mall), lambda: breaker.failed(mall))
    assert outcomes == [None, None]
    return PartnerMall.objects.values_list("breaker_calls", "breaker_failures").get()


def test_without_the_lock_a_failure_is_lost(mall):
    with all_read_before_any_goes_on(locks, "partner_mall", lambda pk: PartnerMall.objects.get(pk=pk)):
        assert two_failures(mall) == (1, 1)


def test_every_failure_counts(mall):
    assert two_failures(mall) == (2, 2)


def test_of_many_workers_one_makes_the_trial(mall):
    past = timezone.now() - datetime.timedelta(seconds=1)
    PartnerMall.objects.update(breaker_since=past, breaker_pauses=1, breaker_open_until=past)
    passes = together(*[lambda: breaker.admits(mall)] * 6)
    assert sum(map(bool, passes)) == 1
