"""The first step of a new product, clicked once or twice."""

import pytest
from django.urls import reverse

from catalog.models import Product
from tests.factories.catalog import CategoryFactory, HsCodeFactory, ProductFactory
from tests.factories.people import member_of
from tests.races.rival import run_before

pytestmark = pytest.mark.django_db
ADD = reverse("admin:catalog_product_add")


@pytest.fixture
def other():
    return ProductFactory()


@pytest.fixture
def seller(client):
    client.force_login(member_of(ProductFactory(name_ko="있던 상품").seller))
    return client


def page(seller) -> dict:
    """The page as a browser holds it, filled in."""
    boxes = {box.html_name: box.value() for box in seller.get(ADD).context["form"] if box.value() is not None}
    return boxes | {"category": CategoryFactory().pk, "hs": HsCodeFactory().pk, "name_ko": "새 상품"}


def begun() -> list[int]:
    return list(Product.objects.exclude(name_ko="있던 상품").order_by("pk").values_list("pk", flat=True))


def editor(pk: int) -> str:
    return reverse("admin:catalog_product_change", args=[pk])


def test_a_second_click_leads_to_the_same_editor(seller):
    data = page(seller)
    answers = [seller.post(ADD, data) for _click in range(2)]
    (pk,) = begun()
    assert [answer.url for answer in answers] == [editor(pk)] * 2


@pytest.mark.django_db(transaction=True)
def test_a_second_click_that_overtakes_the_first_leads_there_too(seller):
    data, answers = page(seller), []
    with run_before(Product, "save", lambda: answers.append(seller.post(ADD, data))):
        answers.append(seller.post(ADD, data))
    (pk,) = begun()
    assert [answer.url for answer in answers] == [editor(pk)] * 2


def test_other_words_on_the_same_page_are_another_product(seller):
    data = page(seller)
    for name in ("새 상품", "다른 상품"):
        seller.post(ADD, data | {"name_ko": name})
    assert len(begun()) == 2


def test_two_pages_with_the_same_words_are_two_products(seller):
    first, second = page(seller), page(seller)
    for key in (first["key"], second["key"]):
        seller.post(ADD, first | {"key": key})
    assert len(begun()) == 2


@pytest.mark.parametrize("key", ["", "../evil", "0123456789abcdef"])
def test_a_key_that_is_none_of_ours_does_no_harm(seller, key):
    assert seller.post(ADD, page(seller) | {"key": key}).status_code == 302
    assert len(Product.objects.get(pk=begun()[0]).slug.rsplit("-", 1)[1]) == 10


def test_the_key_of_anothers_product_leads_nowhere_near_it(seller, other):
    category = other.category
    Product.objects.filter(pk=other.pk).update(slug=f"{category.slug}-0123456789")
    data = page(seller) | {"key": "0123456789", "category": category.pk, "name_ko": other.name_ko}
    assert seller.post(ADD, data).url == editor(begun()[-1])
    assert begun()[-1] != other.pk
