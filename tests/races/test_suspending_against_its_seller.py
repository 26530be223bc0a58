"""KITA suspends a product while its seller puts it back or withdraws it: it stays suspended."""

import pytest
from django.test import Client

from catalog import approve
from catalog.models import Product
from kmall.models import AuditEntry
from tests.catalog.editing import on_sale, url
from tests.factories.catalog import daily_terms
from tests.factories.people import kita_officer, member_of
from tests.races.rival import run_across

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("was", "to", "deed"), [("withdrawn", "on_sale", "put_back"), ("on_sale", "off", "take_off")]
)
def test_a_seller_does_not_get_past_it(was, to, deed):
    daily_terms()
    product = on_sale()
    Product.objects.update(state=was)
    seller, kita = signed_in(member_of(product.seller)), signed_in(kita_officer())
    page = url("state", product)
    with run_across(approve, deed, lambda: kita.post(page, {"to": "off"}).status_code) as suspending:
        answer = seller.post(page, {"to": to})
    assert (suspending, answer.status_code) == ([302], 403)
    assert Product.objects.get().state == Product.State.SUSPENDED
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["suspended"]
