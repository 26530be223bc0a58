"""An edit that is approved after its product was taken off sale: the texts are new, the product stays off."""

import pytest
from django.urls import reverse

from catalog.models import Product, Revision, SearchRow
from catalog.search import index
from catalog.signals import product_changed
from kmall.models import AuditEntry
from tests.catalog.editing import form_of, on_sale, url
from tests.factories.catalog import daily_terms
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db
NEW = "新名字精华液"


@pytest.fixture
def product():
    daily_terms()
    product = on_sale()
    index.reindex([product.pk])
    return product


@pytest.fixture
def seller(product):
    return member_of(product.seller)


def submit(client, seller, product):
    client.force_login(seller)
    client.post(url("change", product), form_of(client, product) | {"name_zh_hans": NEW, "submit": "1"})
    assert Revision.objects.get().state == Revision.State.SUBMITTED


def set_state(client, user, product, to) -> int:
    client.force_login(user)
    return client.post(url("state", product), {"to": to}).status_code


def approve(client):
    client.force_login(kita_officer())
    revision = Revision.objects.get()
    page = reverse("admin:catalog_revision_change", args=[revision.pk])
    return client.post(page, {"seen": client.get(page).context["seen"], "approve": "1"}, follow=True)


def stands(product) -> tuple:
    product.refresh_from_db()
    return product.state, product.name_zh_hans, SearchRow.objects.filter(product=product).exists()


@pytest.mark.parametrize(
    ("state", "word"), [("withdrawn", "셀러가 판매 중지"), ("suspended", "무역협회가 정지")]
)
def test_it_stays_off_sale_with_its_new_texts(client, seller, product, state, word):
    submit(client, seller, product)
    set_state(client, seller if state == "withdrawn" else kita_officer(), product, "off")
    answer = approve(client)
    assert stands(product) == (state, NEW, False)
    assert f"판매되지 않습니다: {word}" in answer.content.decode()
    assert client.get(f"/zh-hans/p/{product.slug}/").status_code == 410


def test_the_seller_puts_its_own_on_sale_again_with_them(client, seller, product):
    submit(client, seller, product)
    set_state(client, seller, product, "off")
    approve(client)
    set_state(client, seller, product, "on_sale")
    assert stands(product) == ("on_sale", NEW, True)


def test_only_kita_releases_what_it_suspended(client, seller, product):
    submit(client, seller, product)
    set_state(client, kita_officer(), product, "off")
    approve(client)
    assert set_state(client, seller, product, "on_sale") == 403
    assert set_state(client, kita_officer(), product, "on_sale") == 302
    assert stands(product) == ("on_sale", NEW, True)


def test_kita_does_not_put_back_what_its_seller_withdrew(client, seller, product):
    set_state(client, seller, product, "off")
    client.force_login(kita_officer())
    answer = client.post(url("state", product), {"to": "on_sale"}, follow=True).content.decode()
    assert "셀러만 다시 판매할 수 있습니다" in answer
    assert ('value="off"' in answer, 'value="on_sale"' in answer) == (True, False)
    assert stands(product)[0] == "withdrawn"


def test_what_was_withdrawn_before_kita_suspended_it_is_withdrawn_once_it_is_released(
    client, seller, product
):
    set_state(client, seller, product, "off")
    set_state(client, kita_officer(), product, "off")
    answer = client.post(url("state", product), {"to": "on_sale"}, follow=True)
    assert stands(product)[0] == "withdrawn"
    assert "셀러가 판매를 중지한 상품" in answer.content.decode()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "withdrawn",
        "suspended",
        "released",
    ]
    set_state(client, seller, product, "on_sale")
    assert stands(product)[0] == "on_sale"


def test_several_at_once_stay_off_sale_too(client, seller, product):
    submit(client, seller, product)
    set_state(client, seller, product, "off")
    client.force_login(kita_officer())
    chosen = {"action": "approve_chosen", "_selected_action": [Revision.objects.get().pk]}
    client.post(reverse("admin:catalog_revision_changelist"), chosen)
    assert stands(product) == ("withdrawn", NEW, False)


def test_a_new_product_is_on_sale_with_its_approval(client, seller, product):
    Product.objects.filter(pk=product.pk).update(state=Product.State.DRAFT, approved_at=None)
    submit(client, seller, product)
    told = []

    def listen(sender, kinds, **_more):
        told.append("state" in kinds)

    product_changed.connect(listen)
    answer = approve(client)
    assert stands(product) == ("on_sale", NEW, True)
    assert (told, "파트너몰" in answer.content.decode()) == ([True], True)
