import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product, SalePrice
from catalog.price_changes import tell, turn
from catalog.signals import product_changed
from catalog.tasks import turn_prices
from tests.factories.catalog import sku_in_stock
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 11, 24, 4, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def heard():
    changes = []

    def listen(**change):
        changes.append((change["product_ids"], change["kinds"]))

    product_changed.connect(listen)
    yield changes
    product_changed.disconnect(listen)


def sale(starts_at, ends_at, price_krw=9_000):
    sku = sku_in_stock()
    SalePrice.objects.create(sku=sku, price_krw=price_krw, starts_at=starts_at, ends_at=ends_at)
    return sku.product_id


def test_a_sale_is_told_when_it_begins_and_when_it_ends(heard):
    product = sale(NOON, NOON + 10 * MINUTE)
    for minute in range(-2, 12):
        turn(NOON + minute * MINUTE, NOON + (minute + 1) * MINUTE)
    assert heard == [([product], {"price"})] * 2


def test_a_sale_that_began_makes_the_products_lowest_price():
    now = timezone.now()
    product = sale(now - MINUTE, now + MINUTE)
    turn(now - 2 * MINUTE, now)
    assert Product.objects.get(pk=product).sort_price_krw == 9_000


def test_a_new_day_in_china_may_change_every_price(heard):
    midnight = datetime.datetime(2026, 11, 24, 16, tzinfo=datetime.UTC)
    turn(midnight - MINUTE, midnight)
    turn(midnight, midnight + MINUTE)
    assert heard == [(None, {"price"})]


def test_the_task_goes_on_where_it_stopped(heard):
    turn_prices()
    heard.clear()
    now = timezone.now()
    product = sale(now, now + MINUTE)
    turn_prices()
    turn_prices()
    assert heard == [([product], {"price"})]


def test_a_changed_rate_is_told_once_for_all(heard):
    tell(None)
    assert heard == [(None, {"price"})]


def test_a_rate_that_kita_enters_changes_every_price(client, heard):
    client.force_login(kita_officer())
    form = {"date": "2026-11-24", "rate": "0.0053", "source": "KITA"}
    assert client.post(reverse("admin:catalog_exchangerate_add"), form).status_code == 302
    assert heard == [(None, {"price"})]
