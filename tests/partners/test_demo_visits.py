"""The demo mall's year at displays and partners: most pass by, some fill a cart, a few buy."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Count, F, Min
from django.db.models.functions import ExtractHour, TruncMonth
from django.utils import timezone

from kmall import demo
from partners import credit, footfall
from partners.models import Credit, Display, PartnerMall, PartnerOrder, ProductView, Scan, Visit
from partners.traffic import traffic

pytestmark = pytest.mark.django_db
SMALL = demo.Mall(seed=24, scale=Decimal("0.02"), now=timezone.now(), pictures=False)
TODAY = timezone.localdate(SMALL.now)
YEAR = (TODAY - datetime.timedelta(days=365), TODAY)


@pytest.fixture(scope="module")
def mall(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(SMALL)
        yield SMALL
        transaction.set_rollback(True)


def test_every_display_has_twelve_months_of_scans(mall):
    months = Scan.objects.order_by().values("display").annotate(n=Count(TruncMonth("at"), distinct=True))
    # A year touches 13 months, of two of them a part; of a fiftieth of the scans one month may have none.
    assert {row["n"] for row in months} <= {11, 12, 13}
    assert len(months) == Display.objects.count()


def test_labels_are_scanned_while_the_market_is_open(mall):
    hours = set(Scan.objects.values_list(ExtractHour("at"), flat=True))
    assert set(range(10, 21)) <= hours <= set(range(10, 22))  # the last walk from shelf to shelf
    assert not Scan.objects.filter(at__gt=mall.now).exists()


def test_a_few_of_a_hundred_visitors_buy(mall):
    for found in [
        footfall.total(footfall.Where(*YEAR)),
        *footfall.by("display", footfall.Where(*YEAR)).values(),
    ]:
        assert found.scans > found.visitors > found.carts > found.orders > 0
        assert 0.01 < found.orders / found.visitors < 0.08


def test_what_was_bought_is_mostly_what_was_scanned(mall):
    orders = Credit.objects.filter(visit__display__isnull=False)
    same = orders.filter(order__lines__product=F("visit__product")).distinct()
    assert same.count() > 0.7 * orders.count()


def test_a_label_is_older_than_its_scans(mall):
    goods = Scan.objects.filter(label__isnull=False).values("label").annotate(first=Min("at"))
    assert not goods.filter(first__lt=F("label__printed_at")).exists()


def test_visitors_of_partners_look_at_goods_and_seldom_buy(mall):
    for partner in PartnerMall.objects.all():
        found = traffic("partner", *YEAR, partner.pk)[partner.pk]
        orders = Credit.objects.filter(visit__partner=partner).count()
        assert found.views > found.visits > found.carts > orders
        assert found.refused
    assert not ProductView.objects.filter(at__lt=F("visit__at")).exists()


def test_a_visit_and_what_came_of_it_add_up(mall):
    assert footfall.differences() + credit.commission_differences() == []
    assert not Visit.objects.filter(carted_at__lt=F("at")).exists()
    assert not Credit.objects.filter(visit__expires_at__lt=F("order__placed_at")).exists()


def test_partners_number_their_orders_in_their_own_way(mall):
    sold = PartnerOrder.objects.exclude(order=None)
    numbers = list(sold.values_list("partner__code", "remote_id", "order__origin_key"))
    assert {code: number[:3] for code, number, _origin in numbers} == {
        "igetmall": "IGO",
        "ningbo": "NBO",
        "shanghai": "PJO",
    }
    assert all(re.fullmatch(r"[A-Z]{3}\d{14}", number) for _code, number, _origin in numbers)
    assert all(origin == f"{code}:{number}" for code, number, origin in numbers)
