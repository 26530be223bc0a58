"""Stock that is counted in the editor while shoppers go on buying."""

import threading

import pytest
from django.db import connection, transaction

from catalog import locks, stock
from catalog.models import Revision, Stock, StockMovement
from tests.catalog.editing import form_of, url
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.people import member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sku():
    daily_terms()
    return sku_in_stock(10, price_krw=20_000)


@pytest.fixture
def seller(client, sku):
    client.force_login(member_of(sku.product.seller))
    return client


def sell(sku, quantity):
    stock.reserve(lines=[(sku.pk, quantity)], reference="K1", seconds=900)
    stock.take(reference="K1")


def counts(sku):
    return list(StockMovement.objects.filter(sku=sku, reason="count").values_list("delta", flat=True))


def on_hand(sku):
    return Stock.objects.get(pk=sku.pk).on_hand


def test_what_was_sold_while_a_text_was_typed_stays_sold(seller, sku):
    post = form_of(seller, sku.product) | {"description_ko": "새 설명"}
    sell(sku, 3)
    seller.post(url("change", sku.product), post)
    assert (on_hand(sku), counts(sku), Revision.objects.count()) == (7, [], 1)


def test_a_count_is_against_what_the_page_showed(seller, sku):
    post = form_of(seller, sku.product) | {"skus-0-on_hand": 15}
    sell(sku, 3)
    page = seller.post(url("change", sku.product), post, follow=True)
    assert (on_hand(sku), counts(sku)) == (12, [5])
    assert next(str(message) for message in page.context["messages"]) == (
        f"{sku.code}: 페이지를 열 때 재고는 10개였습니다. 그 뒤의 판매와 반품을 반영해 지금은 12개입니다."
    )


def test_a_count_below_what_is_held_is_told_at_its_field_and_nothing_is_half_saved(seller, sku):
    stock.reserve(lines=[(sku.pk, 3)], reference="K1", seconds=900)
    typed = {"skus-0-on_hand": 2, "description_ko": "새 설명"}
    page = seller.post(url("change", sku.product), form_of(seller, sku.product) | typed)
    assert page.context["skus"].forms[0].errors == {
        "on_hand": ["지금 재고는 10개이고 그중 3개가 주문에 잡혀 있습니다. 잡힌 수량까지 다시 세어 주세요."]
    }
    assert "새 설명" in page.content.decode()
    assert (on_hand(sku), counts(sku), Revision.objects.exists()) == (10, [], False)


def test_the_second_count_is_against_what_the_refusal_told(seller, sku):
    post = form_of(seller, sku.product) | {"skus-0-on_hand": 1}
    sell(sku, 7)
    stock.reserve(lines=[(sku.pk, 2)], reference="K2", seconds=900)
    page = seller.post(url("change", sku.product), post)
    again = {"skus-0-on_hand_shown": page.context["skus"].forms[0]["on_hand_shown"].value()}
    seller.post(url("change", sku.product), post | again | {"skus-0-on_hand": 2})
    assert (on_hand(sku), counts(sku)) == (2, [-1])


def test_a_page_that_does_not_say_what_it_showed_counts_nothing(seller, sku):
    post = form_of(seller, sku.product) | {"skus-0-on_hand_shown": ""}
    page = seller.post(url("change", sku.product), post)
    assert list(page.context["skus"].forms[0].errors) == ["on_hand"]
    assert on_hand(sku) == 10


@pytest.mark.django_db(transaction=True)
def test_a_count_while_an_order_holds_the_row_asks_to_save_again(seller, sku, monkeypatch):
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.2)
    post = form_of(seller, sku.product) | {"skus-0-on_hand": 12}
    held, done = threading.Event(), threading.Event()

    def order():
        with transaction.atomic():
            list(locks.stocks_with_products([sku.pk]))
            held.set()
            done.wait(20)
        connection.close()

    thread = threading.Thread(target=order)
    thread.start()
    held.wait(20)
    page = seller.post(url("change", sku.product), post)
    done.set()
    thread.join()
    assert page.context["skus"].forms[0].errors == {
        "on_hand": ["지금 이 SKU의 주문을 처리하고 있습니다. 다시 저장해 주세요."]
    }
    assert on_hand(sku) == 10
