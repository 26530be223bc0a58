import io

import pypdf
import pytest
from django.contrib.auth.models import Group

from catalog.models import Sku
from partners.models import Display, Listing
from partners.setup import open_market
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


@pytest.fixture
def kita(client, django_user_model):
    user = django_user_model.objects.create_user(email="kita@kmall24.test", is_staff=True, language="ko")
    user.groups.add(Group.objects.get_or_create(name="KITA")[0])
    client.force_login(user)
    return client


@pytest.fixture
def display():
    daily_terms()
    open_market(
        code="jiefangbei", name_ko="충칭 해방비", name_zh_hans="重庆解放碑", place_ko="충칭", place_zh_hans="重庆",
        displays=[{"code": "b-07", "name_ko": "진열대", "name_zh_hans": "展架", "products": [listable().pk, listable().pk]}],
    )  # fmt: skip
    return Display.objects.get()


def test_only_what_is_out_of_date_is_printed_again(kita, display):
    address = f"/admin/partners/display/{display.pk}/labels/a6/"
    assert len(pages_of(kita.get(address))) == 2
    Sku.objects.filter(product=display.products.first().product).update(price_krw=9000)
    assert len(pages_of(kita.get(address, {"stale": 1}))) == 1
    assert kita.get(address, {"stale": 1}).status_code == 302


def pages_of(answer):
    return pypdf.PdfReader(io.BytesIO(answer.content)).pages


def test_a_refused_listing_is_explained_and_can_be_sent_again(kita, sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url)
    product = listable(name_zh_hans="最佳 精华液")
    changed(product, "state")
    converge(mall)
    assert "광고법" in kita.get("/admin/partners/listing/").content.decode()
    kita.post(
        "/admin/partners/listing/", {"action": "send_again", "_selected_action": [Listing.objects.get().pk]}
    )
    converge(mall)
    assert sandbox.state()["calls"]["igm.items.upsert OK"] == 2
