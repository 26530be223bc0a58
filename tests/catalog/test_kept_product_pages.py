"""A product's page that was rendered before is never shown after something on it was changed on the desk."""

import pytest
from django.urls import reverse

from catalog.models import ProductAttribute, Review
from tests.factories.catalog import AttributeFactory, OptionFactory, daily_terms, review, sku_in_stock
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(settings):
    settings.PAGE_CACHE = False
    daily_terms()
    return sku_in_stock(3).product


@pytest.fixture
def shown(client, product):
    return lambda language="zh-hans": client.get(f"/{language}/p/{product.slug}/").content.decode()


def set_state(client, said, state):
    client.force_login(kita_officer())
    client.post(reverse("admin:catalog_review_change", args=[said.pk]), {"state": state})
    client.logout()


def test_a_hidden_review_stays_hidden_where_another_with_its_stars_is_shown_again(client, product, shown):
    first, second = (review(product, text=text) for text in ("第一条评价", "第二条评价"))
    seen = []
    for said, state in ((second, "hidden"), (second, "shown"), (first, "hidden")):
        if state == "shown":
            set_state(client, first, "hidden")
        set_state(client, said, state)
        page = shown()
        seen.append(("第一条评价" in page, "第二条评价" in page))
    assert seen == [(True, False), (False, True), (False, True)]


def test_a_sellers_answer_is_on_the_page_at_once(product, shown):
    review(product)
    shown()
    Review.objects.update(answer="谢谢您的评价")
    assert "谢谢您的评价" in shown()


def test_a_word_of_a_review_that_is_only_counted_goes_with_it(client, product, shown):
    """Of the older ones only the words are shown."""
    loud, quiet = review(product, words=["太吵"]), review(product, words=[])
    for _ in range(3):
        review(product)
    set_state(client, quiet, "hidden")
    assert "太吵" in shown()
    set_state(client, quiet, "shown")
    set_state(client, loud, "hidden")
    assert "太吵" not in shown()


def test_attributes_corrected_on_the_desk_are_seen_in_both_languages(product, shown):
    option = OptionFactory()
    volume = AttributeFactory(name_ko="용량", name_zh_hans="容量", kind="number", unit="mg")
    ProductAttribute.objects.create(product=product, attribute=option.attribute, option=option)
    ProductAttribute.objects.create(product=product, attribute=volume, number=50)
    assert ("50 mg" in shown(), "건성" in shown("ko")) == (True, True)
    type(volume).objects.filter(pk=volume.pk).update(unit="ml")
    type(volume).objects.filter(pk=option.attribute_id).update(name_zh_hans="适合肤质")
    type(option).objects.update(label_ko="건성 피부")
    page = shown()
    assert ("50 ml" in page, "适合肤质" in page, "건성 피부" in shown("ko")) == (True, True, True)
