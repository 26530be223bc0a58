"""Two people of a seller in the editor of one product."""

import pytest

from catalog.models import Revision
from tests.catalog.editing import form_of, on_sale, url
from tests.factories.catalog import daily_terms
from tests.factories.people import member_of

pytestmark = pytest.mark.django_db

TOLD = "입력하는 동안 다른 사람이 이 상품을 저장했습니다"
SECOND = {
    "skus-1-code": "NEW-1", "skus-1-label_ko": "두 병", "skus-1-label_zh_hans": "双瓶装", "skus-1-price_krw": 30000,
    "skus-1-weight_g": 300, "skus-1-net_content": 50, "skus-1-net_unit": "ml", "skus-1-pieces": 2,
    "skus-1-is_active": "on",
}  # fmt: skip


@pytest.fixture
def product():
    daily_terms()
    return on_sale()


@pytest.fixture
def seller(client, product):
    client.force_login(member_of(product.seller))
    return client


def save(seller, product, post):
    return seller.post(url("change", product), post)


def stored():
    return Revision.objects.get().data["fields"]


def test_the_second_is_told_and_writes_over_nothing(seller, product):
    first, second = form_of(seller, product), form_of(seller, product)
    save(seller, product, first | {"name_zh_hans": "新名字精华液"})
    page = save(seller, product, second | {"description_ko": "새 설명", "skus-0-on_hand": 9})
    text = page.content.decode()
    for said in (TOLD, "新名字精华液", "새 설명"):
        assert said in text
    assert [change.key for change in page.context["theirs"]] == ["name_zh_hans", "description_ko"]
    assert (stored()["name_zh_hans"], stored()["description_ko"]) == ("新名字精华液", "")
    assert product.skus.get().stock.on_hand == 7


def test_a_second_save_puts_what_stands_there_in_its_place(seller, product):
    first, second = form_of(seller, product), form_of(seller, product) | {"description_ko": "새 설명"}
    save(seller, product, first | {"name_zh_hans": "新名字精华液"})
    page = save(seller, product, second)
    save(seller, product, second | {"made_from": page.context["made_from"]})
    assert (stored()["name_zh_hans"], stored()["description_ko"]) == (product.name_zh_hans, "새 설명")


def test_a_row_that_the_first_added_is_no_fault_of_the_second(seller, product):
    first, second = form_of(seller, product), form_of(seller, product) | {"description_ko": "새 설명"}
    save(seller, product, first | SECOND)
    page = save(seller, product, second)
    assert TOLD in page.content.decode()
    assert "NEW-1" in page.content.decode()
    assert len(Revision.objects.get().data["skus"]) == 2


def test_two_who_want_the_same_are_not_bothered(seller, product):
    post = form_of(seller, product) | {"description_ko": "새 설명"}
    assert [save(seller, product, post).status_code for _ in range(2)] == [302, 302]


def test_one_in_the_editor_is_not_bothered_save_after_save(seller, product):
    for name in ("새 이름", "더 새 이름"):
        assert save(seller, product, form_of(seller, product) | {"name_ko": name}).status_code == 302
    assert stored()["name_ko"] == "더 새 이름"
