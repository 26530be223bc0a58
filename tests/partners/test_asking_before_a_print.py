"""Where labels of a display hang, the desk asks before it prints; what a print superseded stays in sight."""

import datetime
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from catalog.models import Product
from catalog.rates import StaleRate
from orders.models import FreightRule
from partners import labels
from partners.labels import number_labels
from partners.models import Label
from tests.factories.catalog import daily_terms
from tests.factories.displays import display_of, stall
from tests.factories.partners import listable

pytestmark = pytest.mark.django_db
OUTDATED, TAKE_AWAY = "/admin/partners/label/outdated/", "/admin/partners/label/take-away/"


@pytest.fixture
def display(officer):
    """Three goods with labels in force."""
    daily_terms()
    display = stall(3)
    number_labels(display.products.order_by("position"), by=officer)
    return display


def url(display):
    return reverse("admin:partners_label_print", args=[display.pk, "a6"])


def in_force(display):
    return set(display.labels.filter(superseded_at=None).values_list("code", flat=True))


def newest(display):
    return display.labels.latest("pk").pk


def numbers_of(answer):
    """The number at the foot of each page."""
    codes = Label.objects.values_list("code", flat=True)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    return [next(code for code in codes if code in page) for page in pages]


def ways(page):
    """Each button: its way, and whether it can be pressed."""
    found = re.findall(r'name="how" value="(\w+)"[^>]*?( disabled)?>', page)
    return {way: not disabled for way, disabled in found}


def reprice(product):
    product.skus.update(price_krw=9000)


def test_with_labels_in_force_the_button_asks_and_nothing_is_numbered(kita, officer, display):
    before = in_force(display)
    answer = kita.post(url(display), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(url(display), 302)]
    assert "이 진열대에 적용 중인 라벨 3장" in page
    assert f"{timezone.localdate():%Y-%m-%d} · {officer} · 라벨 3장" in page
    assert ways(page) == {"again": True, "lacking": False, "anew": True}
    assert (in_force(display), display.labels.count()) == (before, 3)


def test_of_many_days_prints_the_last_are_told_and_the_others_together(kita, officer):
    daily_terms()
    display = stall(7)
    made = number_labels(display.products.order_by("position"), by=officer)
    for days, label in enumerate(made):
        Label.objects.filter(pk=label.pk).update(printed_at=timezone.now() - datetime.timedelta(days=days))
    page = kita.get(url(display)).content.decode()
    first = timezone.localdate() - datetime.timedelta(days=6)
    assert (page.count("· 라벨 1장"), f"그 이전 2장 (첫 인쇄 {first:%Y-%m-%d})" in page) == (5, True)


def test_without_any_in_force_the_button_prints_at_once(kita, display):
    Label.objects.update(superseded_at=timezone.now(), taken_away_at=timezone.now())
    answer = kita.post(url(display))
    assert (answer["Content-Type"], set(numbers_of(answer))) == ("application/pdf", in_force(display))


def test_a_lost_print_comes_with_the_same_numbers_also_on_a_day_without_prices(kita, display, monkeypatch):
    def stale():
        raise StaleRate(timezone.localdate())

    monkeypatch.setattr(labels, "todays_terms", stale)
    page = kita.get(url(display)).content.decode()
    assert (ways(page), "환율" in page) == ({"again": True}, True)
    answer = kita.post(url(display), {"how": "again"})
    assert (set(numbers_of(answer)), display.labels.count()) == (in_force(display), 3)


def test_only_goods_without_a_right_label_are_printed(kita, display):
    right, wrong, gone = display.labels.order_by("pk")
    reprice(wrong.product)
    Product.objects.filter(pk=gone.product_id).update(state="withdrawn")
    new = display.products.create(product=listable(), position=0)
    page = kita.get(url(display)).content.decode()
    assert (ways(page)["lacking"], "라벨 2장 인쇄" in page, "그중 2장은 교체할 라벨" in page) == (True,) * 3
    answer = kita.post(url(display), {"how": "lacking"})
    made = display.labels.order_by("pk")[3:]
    assert [label.product_id for label in made] == [new.product_id, wrong.product_id]
    assert numbers_of(answer) == [label.code for label in made]
    assert in_force(display) == {right.code, gone.code, *numbers_of(answer)}
    again = kita.post(url(display), {"how": "lacking"})
    assert (again.status_code, display.labels.count()) == (302, 5)


