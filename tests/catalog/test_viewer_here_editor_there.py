"""Somebody who works at two companies: what one may do at the one says nothing about the other."""

import pytest
from django.contrib import admin
from django.urls import reverse

from catalog.admin.scope import Scoped
from catalog.models import Product, Revision, SellerMember
from catalog.proposal import current
from tests.catalog.editing import form_of, on_sale, url
from tests.factories.catalog import CategoryFactory, HsCodeFactory, SalePriceFactory, daily_terms, review
from tests.factories.orders import paid_order
from tests.factories.partners import partner_mall
from tests.factories.people import member_of
from tests.kmall.test_saving_twice import as_shown

pytestmark = pytest.mark.django_db
SCOPED = [model_admin for model_admin in admin.site._registry.values() if isinstance(model_admin, Scoped)]


@pytest.fixture
def seen():
    """Goods of the company where one only views, with a row in every model that a seller's desk shows."""
    daily_terms()
    product = on_sale()
    SalePriceFactory(sku=product.skus.get())
    Revision.objects.create(product=product, data=current(product), state=Revision.State.SUBMITTED)
    review(product)
    paid_order(product.skus.get())
    partner_mall()
    return product


@pytest.fixture
def edited():
    return on_sale()


@pytest.fixture
def person(client, seen, edited):
    user = member_of(seen.seller, SellerMember.Role.VIEWER)
    SellerMember.objects.create(seller=edited.seller, user=user, role=SellerMember.Role.EDITOR)
    client.force_login(user)
    return client


def page_of(row, name="change") -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_{name}", args=[row.pk])


def company_post(person, seller) -> dict:
    """The company's page as its editor has it, with another telephone number typed."""
    return as_shown(person.get(page_of(seller))) | {"phone": "064-000-0000"}


def rows_of(model_admin, seller) -> list:
    path = {None: None, "self": "pk"}.get(model_admin.seller_path, model_admin.seller_path)
    rows = model_admin.model._default_manager
    return list(rows.filter(**{path: seller.pk}).distinct()) if path else []


def test_one_keeps_the_page_of_the_company_that_one_edits(person, edited):
    answer = person.post(page_of(edited.seller), company_post(person, edited.seller))
    edited.seller.refresh_from_db()
    assert (answer.status_code, edited.seller.phone) == (302, "064-000-0000")


def test_one_cannot_change_the_page_of_the_company_where_one_views(person, seen, edited):
    post = company_post(person, edited.seller)
    answer = person.post(page_of(seen.seller), post | {"name_ko": "남의 이름"})
    seen.seller.refresh_from_db()
    assert (answer.status_code, seen.seller.phone) == (403, "")


def test_the_page_of_the_company_where_one_views_has_nothing_to_save(person, seen, edited):
    pages = [person.get(page_of(seller)).content.decode() for seller in (seen.seller, edited.seller)]
    assert ['name="_save"' in page for page in pages] == [False, True]


def test_no_row_of_the_company_where_one_views_can_be_posted_to(person, seen):
    open_doors, tried = [], 0
    for model_admin in SCOPED:
        for row in rows_of(model_admin, seen.seller):
            for name in ("change", "delete"):
                tried += 1
                if person.post(page_of(row, name), {"post": "yes"}).status_code != 403:
                    open_doors.append(page_of(row, name))
    assert (open_doors, tried > 15) == ([], True)


def test_no_button_of_the_goods_where_one_views_works(person, seen):
    mall = reverse("admin:partners_why", args=[seen.pk, "igetmall"])
    tries = [(url("submit", seen), {}), (url("state", seen), {"to": "off"})]
    tries += [(mall, {"do": deed}) for deed in ("send", "look", "resume")]
    answers = [person.post(address, data).status_code for address, data in tries]
    seen.refresh_from_db()
    assert (answers, seen.state) == ([403] * 5, Product.State.ON_SALE)


def test_the_editor_of_goods_where_one_views_saves_nothing(person, seen, edited):
    before = Revision.objects.get().data
    post = form_of(person, seen) | {"name_ko": "남의 이름", "skus-0-on_hand": 999}
    assert person.post(url("change", seen), post).status_code == 403
    assert (Revision.objects.get().data, seen.skus.get().stock.on_hand) == (before, 6)
    assert [person.get(url("change", product)).context["can_edit"] for product in (seen, edited)] == [
        False,
        True,
    ]


def test_a_new_product_is_of_a_company_that_one_edits(person, seen, edited):
    address = reverse("admin:catalog_product_add")
    data = {"category": CategoryFactory().pk, "hs": HsCodeFactory().pk, "name_ko": "새 상품"}
    offered = person.get(address).context["form"].fields["seller"].queryset
    assert list(offered) == [edited.seller]
    person.post(address, data | {"seller": seen.seller_id})
    assert not Product.objects.filter(name_ko="새 상품").exists()
    person.post(address, data | {"seller": edited.seller_id})
    assert Product.objects.get(name_ko="새 상품").seller == edited.seller
