import datetime

import pytest
from django.utils import timezone

from partners import credit
from partners.displays import open_market
from partners.models import Label, Scan, Visit
from partners.tasks import forget_visits
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.partners import partner_mall

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall():
    return partner_mall()


def visit(source, *, days_ago, window_hours=72):
    """A visit of so many days ago."""
    found = credit.open_visit(product=None, landing="/zh-hans/", partner=source)
    at = timezone.now() - datetime.timedelta(days=days_ago)
    Visit.objects.filter(pk=found.pk).update(at=at, expires_at=at + datetime.timedelta(hours=window_hours))
    return found


def left():
    return set(Visit.objects.all())


def test_a_visit_is_kept_for_the_report_and_then_forgotten(mall):
    visit(mall, days_ago=500)
    recent = visit(mall, days_ago=399)
    forget_visits()
    assert left() == {recent}


def test_a_long_window_is_waited_for(mall):
    """A partner may be credited for a year; the kept days begin when that year has passed."""
    patient = visit(mall, days_ago=500, window_hours=365 * 24)
    forget_visits()
    assert left() == {patient}


def test_a_visit_that_led_to_an_order_stays(mall):
    credited = visit(mall, days_ago=500)
    credited.credits.create(order=paid_order(sku_in_stock(5)), commission_fen=300)
    forget_visits()
    assert left() == {credited}


def test_a_scan_outlives_its_visit(mall):
    names = {"name_ko": "량장 전시", "name_zh_hans": "两江展位"}
    sku = sku_in_stock(5)
    shelf = {"code": "lj-1", "products": [sku.product_id], **names}
    market = open_market(code="lj", displays=[shelf], place_ko="충칭", place_zh_hans="重庆", **names)
    label = Label.objects.create(
        code="A1", display=market.displays.get(), product=sku.product, sku=sku, price_fen=100, landed_fen=110,
        rate_day="2026-11-28",
    )  # fmt: skip
    seen = {"label": label, "display": label.display, "product": label.product}
    Scan.objects.create(**seen, visit=visit(mall, days_ago=500))
    forget_visits()
    assert (left(), label.scans.get().visit) == (set(), None)


def test_many_go_in_batches(mall, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(credit, "VISITS_AT_ONCE", 2)
    for _ in range(5):
        visit(mall, days_ago=500)
    with django_assert_max_num_queries(26):
        assert credit.forget_visits() == 5
    assert left() == set()
