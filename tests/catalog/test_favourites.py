"""What a shopper puts aside: only when signed in, only from our own pages."""

import pytest
from django.urls import reverse

from catalog.models import Favourite, Product
from tests.factories.catalog import daily_terms, shown_product

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def product():
    daily_terms()
    return shown_product(name_zh_hans="淡温精华")


@pytest.fixture
def shopper(client, django_user_model):
    user = django_user_model.objects.create_user(email="lin@kmall24.test")
    client.force_login(user)
    return user


def put_aside(client, product, **headers):
    return client.post(reverse("catalog:favourite", args=[product.pk]), headers=headers or OURS)


def take_back(client, product, **headers):
    return client.post(
        reverse("catalog:favourite", args=[product.pk]), {"drop": "1"}, headers={**OURS, **headers}
    )


def test_a_product_put_aside_stands_on_the_page_until_it_is_taken_back(client, shopper, product):
    assert put_aside(client, product).url == reverse("catalog:favourites")
    page = client.get("/zh-hans/favourites/").text
    assert "淡温精华" in page
    assert f'formaction="{reverse("catalog:favourite", args=[product.pk])}"' in page
    take_back(client, product)
    assert not Favourite.objects.exists()


def test_a_heart_pressed_twice_without_script_keeps_the_product(client, shopper, product):
    put_aside(client, product)
    put_aside(client, product)
    assert shopper.favourites.get().product == product
    take_back(client, product)
    assert take_back(client, product, Accept="application/json").json() == {"favourite": False}


def test_the_bits_of_a_page_say_whether_its_product_is_a_favourite(client, shopper, product):
    other = shown_product()
    put_aside(client, product)
    said = {pk: client.get(f"/zh-hans/me/bits/?product={pk}").json() for pk in (product.pk, other.pk)}
    assert (said[product.pk]["favourite"], said[other.pk]["favourite"]) == (True, False)
    client.logout()
    assert "favourite" not in client.get(f"/zh-hans/me/bits/?product={product.pk}").json()


def test_a_visitor_signs_in_first_and_comes_back_to_the_product(client, product):
    response = put_aside(client, product)
    assert response.url.startswith(reverse("account_login"))
    assert product.slug in response.url


def test_a_page_of_another_site_cannot_put_aside(client, shopper, product):
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    assert put_aside(client, product, **headers).status_code == 403
    assert not Favourite.objects.exists()


def test_what_is_no_longer_sold_is_left_out(client, shopper, product):
    put_aside(client, product)
    Product.objects.update(state=Product.State.WITHDRAWN)
    assert "淡温精华" not in client.get("/zh-hans/favourites/").text
