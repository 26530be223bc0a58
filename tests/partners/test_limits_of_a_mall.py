"""How a mall may be called is set at the desk, and holds from the next call on."""

import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from partners import pace
from partners.admin.partner import PartnerForm
from partners.claim import claim
from partners.models import Display, Listing, PartnerMall
from partners.sync import sync
from tests.factories.displays import display_of
from tests.factories.partners import changed, listable, partner_mall
from tests.races.rival import run_across

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(mall):
    product = listable()
    changed(product, "state")
    return product


def limited(**limits):
    PartnerMall.objects.update(**limits)
    return PartnerMall.objects.get()


@pytest.mark.parametrize(("seconds", "outcome"), [(1, "unknown"), (10, "accepted")])
def test_a_call_that_takes_longer_than_the_malls_limit_is_looked_up(sandbox, mall, product, seconds, outcome):
    sandbox.fault("slow", 1, 2)
    sync(limited(call_seconds=seconds))
    assert Listing.objects.get().outcome == outcome


@pytest.mark.parametrize("seconds", [3, 10, 60])
def test_a_lease_outlasts_the_slowest_call_and_the_wait_for_it(mall, product, seconds):
    claimed = claim(limited(call_seconds=seconds), quick=False, size=1)
    slowest = datetime.timedelta(seconds=pace.LONGEST_WAIT + 2 * seconds)
    held = Listing.objects.get(lease=claimed.lease)
    assert held.leased_until > timezone.now() + slowest
    assert pace.longest_call(limited(call_seconds=seconds)) > slowest


FORM = {
    "batch_size": 20, "calls_per_second": 4, "batches_at_once": 2, "orders_at_once": 1, "call_seconds": 30,
    "link_days": 180, "credit_hours": 72, "colour": "#1d3b72",
    "members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0,
}  # fmt: skip


def test_limits_are_changed_at_the_desk_and_no_listing_is_sent_for_it(kita, mall, product):
    before = Listing.objects.values().get()
    answer = kita.post(f"/admin/partners/partnermall/{mall.pk}/change/", FORM)
    assert answer.status_code == 302
    assert {name: FORM[name] for name in list(FORM)[:5]} == PartnerMall.objects.values(*list(FORM)[:5]).get()
    assert Listing.objects.values().get() == before


@pytest.mark.django_db(transaction=True)
def test_what_calls_left_in_the_row_while_the_form_was_saved_stays(kita, mall):
    until = timezone.now() + datetime.timedelta(seconds=30)

    def a_call_fails():
        limited(breaker_pauses=3, breaker_open_until=until, order_cursor="next", batch_size=30)

    with run_across(PartnerForm, "full_clean", a_call_fails):
        kita.post(f"/admin/partners/partnermall/{mall.pk}/change/", FORM | {"batch_size": 50})
    row = PartnerMall.objects.get()
    assert (row.breaker_pauses, row.breaker_open_until, row.order_cursor) == (3, until, "next")
    assert (row.batch_size, row.call_seconds) == (30, 30)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("call_seconds", 2, "3"),
        ("call_seconds", 61, "60"),
        ("batches_at_once", 9, "8"),
        ("orders_at_once", 0, "1"),
        ("calls_per_second", 0, "1"),
        ("batch_size", 0, "1"),
        ("credit_hours", 0, "1"),
    ],
)
def test_a_limit_out_of_bounds_is_said_at_its_field(kita, mall, field, value, words):
    answer = kita.post(f"/admin/partners/partnermall/{mall.pk}/change/", FORM | {field: value})
    form = answer.context["adminform"].form
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert PartnerMall.objects.get().batch_size == 50


@pytest.mark.parametrize(("model", "kind"), [(PartnerMall, "partner"), (Display, "display")])
def test_a_credit_window_of_no_hours_of_before_becomes_the_least_that_there_is(model, kind):
    partner_mall() if model is PartnerMall else display_of()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {model._meta.db_table} drop constraint {kind}_credit_hours_positive")
    model.objects.update(credit_hours=0)
    import_module("partners.migrations.0046_no_credit_window_of_nothing").the_least(apps, None)
    assert model.objects.get().credit_hours == 1
