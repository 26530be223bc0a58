"""KITA prints a display's labels on the desk, and prints again what is out of date; each print is a POST."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from catalog.models import PricePolicy, Product, TaxRate
from orders.models import FreightRule
from partners.labels import number_labels
from partners.models import Display, Label
from tests.factories.catalog import daily_terms, without_tax_rate
from tests.factories.displays import display_of, stall
from tests.factories.partners import listable
from tests.factories.people import member_of

pytestmark = pytest.mark.django_db
OUTDATED = "/admin/partners/label/outdated/"


@pytest.fixture
def display():
    return display_of(listable(name_zh_hans="纯淡 雪肌水光补水面膜", name_ko="순담 설기 수분 마스크"))


def url(display, paper="a6"):
    return reverse("admin:partners_label_print", args=[display.pk, paper])


def pages_of(answer):
    return PdfReader(io.BytesIO(answer.content)).pages


def reprice(*products):
    for product in products:
        product.skus.update(price_krw=9000)


@pytest.mark.parametrize("paper", ["a6", "a7", "a4"])
def test_labels_are_printed_and_each_is_numbered(kita, display, paper):
    daily_terms()
    text = pages_of(kita.post(url(display, paper)))[0].extract_text().replace(" ", "")
    assert "雪肌水光补水面膜" in text.replace("\n", "")
    label = Label.objects.get(display=display)
    assert label.printed_by.email in kita.get("/admin/partners/label/").content.decode()


def test_following_a_link_prints_and_numbers_nothing(kita, display):
    daily_terms()
    for address in (f"{OUTDATED}a6/", "/admin/partners/label/take-away/"):
        assert kita.get(address).status_code == 405
    assert kita.get(url(display))["Content-Type"].startswith("text/html")
    assert not Label.objects.exists()


def test_the_list_offers_each_paper_as_a_button(kita, display):
    text = kita.get(reverse("admin:partners_display_changelist")).content.decode()
    offered = [paper for paper in ("a6", "a7", "a4") if f'formaction="{url(display, paper)}"' in text]
    assert offered == ["a6", "a7", "a4"]


def test_what_is_out_of_date_is_listed_with_the_reason_and_both_prices(kita, display):
    daily_terms()
    [label] = number_labels(display.products.all())
    assert label.code not in kita.get(OUTDATED).content.decode()
    reprice(label.product)
    text = kita.get(OUTDATED).content.decode()
    for part in (label.code, "순담 설기 수분 마스크", "가격 변경", "¥110.30", "¥55.10"):
        assert part in text, part


def test_the_list_is_of_a_market_or_a_display(kita, display):
    daily_terms()
    other = display_of(listable(), code="c-01", market="liangjiang")
    [here], [there] = (number_labels(one.products.all()) for one in (display, other))
    reprice(here.product, there.product)
    for query in (f"market={other.market_id}", f"display={other.pk}"):
        text = kita.get(f"{OUTDATED}?{query}").content.decode()
        assert (here.code in text, there.code in text) == (False, True)


def test_all_that_the_list_shows_is_printed_in_one_go_and_superseded(kita):
    daily_terms()
    display = stall(3)
    first, second, _third = number_labels(display.products.all())
    reprice(first.product, second.product)
    answer = kita.post(f"{OUTDATED}a6/", {"display": display.pk})
    assert (answer["Content-Type"], len(pages_of(answer))) == ("application/pdf", 2)
    assert set(Label.objects.exclude(superseded_at=None)) == {first, second}
    assert kita.post(f"{OUTDATED}a6/", {"display": display.pk}).status_code == 302


def test_a_label_of_a_withdrawn_product_is_noted_as_taken_away(kita, display):
    daily_terms()
    [label] = number_labels(display.products.all())
    Product.objects.update(state="withdrawn")
    assert f'value="{label.pk}"' in kita.get(OUTDATED).content.decode()
    kita.post("/admin/partners/label/take-away/", {"label": label.pk})
    assert label.code not in kita.get(OUTDATED).content.decode()


def test_all_of_a_display_that_are_to_be_taken_away_are_noted_at_once(kita):
    daily_terms()
    display = stall(3)
    number_labels(display.products.all())
    Product.objects.update(state="withdrawn")
    page = kita.get(OUTDATED).content.decode()
    everything = page.split("<form")[-1]
    assert "라벨 3장 모두 수거함" in everything
    kita.post(
        "/admin/partners/label/take-away/", {"label": re.findall(r'name="label" value="(\d+)"', everything)}
    )
    assert not Label.objects.filter(superseded_at=None).exists()


def test_a_lost_print_is_printed_again_with_its_numbers(kita, display):
    daily_terms()
    [label] = number_labels(display.products.all())
    chosen = {"action": "print_again_a7", "_selected_action": [label.pk]}
    answer = kita.post("/admin/partners/label/", chosen)
    assert label.code in pages_of(answer)[0].extract_text()
    assert Label.objects.get() == label


def test_labels_of_a_closed_display_are_nobodys_work(kita, display):
    daily_terms()
    [label] = number_labels(display.products.all())
    reprice(label.product)
    Display.objects.update(is_open=False)
    assert label.code not in kita.get(OUTDATED).content.decode()


def test_without_a_rate_nothing_is_printed_and_it_says_why(kita, display):
    page = kita.post(url(display), follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert "환율" in kita.get(OUTDATED).content.decode()
    assert not Label.objects.exists()


@pytest.mark.parametrize(
    ("lacking", "words"), [(PricePolicy, "가격 정책"), (TaxRate, "세율"), (FreightRule, "배송비 규칙")]
)
def test_what_the_day_lacks_for_a_label_is_said(kita, display, lacking, words):
    daily_terms()
    number_labels(display.products.all())
    lacking.objects.all().delete()
    assert words in kita.get(OUTDATED).content.decode()
    page = kita.post(url(display), {"how": "lacking"}, follow=True)
    assert [words in str(message) for message in page.context["messages"]] == [True]


def test_goods_without_a_tax_rate_are_marked_and_the_others_printed(kita):
    daily_terms()
    book, cream = listable(), listable()
    display = display_of(book, cream)
    of_book, of_cream = number_labels(display.products.order_by("position"))
    without_tax_rate(book)
    page = kita.get(OUTDATED).content.decode()
    assert (of_book.code in page, of_cream.code in page, "오늘 세율 없음" in page) == (True, False, True)
    assert f'name="label" value="{of_book.pk}"' not in page  # it need not be taken away
    assert kita.post(url(display), {"how": "anew", "seen": of_cream.pk}).status_code == 200
    said = [str(message) for message in kita.get(OUTDATED).context["messages"]]
    assert [book.name_ko in text for text in said] == [True]
    assert list(Label.objects.order_by("-pk").values_list("product", flat=True)[:2]) == [cream.pk, cream.pk]
    assert not Label.objects.get(pk=of_book.pk).superseded_at


def test_a_seller_prints_nothing(client, display):
    client.force_login(member_of(display.products.get().product.seller))
    for address in (url(display), f"{OUTDATED}a6/", "/admin/partners/label/take-away/"):
        assert client.post(address).status_code == 403
    assert [client.get(address).status_code for address in (OUTDATED, url(display))] == [403, 403]
    assert not Label.objects.exists()


def test_the_list_asks_as_much_for_many_labels_as_for_few(kita):
    daily_terms()

    def queries(goods, code):
        display = display_of(*(listable() for _ in range(goods)), code=code, market=code)
        reprice(*(label.product for label in number_labels(display.products.all())))
        with CaptureQueriesContext(connection) as captured:
            assert kita.get(f"{OUTDATED}?display={display.pk}").status_code == 200
        return len(captured)

    few = queries(2, "few")
    assert (queries(15, "many"), few <= 30) == (few, True)
