"""What a list may be asked for in its address by somebody who is not KITA's: what it offers itself."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from catalog.models import SellerMember
from tests.factories.catalog import CategoryFactory, sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.partners import partner_mall
from tests.factories.people import kita_officer, member_of, works_at

pytestmark = pytest.mark.django_db
ORDERS = reverse("admin:orders_order_changelist")


@pytest.fixture
def shared():
    """A paid order of two sellers' goods; the first one's SKU, the other's."""
    own, other = sku_in_stock(9), sku_in_stock(9, product__category=CategoryFactory(path="777."))
    paid_order(own, other)
    return own, other


@pytest.fixture
def seller(client, shared):
    client.force_login(member_of(shared[0].seller))
    return client


@pytest.fixture(params=["a seller", "a partner mall"])
def outsider(request, client):
    if request.param == "a seller":
        return request.getfixturevalue("seller")
    client.force_login(works_at(partner_mall()))
    return client


def lists_of(client):
    for model_admin in admin.site._registry.values():
        label = model_admin.model._meta.label_lower.replace(".", "_")
        url = reverse(f"admin:{label}_changelist")
        answer = client.get(url)
        if answer.status_code == 200:
            yield model_admin, url, answer


def is_offered(model_admin, column: str) -> bool:
    names = [entry[0] if isinstance(entry, tuple) else entry for entry in model_admin.list_filter]
    return column in (*names, model_admin.date_hierarchy)


def found(client, query: str) -> int:
    return len(client.get(f"{ORDERS}?{query}").context["cl"].result_list)


def test_no_column_can_be_asked_for_that_the_list_does_not_offer(outsider):
    answered, asked = [], 0
    for model_admin, url, _answer in lists_of(outsider):
        columns = [field.name for field in model_admin.opts.get_fields() if field.concrete]
        for column in (column for column in columns if not is_offered(model_admin, column)):
            asked += 1
            if outsider.get(f"{url}?{column}__isnull=0").status_code != 400:
                answered.append((url, column))
    assert (answered, asked > 10) == ([], True)


@pytest.mark.parametrize("query", ["total_fen__gte=1", "buyer_index__startswith=0", "user=1", "lines=1"])
def test_a_seller_cannot_halve_its_way_to_what_an_order_hides(seller, query):
    assert seller.get(f"{ORDERS}?{query}").status_code == 400


def test_all_that_a_list_offers_is_answered(outsider):
    followed = 0
    for _model_admin, url, answer in lists_of(outsider):
        offered = re.findall(r'href="(\?(?!o=)[^"]+)"', answer.content.decode())
        # Of the values of a column one will do: Django asks for all of them alike.
        for query in {re.sub(r"(__\w+)=[^&]*", r"\1", query): query for query in offered}.values():
            followed += 1
            assert outsider.get(url + query.replace("&amp;", "&")).status_code == 200, (url, query)
    assert followed > 5


def test_a_reports_link_finds_a_sellers_own_lines_only(seller, shared):
    other = shared[1]
    queries = [f"seller={sku.seller_id}" for sku in shared]
    queries += [f"category={sku.product.category.path}" for sku in shared]
    assert [found(seller, query) for query in queries] == [1, 0, 1, 0]
    assert other.seller.name not in seller.get(f"{ORDERS}?seller={other.seller_id}").content.decode()


def test_kita_asks_for_all_of_them(client, shared):
    client.force_login(kita_officer())
    queries = ["total_fen__gte=1", *(f"seller={sku.seller_id}" for sku in shared), "category=777."]
    assert [found(client, query) for query in queries] == [1, 1, 1, 1]


def test_two_companies_of_one_person_are_both_found(seller, shared):
    SellerMember.objects.create(seller=shared[1].seller, user=SellerMember.objects.get().user)
    assert [found(seller, f"seller={sku.seller_id}") for sku in shared] == [1, 1]
