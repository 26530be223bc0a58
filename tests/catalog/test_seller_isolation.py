"""A seller sees and changes only its own, a partner mall's people less still: every admin URL, walked as one."""

import json
import re

import pytest
from django.contrib import admin
from django.urls import reverse

from catalog.admin.scope import Scoped
from catalog.models import Picture, Review, Revision, SellerMember
from catalog.proposal import current
from kmall.models import User
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.partners import partner_mall
from tests.factories.people import kita_officer, member_of, works_at

pytestmark = pytest.mark.django_db
OURS = {
    model: model_admin
    for model, model_admin in admin.site._registry.items()
    if model._meta.app_label in ("catalog", "orders", "partners")
}
SECRETS = ("남의비밀상품", "SECRET-SKU", "SECRET-BYLINE", "SECRET-LISTING", "SECRET-REMOTE")


@pytest.fixture
def victim():
    """A seller with a row in every model that a seller's desk shows."""
    sku = sku_in_stock(5, product__name_ko="남의비밀상품", code="SECRET-SKU")
    product = sku.product
    Picture.objects.create(product=product, art={"kind": "serum"}, digest="1" * 64)
    data = current(product)
    Revision.objects.create(product=product, data=data, state=Revision.State.SUBMITTED)
    Review.objects.create(
        product=product, purchase="p1", byline="SECRET-BYLINE", stars=5, created_at=product.created_at
    )
    paid_order(sku)
    listed_at = partner_mall(code="elsewhere")
    product.listings.update(remote_id="SECRET-LISTING")
    listed_at.orders.create(remote_id="SECRET-REMOTE", raw="{}", came_by="pull")
    return product


@pytest.fixture
def rival(client):
    own = sku_in_stock(3)
    client.force_login(member_of(own.product.seller))
    return client


@pytest.fixture(params=["a rival seller", "a partner mall"])
def stranger(request, client):
    if request.param == "a rival seller":
        return request.getfixturevalue("rival")
    mall = partner_mall(code="another")
    mall.listings.all().delete()  # what is offered to it is no secret from it
    client.force_login(works_at(mall))
    return client


def rows_of(model):
    return list(model._default_manager.all()[:3])


def test_every_admin_of_the_mall_is_scoped():
    unscoped = [model for model, model_admin in OURS.items() if not isinstance(model_admin, Scoped)]
    assert unscoped == [], "inherit from catalog.admin.scope.DeskAdmin"


def test_every_inline_is_scoped():
    loose = [
        inline
        for model_admin in OURS.values()
        for inline in model_admin.inlines
        if not issubclass(inline, Scoped)
    ]
    assert loose == [], "inherit from catalog.admin.scope.ScopedInline"


def test_no_list_shows_a_stranger_anything(victim, stranger):
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        response = stranger.get(url, follow=True)
        assert response.status_code in (200, 403), url
        text = response.content.decode()
        for secret in (*SECRETS, victim.seller.name_ko):
            assert secret not in text, (url, secret)


def test_no_page_of_a_row_opens_for_a_stranger(victim, stranger):
    opened = []
    for model in admin.site._registry:
        for row in rows_of(model):
            if getattr(row, "seller", None) not in (None, victim.seller):
                continue
            for name in ("change", "history", "delete"):
                url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=[row.pk])
                response = stranger.get(url)
                if response.status_code == 200 and belongs_to_victim(row, victim):
                    opened.append(url)
    assert opened == []


def belongs_to_victim(row, victim) -> bool:
    """Rows of the victim and rows that no seller may see at all; the rival's own rows do not count."""
    path = OURS[type(row)].seller_path if type(row) in OURS else None
    if path is None:
        return True
    if path == "self":
        return row.pk == victim.seller_id
    return type(row)._default_manager.filter(pk=row.pk, **{path: victim.seller}).exists()


@pytest.mark.parametrize("name", ["submit", "preview", "state"])
def test_no_action_on_anothers_product_works(victim, stranger, name):
    url = reverse(f"admin:catalog_product_{name}", args=[victim.pk])
    assert stranger.post(url, {"to": "off"}).status_code in (403, 404)
    victim.refresh_from_db()
    assert victim.state == "on_sale"


def test_a_rivals_picture_ids_and_sku_ids_cannot_be_smuggled_into_an_edit(victim, rival):
    own = own_product(rival)
    data = editor_post(own)
    data["skus-0-id"] = victim.skus.get().pk
    assert rival.post(reverse("admin:catalog_product_change", args=[own.pk]), data).status_code == 403


def test_autocompletes_give_a_stranger_nothing(victim, stranger):
    for app, model, field in [
        ("partners", "categorymap", "category"),
        ("catalog", "categoryattribute", "attribute"),
    ]:
        url = (
            reverse("admin:autocomplete")
            + f"?app_label={app}&model_name={model}&field_name={field}&term=비밀"
        )
        response = stranger.get(url)
        assert response.status_code == 403 or json.loads(response.content)["results"] == []


def test_no_page_of_its_own_leads_a_seller_to_a_closed_door(rival):
    sku = sku_in_stock(3, product__seller=SellerMember.objects.get().seller)
    parcel = paid_order(sku).consignments.get()
    pages = [reverse("admin:index")]
    for row in (parcel.seller, sku.product, parcel):
        pages.append(reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]))
    for page in pages:
        links = set(re.findall(r'href="(/admin/[^"#?]*)', rival.get(page).content.decode()))
        closed = [link for link in links if rival.get(link).status_code in (403, 404)]
        assert (page, closed) == (page, [])


def test_a_member_who_only_views_cannot_save(victim, client):
    client.force_login(member_of(victim.seller, SellerMember.Role.VIEWER))
    url = reverse("admin:catalog_product_change", args=[victim.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, editor_post(victim)).status_code == 403


def test_kita_sees_every_list(victim, client):
    client.force_login(kita_officer())
    for model in OURS:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(url).status_code == 200, url


def test_kita_opens_the_rows_of_every_list(victim, client):
    client.force_login(kita_officer())
    for row in (row for model in OURS for row in rows_of(model)):
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        assert client.get(url, follow=True).status_code == 200, url


def own_product(client):
    user = User.objects.get(pk=client.session["_auth_user_id"])
    return user.memberships.get().seller.products.get()


def editor_post(product) -> dict:
    """The editor's form as it stands, as a browser would post it."""
    data = current(product)
    post = {key: "" if value is None else value for key, value in data["fields"].items()}
    post |= {"skus-TOTAL_FORMS": len(data["skus"]), "skus-INITIAL_FORMS": len(data["skus"])}
    for number, row in enumerate(data["skus"]):
        post |= {f"skus-{number}-{key}": value for key, value in row.items() if key != "opening"}
        post[f"skus-{number}-on_hand"] = product.skus.get(pk=row["id"]).stock.on_hand
    return post


def test_the_walk_can_fail(victim, rival, monkeypatch):
    """With the scope taken away by the test, the rival's list does show the secret."""
    from django.contrib.admin import ModelAdmin

    monkeypatch.setattr(Scoped, "get_queryset", lambda self, request: ModelAdmin.get_queryset(self, request))
    text = rival.get(reverse("admin:catalog_product_changelist")).content.decode()
    assert "남의비밀상품" in text
