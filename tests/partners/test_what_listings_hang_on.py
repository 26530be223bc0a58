"""Rows beside a product that its listings are made of as well: changed on the desk, told to the malls."""

import pytest
from django.urls import reverse

from catalog.models import Sku
from partners.models import CategoryMap, Listing, RemoteCategory
from tests.factories.catalog import CategoryFactory
from tests.factories.partners import changed, listable, ningbo_mall
from tests.factories.people import kita_officer, member_of
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(sandbox, mall):
    """A product on sale at the mall, and one more of the same seller that is not."""
    product = listable()
    hidden = listable(seller=product.seller, state="withdrawn")
    for each in (product, hidden, listable()):
        changed(each, "state")
    converge(mall)
    return product


def save(client, seller, **fields):
    """The company's form as a browser sends it, with some fields changed."""
    page = reverse("admin:catalog_seller_change", args=[seller.pk])
    context = client.get(page).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    sent = {field.html_name: field.value() for form in forms for field in form if field.value() is not None}
    return client.post(page, sent | fields)


@pytest.mark.parametrize("person", [lambda seller: member_of(seller), lambda _seller: kita_officer()])
def test_a_company_that_is_renamed_is_renamed_at_the_mall(client, sandbox, mall, shown, person):
    client.force_login(person(shown.seller))
    answer = save(client, shown.seller, name_zh_hans="新名公司", town_zh_hans="京畿 水原")
    assert answer.status_code == 302
    due = Listing.objects.filter(due_full=True)
    assert list(due.values_list("product", flat=True)) == [shown.pk]
    converge(mall)
    content = sandbox.state()["items"][f"P{shown.pk}"]["content"]
    assert (content["seller"], content["town"]) == ("新名公司", "京畿 水原")


def test_what_no_listing_says_marks_none(client, sandbox, mall, shown):
    client.force_login(member_of(shown.seller))
    assert save(client, shown.seller, story_zh_hans="我们的故事").status_code == 302
    assert not Listing.objects.filter(due_full=True).exists()


def delete_one(client, row):
    return client.post(reverse("admin:partners_categorymap_delete", args=[row.pk]), {"post": "yes"})


def move_elsewhere(client, row):
    fields = {"partner": ningbo_mall().pk, "category": CategoryFactory().pk, "remote_code": "0102"}
    return client.post(reverse("admin:partners_categorymap_change", args=[row.pk]), fields)


@pytest.mark.parametrize("deed", [delete_one, move_elsewhere])
def test_what_is_mapped_no_more_leaves_the_mall(client, sandbox, mall, shown, deed):
    client.force_login(kita_officer())
    assert deed(client, CategoryMap.objects.get(partner=mall)).status_code == 302
    converge(mall)
    assert {item["state"] for item in sandbox.state()["items"].values()} == {"withdrawn"}
    assert set(Listing.objects.filter(partner=mall).values_list("error_code", flat=True)) <= {
        "CATEGORY_NOT_MAPPED",
        "",
    }


@pytest.mark.parametrize(("typed", "kept"), [("face-care", None), ("护肤", "beauty-skincare")])
def test_a_row_of_the_map_takes_only_what_the_mall_lists(client, sandbox, mall, shown, typed, kept):
    RemoteCategory.objects.create(partner=mall, code="beauty-skincare", name="护肤", is_leaf=True)
    category = CategoryFactory()
    client.force_login(kita_officer())
    fields = {"partner": mall.pk, "category": category.pk, "remote_code": typed}
    answer = client.post(reverse("admin:partners_categorymap_add"), fields)
    row = CategoryMap.objects.filter(category=category).first()
    assert (answer.status_code, row and row.remote_code) == (302 if kept else 200, kept)
    assert kept or "파트너몰 목록에 없습니다" in answer.content.decode()


def test_a_new_limit_of_an_order_changes_the_tax_that_malls_show(client, sandbox, mall, shown):
    def tax_fen() -> int:
        converge(mall)
        return sandbox.state()["items"][f"P{shown.pk}"]["offer"]["skus"][0]["tax_fen"]

    Sku.objects.filter(product=shown).update(price_krw=1_000_000)  # one piece is above the limit of today
    changed(shown, "price")
    full = tax_fen()
    client.force_login(kita_officer())
    page = reverse("admin:orders_importlimit_add")
    limit = {"order_fen": "10000", "year_fen": "26000", "valid_from": "2026-01-01", "source": "test"}
    assert client.post(page, limit).status_code == 302
    assert tax_fen() < full
