"""A day without a rate, or without a tax rate, holds up what needs one and nothing else."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog import rates
from catalog.models import ExchangeRate
from partners import sync as sync_module
from partners.connectors import connect
from partners.models import Listing
from partners.sync import drain, step, sync
from tests.factories.catalog import without_tax_rate
from tests.factories.partners import changed, listable
from tests.factories.people import kita_officer
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


def state_of(sandbox, product) -> str:
    return sandbox.state()["items"][f"P{product.pk}"]["state"]


def test_goods_are_taken_off_on_a_day_without_a_rate(sandbox, mall):
    suspended, other = listable(), listable()
    for product in (suspended, other):
        changed(product, "state")
    converge(mall)
    ExchangeRate.objects.all().delete()
    changed(suspended, "state", state="withdrawn")
    changed(other, "text", name_zh_hans="新名字的精华液")
    sync(mall)
    assert (state_of(sandbox, suspended), state_of(sandbox, other)) == ("withdrawn", "shown")
    waiting = Listing.objects.get(due_full=True)
    assert (waiting.product_id, waiting.lease, waiting.attempts) == (other.pk, None, 0)
    assert waiting.next_try_at > timezone.now()


@pytest.fixture
def without_a_rate(sandbox, mall):
    """A change of a product that waits, since the day has no rate."""
    product = listable()
    changed(product, "state")
    converge(mall)
    ExchangeRate.objects.all().delete()
    changed(product, "text", name_zh_hans="新名字的精华液")
    sync(mall)
    return Listing.objects.get()


def test_what_waits_for_a_rate_is_put_off_once_and_not_every_minute(mall, without_a_rate):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert timezone.localtime(without_a_rate.next_try_at).date() == tomorrow
    assert not Listing.objects.due(timezone.localtime().replace(hour=23, minute=59)).exists()
    assert sync(mall) == 0


def test_it_is_due_as_soon_as_a_rate_comes(sandbox, mall, without_a_rate):
    rates.fetch_rate()
    assert Listing.objects.due(timezone.now()).get() == without_a_rate
    sync(mall)
    item = sandbox.state()["items"][f"P{without_a_rate.product_id}"]
    assert item["content"]["title"] == "新名字的精华液"


def test_a_rate_that_an_officer_enters_makes_it_due_as_well(client, without_a_rate):
    client.force_login(kita_officer())
    row = {"date": timezone.localdate(), "rate": "0.0052", "source": "KITA"}
    assert client.post(reverse("admin:catalog_exchangerate_add"), row).status_code == 302
    assert Listing.objects.due(timezone.now()).get() == without_a_rate


def test_a_rate_that_comes_while_it_is_worked_out_is_not_missed(mall, without_a_rate, monkeypatch):
    plan = sync_module.plan

    def before_the_rate(*args, **kwargs):
        planned = plan(*args, **kwargs)
        rates.fetch_rate()
        return planned

    monkeypatch.setattr(sync_module, "plan", before_the_rate)
    Listing.objects.update(next_try_at=timezone.now())
    step(mall, connect(mall), quick=False)
    row = Listing.objects.due(timezone.now()).get()
    assert (row, row.lease) == (without_a_rate, None)


def test_a_missing_tax_rate_holds_up_its_own_goods_alone(sandbox, mall):
    book, cream = listable(), listable()
    without_tax_rate(book)
    for product in (cream, book):
        changed(product, "state")
    drain(mall.pk)
    assert sandbox.state()["items"].keys() == {f"P{cream.pk}"}
    assert list(Listing.objects.filter(due_full=True, lease=None).values_list("product", flat=True)) == [
        book.pk
    ]
