"""A SKU code is one seller's once, and ml or g need a content: told where it can be mended."""

import copy

import pytest
from django.urls import reverse

from catalog import approve
from catalog.models import Revision, Sku
from catalog.proposal import current
from tests.catalog.editing import form_of, on_sale, url
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.people import kita_officer, member_of
from tests.races.rival import run_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    daily_terms()
    return on_sale(code="A-1")


@pytest.fixture
def other(product):
    return sku_in_stock(3, code="B-1", product__seller=product.seller, seller=product.seller).product


def proposal(product, **sku):
    data = copy.deepcopy(current(product))
    data["skus"][0] |= sku
    return data


def waiting(product, data):
    """A proposal that was submitted before these rules were asked."""
    return Revision.objects.create(product=product, data=data, state="submitted")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"skus-0-code": "B-1"}, "code", "상품에서 SKU 코드 B-1"),
        ({"skus-0-net_unit": "ml", "skus-0-net_content": "0"}, "net_content", "0보다 커야"),
    ],
)
def test_the_sellers_form_tells_at_the_field(client, product, other, typed, field, said):
    client.force_login(member_of(product.seller))
    page = client.post(url("change", product), form_of(client, product) | typed)
    assert said in str(page.context["skus"].forms[0].errors[field])
    assert not Revision.objects.exists()


@pytest.mark.parametrize("wrong", [{"code": "B-1"}, {"net_unit": "ml", "net_content": "0.00"}])
def test_what_cannot_be_is_neither_submitted_nor_approved(product, other, wrong):
    data = proposal(product, **wrong)
    revision = approve.save_draft(product=product, author=None, data=data)
    with pytest.raises(approve.Incomplete):
        approve.submit(revision=revision, actor=None)
    Revision.objects.update(state="submitted")
    with pytest.raises(approve.Incomplete):
        approve.approve(revision=revision, actor=kita_officer())


def test_the_officer_is_told_and_the_others_are_approved(client, product, other):
    wrong = waiting(product, proposal(product, code="B-1"))
    right = waiting(third := on_sale(code="C-1"), proposal(third, price_krw=30_000))
    client.force_login(kita_officer())
    chosen = {"action": "approve_chosen", "_selected_action": [wrong.pk, right.pk]}
    client.post(reverse("admin:catalog_revision_changelist"), chosen)
    assert dict(Revision.objects.values_list("pk", "state")) == {wrong.pk: "submitted", right.pk: "approved"}


def test_two_skus_of_one_product_may_swap_their_codes(product):
    first = product.skus.get()
    second = sku_in_stock(3, code="A-2", product=product, seller=product.seller, position=1)
    data = current(product)
    for row, code in zip(data["skus"], ("A-2", "A-1"), strict=True):
        row |= {"code": code, "label_zh_hans": code}
    approve.approve(revision=waiting(product, data), actor=kita_officer())
    assert dict(product.skus.values_list("pk", "code")) == {first.pk: "A-2", second.pk: "A-1"}


@pytest.mark.django_db(transaction=True)
def test_a_code_taken_in_the_same_moment_is_told_too(product, other):
    revision = waiting(product, proposal(product, code="D-1"))
    rival = run_before(approve, "_apply_skus", lambda: Sku.objects.filter(code="B-1").update(code="D-1"))
    with rival, pytest.raises(approve.Incomplete):
        approve.approve(revision=revision, actor=kita_officer())
    assert product.skus.get().code == "A-1"
