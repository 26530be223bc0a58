"""Where a shopper's pages lead: back, to sign in, to orders of a state."""

import re

import pytest

from tests.factories.catalog import sku_in_stock
from tests.factories.orders import UserFactory, paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_shop")]


def back_of(html):
    return re.search(r'<a class="back" href="([^"]*)"', html)[1]


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("orders/", "me/"),
        ("addresses/", "me/"),
        ("addresses/new/", "addresses/"),
        ("orders/{number}/", "orders/"),
        ("me/", ""),
    ],
)
def test_back_leads_one_step_up_from_a_page_that_was_opened_directly(client, path, back):
    order = paid_order(sku_in_stock(3))
    client.force_login(order.user)
    html = client.get(f"/zh-hans/{path.format(number=order.number)}").content.decode()
    assert back_of(html) == f"/zh-hans/{back}"


def test_a_guests_page_leads_to_the_sign_in_and_back_to_itself(client):
    html = client.get("/zh-hans/me/").content.decode()
    assert 'href="/zh-hans/account/login/?next=/zh-hans/me/"' in html
    assert 'href="/zh-hans/cart/"' in html


def test_ones_own_page_leads_to_the_orders_of_each_state(client):
    client.force_login(UserFactory())
    html = client.get("/zh-hans/me/").content.decode()
    assert 'href="/zh-hans/orders/?state=' in html
    html = client.get("/zh-hans/orders/").content.decode()
    assert 'href="/zh-hans/orders/?state=' in html
