"""A day without a price says what it lacks; goods without a tax rate keep no others from being shown."""

import pytest

from catalog.models import ExchangeRate, Favourite, PricePolicy
from catalog.search.index import reindex
from tests.factories.catalog import CategoryFactory, daily_terms, shown_product, without_tax_rate
from tests.factories.orders import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    """A book and a cream of one seller, in one category; the book's tax rate is not known today."""
    daily_terms()
    cream = shown_product(category=CategoryFactory(slug="all"), name_zh_hans="淡温 面霜")
    book = shown_product(category=cream.category, seller=cream.seller, name_zh_hans="淡温 画册")
    reindex([book.pk, cream.pk])
    without_tax_rate(book)
    return book, cream


def test_lists_leave_out_what_has_no_tax_rate(client, goods):
    _book, cream = goods
    user = UserFactory()
    client.force_login(user)
    for product in goods:
        Favourite.objects.create(user=user, product=product)
    for path in ("", "c/all/", "search/?q=淡温", f"p/{cream.slug}/", "favourites/"):
        page = client.get(f"/zh-hans/{path}")
        assert (page.status_code, "淡温 面霜" in page.text) == (200, True), path
        assert "淡温 画册" not in page.text, path


def test_a_list_of_nothing_else_says_that_there_is_no_price(client, goods):
    _book, cream = goods
    type(cream).objects.filter(pk=cream.pk).update(state="withdrawn")
    reindex([cream.pk])
    assert client.get("/zh-hans/c/all/").status_code == 503


LACKS = {
    "a rate": (lambda: ExchangeRate.objects.all().delete(), "今天的汇率还没有更新", "환율이 아직"),
    "a policy": (lambda: PricePolicy.objects.all().delete(), "价格政策还没有确定", "가격 정책이 아직"),
    "a tax rate": (lambda: None, "适用的税率还没有确定", "적용할 세율이 아직"),
}


@pytest.mark.parametrize("lacks", LACKS)
def test_a_page_without_a_price_says_what_the_day_lacks(client, goods, lacks):
    lose, chinese, korean = LACKS[lacks]
    lose()
    book, _cream = goods
    for language, words in (("zh-hans", chinese), ("ko", korean)):
        page = client.get(f"/{language}/p/{book.slug}/")
        assert (page.status_code, words in page.text) == (503, True)
        assert sum(said in page.text for _lose, *both in LACKS.values() for said in both) == 1
