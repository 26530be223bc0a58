"""Two clicks on "print what is out of date" at once: the second must not number the same goods anew."""

import pytest

from catalog.models import Sku
from partners import labels, locks
from partners.models import Display, Label
from tests.factories.catalog import daily_terms
from tests.factories.displays import stall
from tests.races.rival import all_read_before_any_goes_on, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hanging():
    """Three labels, all of them out of date."""
    daily_terms()
    display = stall(3)
    made = labels.number_labels(display.products.all())
    Sku.objects.update(price_krw=9000)
    return made


def click():
    return len(labels.reprint(Label.objects.filter(display__is_open=True)))


def test_without_the_lock_both_clicks_number_them_or_one_fails(hanging):
    with all_read_before_any_goes_on(locks, "displays", lambda ids: Display.objects.filter(pk__in=list(ids))):
        outcomes = together(click, click)
    assert (3 in outcomes, 0 in outcomes) == (True, False)


def test_of_two_clicks_one_numbers_them_anew(hanging):
    assert sorted(together(click, click)) == [0, 3]
    assert Label.objects.filter(superseded_at=None).count() == 3
    assert Label.objects.count() == len(hanging) + 3
