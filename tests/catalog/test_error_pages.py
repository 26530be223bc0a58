"""Errors look like the mall, in the reader's language, and say that cart and orders are safe."""

import pytest
from django.test import Client

from catalog.views import home
from tests.factories.catalog import CategoryFactory, ProductFactory

SAFE = "您的购物车和订单"


def fail(*args, **kwargs):
    raise RuntimeError("broken on purpose")


@pytest.fixture
def broken(monkeypatch, db):
    """A browser of a mall whose home page is broken."""
    monkeypatch.setattr(home.shop_window, "of_today", fail)
    return Client(raise_request_exception=False)


def test_a_broken_page_says_that_cart_and_orders_are_safe(broken):
    response = broken.get("/zh-hans/")
    assert response.status_code == 500
    assert SAFE in response.text
    assert "site-head" in response.text


def test_a_broken_page_gives_a_number_to_quote_which_is_that_of_the_log(broken, monkeypatch):
    monkeypatch.setattr("uuid.uuid4", lambda: "7f3c19a2-0000-4000-8000-000000000000")
    assert "7f3c19a2-0000 ·" in broken.get("/ko/").text


def test_an_error_page_whose_navigation_fails_too_stands_without_it(broken, monkeypatch):
    monkeypatch.setattr("catalog.templatetags.shop.list_top", fail)
    response = broken.get("/zh-hans/")
    assert response.status_code == 500
    assert SAFE in response.text
    assert "site-head" not in response.text
    assert "css/layout" in response.text


def test_an_error_page_that_fails_in_every_way_leaves_a_plain_one(broken, monkeypatch):
    monkeypatch.setattr("kmall.errors.page_of", fail)
    response = broken.get("/zh-hans/")
    assert response.status_code == 500
    assert SAFE in response.text
    assert "css/" not in response.text


def test_a_page_that_is_not_there_is_in_the_readers_language(client, db):
    assert "没有找到这个页面" in client.get("/zh-hans/nothing/here/").text
    assert "요청하신 페이지가 없습니다" in client.get("/ko/nothing/here/").text


def test_a_form_without_its_token_is_told_to_load_the_page_again(db):
    response = Client(enforce_csrf_checks=True).post("/zh-hans/account/login/", {})
    assert response.status_code == 403
    assert "页面打开时间太久了" in response.text


def test_on_a_day_without_a_rate_goods_have_no_price_and_the_page_says_so(client, db):
    product = ProductFactory(category=CategoryFactory())
    for path in ("", f"p/{product.slug}/", "search/"):
        response = client.get(f"/zh-hans/{path}")
        assert response.status_code == 503
        assert response["Retry-After"] == "600"
        assert "价格更新中" in response.text


def test_a_host_that_is_not_ours_is_refused_before_a_page_is_made(client, db, settings):
    settings.ALLOWED_HOSTS = ["kmall24.example"]
    assert client.get("/zh-hans/help/service/").status_code == 400