def test_all_are_numbered_anew_once_for_each_time_it_was_asked(kita, display):
    before, seen = in_force(display), newest(display)
    answer = kita.post(url(display), {"how": "anew", "seen": seen})
    assert (set(numbers_of(answer)), in_force(display) & before) == (in_force(display), set())
    again = kita.post(url(display), {"how": "anew", "seen": seen}, follow=True)
    assert again.redirect_chain == [(url(display), 302)]
    assert "다시 골라 주세요" in again.content.decode()
    assert display.labels.count() == 6


def test_what_a_print_superseded_is_listed_until_it_is_noted_as_taken_away(kita, display):
    old = display.labels.order_by("pk").first()
    assert old.code not in kita.get(OUTDATED).content.decode()
    kita.post(url(display), {"how": "anew", "seen": newest(display)})
    listed = kita.get(OUTDATED).content.decode()
    assert (old.code in listed, listed.count("폐기된 번호"), "라벨 3장 모두 수거함" in listed) == (
        True,
        3,
        True,
    )
    assert "폐기된 라벨 3장이 아직 걸려 있을 수 있습니다" in kita.get(url(display)).content.decode()
    kita.post(TAKE_AWAY, {"label": re.findall(r'name="label" value="(\d+)"', listed)})
    assert "모든 라벨이 오늘의 가격과 같습니다" in kita.get(OUTDATED).content.decode()
    assert "걸려 있을 수 있습니다" not in kita.get(url(display)).content.decode()


def test_on_a_day_without_prices_the_superseded_papers_are_listed_all_the_same(kita, display):
    old = display.labels.order_by("pk").first()
    number_labels([display.products.get(product=old.product)])
    FreightRule.objects.all().delete()
    listed = kita.get(OUTDATED).content.decode()
    offered = re.findall(r'name="label" value="(\d+)"', listed)
    assert ("배송비 규칙" in listed, offered) == (True, [str(old.pk)])


def test_a_paper_noted_as_taken_away_that_is_scanned_is_listed_again(kita, client, display):
    old = display.labels.order_by("pk").first()
    kita.post(url(display), {"how": "anew", "seen": newest(display)})
    kita.post(TAKE_AWAY, {"label": display.labels.exclude(superseded_at=None).values_list("pk", flat=True)})
    reprice(old.product)
    shown = client.get(f"/d/{old.code}/").content.decode()
    assert ("¥110.30" in shown, "¥55.10" in shown, "比标签便宜" in shown) == (True,) * 3
    scan = old.scans.get()
    listed = kita.get(OUTDATED).content.decode()
    assert f"그 뒤 마지막 스캔 {timezone.localtime(scan.at):%Y-%m-%d %H:%M}" in listed
    kita.post(TAKE_AWAY, {"label": old.pk})
    assert old.code not in kita.get(OUTDATED).content.decode()


@pytest.mark.parametrize(
    ("rubbish", "status"),
    [({"how": "x"}, 403), ({"how": "anew", "seen": "9" * 40}, 302), ({"how": "anew"}, 302)],
)
def test_rubbish_prints_nothing(kita, display, rubbish, status):
    assert kita.post(url(display), rubbish).status_code == status
    assert display.labels.count() == 3


def test_the_page_asks_as_much_for_many_labels_as_for_few(kita):
    daily_terms()

    def queries(goods, code):
        display = display_of(*(listable() for _ in range(goods)), code=code, market=code)
        for _print in range(2):
            number_labels(display.products.all())
        with CaptureQueriesContext(connection) as captured:
            assert kita.get(url(display)).status_code == 200
        return len(captured)

    few = queries(2, "few")
    assert (queries(12, "many"), few <= 50) == (few, True)
