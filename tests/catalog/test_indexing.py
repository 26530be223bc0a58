"""The search row and the vocabulary follow the products."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog import tasks
from catalog.models import Product, ProductAttribute, SearchRow, SearchWord
from catalog.search import index
from tests.factories.catalog import OptionFactory, ProductFactory, SkuFactory

pytestmark = pytest.mark.django_db


def test_a_row_holds_what_a_product_is_found_by():
    product = ProductFactory(
        name_ko="쌀 마스크팩",
        name_zh_hans="玻尿酸面膜",
        brand_zh_hans="Dr.Rice",
        category__name_zh_hans="护肤",
        has_stock=True,
        sort_price_krw=15_000,
    )
    SkuFactory(product=product, gtin="8801234567893")
    option = OptionFactory(label_zh_hans="敏感肌")
    ProductAttribute.objects.create(product=product, attribute=option.attribute, option=option)
    index.reindex([product.pk])
    row = SearchRow.objects.get()
    path = product.category.path
    assert {
        "玻尿酸",
        "面膜",
        "尿酸",
        "酸面",
        "=玻尿酸",
        "쌀",
        "마스크팩",
        "마스",
        "크팩",
        "dr",
        "rice",
    } <= set(row.tokens)
    assert {"drrice", "dr.rice", "敏感肌", "护肤", "淡温", f"c:{path}", f"o:{option.pk}", "*"} <= set(
        row.tokens
    )
    assert f"s:{product.seller_id}" in row.tokens
    assert "8801234567893" in row.tokens
    assert (row.options, row.price_krw, row.has_stock) == ([option.pk], 15_000, True)


def test_the_vocabulary_knows_sounds_and_initials():
    index.reindex([ProductFactory(name_zh_hans="面膜", name_ko="마스크", category__name_zh_hans="护肤").pk])
    words = {word.word: (word.kind, word.sound, word.initials) for word in SearchWord.objects.all()}
    assert words["面膜"] == ("word", "mianmo", "mm")
    assert words["마스크"] == ("word", "ㅁㅏㅅㅡㅋㅡ", "ㅁㅅㅋ")
    assert words["스크"] == ("pair", "", "")
    assert words["护肤"] == ("category", "hufu", "hf")


def test_a_word_that_becomes_a_brand_keeps_its_owners_spelling():
    index.reindex([ProductFactory(name_zh_hans="cosrx 面膜").pk])
    index.reindex([ProductFactory(brand_zh_hans="COSRX").pk])
    index.recount()
    brand = SearchWord.objects.get(word="cosrx")
    assert (brand.kind, brand.label, brand.documents) == ("brand", "COSRX", 2)


def test_a_product_taken_off_sale_leaves_no_row():
    products = [ProductFactory(), ProductFactory()]
    index.reindex([product.pk for product in products])
    Product.objects.filter(pk=products[0].pk).update(state=Product.State.WITHDRAWN)
    index.reindex([product.pk for product in products])
    assert [row.pk for row in SearchRow.objects.all()] == [products[1].pk]
    index.recount()
    assert SearchWord.objects.get(word="*").documents == 1


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_the_row_with_it():
    with transaction.atomic():
        index.reindex([ProductFactory().pk])
        assert SearchRow.objects.exists()
        transaction.set_rollback(True)
    assert not SearchRow.objects.exists()


def test_refreshing_takes_over_price_stock_and_sales():
    kept, sold_out, dearer = ProductFactory.create_batch(3, has_stock=True, sort_price_krw=15_000)
    ids = [kept.pk, sold_out.pk, dearer.pk]
    index.reindex(ids)
    Product.objects.filter(pk=sold_out.pk).update(has_stock=False)
    Product.objects.filter(pk=dearer.pk).update(sort_price_krw=20_000, sold=5)
    index.refresh(None)
    rows = {row.pk: (row.price_krw, row.has_stock, row.rank) for row in SearchRow.objects.all()}
    assert rows == {
        kept.pk: (15_000, True, 0),
        sold_out.pk: (15_000, False, -3000),
        dearer.pk: (20_000, True, 179),
    }


def test_sales_and_counts_are_taken_over_once_an_hour():
    product = ProductFactory(name_zh_hans="面霜", has_stock=True)
    index.reindex([product.pk])
    Product.objects.filter(pk=product.pk).update(sold=20)
    SearchWord.objects.filter(word="面霜").update(documents=9)
    tasks.refresh_search()
    assert SearchRow.objects.get().sold == 20
    assert SearchWord.objects.get(word="面霜").documents == 1


def test_many_products_take_no_more_queries_than_one():
    counts = []
    for size in (1, 30):
        ids = [ProductFactory().pk for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            index.reindex(ids)
        counts.append(len(queries))
    assert counts[0] == counts[1]
