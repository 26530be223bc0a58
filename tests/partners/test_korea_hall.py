import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from kmall.caching import raise_now
from partners.models import PartnerMall
from partners.section import frame_css
from tests.factories.catalog import CategoryFactory, daily_terms
from tests.factories.partners import listable, partner_mall

pytestmark = pytest.mark.django_db
HALL = "/zh-hans/partner/igetmall/"


@pytest.fixture
def mall():
    daily_terms()
    return partner_mall(colour="#5b2a86")


def page(client, path=HALL):
    return client.get(path).content.decode()


def test_the_hall_shows_the_partners_goods_in_its_frame(client, mall):
    product = listable(name_zh_hans="淡温 积雪草精华液")
    html = page(client)
    assert "淡温 积雪草精华液" in html
    assert f'href="/zh-hans/p/{product.slug}/"' in html
    assert "/partner-frame/igetmall/5b2a86.css" in html
    assert mall.home_url in html
    assert "--accent: #5b2a86" in client.get("/partner-frame/igetmall/5b2a86.css").content.decode()


def test_what_the_rule_leaves_out_is_not_shown(client, mall):
    listable(name_zh_hans="淡温 精华液")
    PartnerMall.objects.update(rule={"price_to_krw": 1000})
    assert "淡温 精华液" not in page(client)


def test_a_category_shows_its_own_goods(client, mall):
    inside, other = listable(name_zh_hans="里面 精华液"), listable(name_zh_hans="外面 泡面")
    Product.objects.filter(pk=other.pk).update(category=CategoryFactory(slug="noodles"))
    html = page(client, f"{HALL}c/{inside.category.slug}/")
    assert ("里面 精华液" in html, "外面 泡面" in html) == (True, False)


def test_a_partner_that_is_being_set_up_has_no_hall(client, mall):
    PartnerMall.objects.update(state="setup")
    raise_now("partners")
    assert client.get(HALL).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_goods(client, mall):
    def queries(more):
        for _ in range(more):
            listable()
        cache.clear()
        raise_now("partners", "catalog")
        with CaptureQueriesContext(connection) as captured:
            client.get(HALL)
        return len(captured)

    few = queries(3)
    assert (queries(12), few <= 20) == (few, True)


def test_the_frame_has_a_darker_and_a_lighter_shade():
    assert (
        frame_css("5b2a86")
        == ":root { --accent: #5b2a86; --accent-deep: rgb(68, 31, 100); --accent-tint: rgb(239, 234, 243); }\n"
    )
