"""KITA curates a set of products, and the home page shows it while its dates last."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Collection
from catalog.search.index import reindex
from tests.factories.catalog import daily_terms, sku_in_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def curated():
    daily_terms()
    names = {"title_ko": "설 선물", "title_zh_hans": "年货礼盒"}
    collection = Collection.objects.create(slug="gifts", slot="home", **names)
    for position, name in enumerate(["红参礼盒", "韩果礼盒"]):
        product = sku_in_stock(5, product__name_zh_hans=name).product
        collection.items.create(product=product, position=2 - position)
    reindex(collection.items.values_list("product_id", flat=True))
    return collection


def home(client):
    return client.get("/zh-hans/").context


def test_the_home_page_shows_it_in_its_order(client, curated):
    context = home(client)
    assert context["collection"]["title"] == "年货礼盒"
    cards = context["collection_cards"]
    assert 0 < cards.index("韩果礼盒") < cards.index("红参礼盒")


@pytest.mark.parametrize(
    "dates", [{"ends_at": timedelta(hours=-1)}, {"starts_at": timedelta(hours=1)}], ids=["over", "not begun"]
)
def test_it_is_not_shown_outside_its_dates(client, curated, dates):
    moments = {name: timezone.now() + shift for name, shift in dates.items()}
    Collection.objects.filter(pk=curated.pk).update(**moments)
    assert home(client)["collection"] is None


def test_what_is_sold_out_is_left_out(client, curated):
    sold_out = sku_in_stock(0).product
    curated.items.create(product=sold_out, position=9)
    reindex([sold_out.pk])
    assert len(home(client)["collection"]["ids"]) == 2
