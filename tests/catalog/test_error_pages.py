"""Errors look like the mall, in the reader's language, and say that cart and orders are safe."""

import pytest
from django.test import Client

from catalog.views import home
from tests.factories.catalog import CategoryFactory, ProductFactory
from tests.factories.people import kita_officer

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


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "페이지를 너무 오래 열어 두었습니다"),
        ("zh-hans", "页面打开时间太久了"),
        ("en", "open for too long"),
    ],
)
def test_at_the_desk_it_is_told_so_by_the_desk_in_its_language(db, language, words):
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(kita_officer())
    desk.cookies["desk_language"] = language
    page = desk.post("/admin/partners/display/add/", {})
    assert page.status_code == 403
    assert words in page.text
    assert 'href="/admin/"' in page.text
    assert "site-head" not in page.text


def test_what_the_desk_cannot_read_is_told_by_the_desk(client, db, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    client.force_login(kita_officer())
    page = client.post("/admin/partners/display/add/", dict.fromkeys("abcd", "1"))
    assert page.status_code == 400
    assert "요청을 읽을 수 없습니다" in page.text
    assert 'href="/admin/"' in page.text
    assert "site-head" not in page.text


@pytest.mark.parametrize("path", ["", "search/?q=a", "c/skincare/", "partner/igetmall/", "cart/", "no/such/"])
def test_a_language_that_the_shop_does_not_speak_leads_to_one_it_does(client, db, path):
    response = client.get(f"/en/{path}")
    assert response.status_code == 302
    assert response["Location"] == f"/zh-hans/{path}"


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
