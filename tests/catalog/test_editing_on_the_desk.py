"""The two-language editor as a seller uses it: over HTTP, in Korean."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.models import Picture, Revision, StockMovement
from tests.catalog.editing import form_of, on_sale, url
from tests.factories.catalog import CategoryFactory, HsCodeFactory, daily_terms
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    daily_terms()
    return on_sale()


@pytest.fixture
def seller(client, product):
    client.force_login(member_of(product.seller))
    return client


def picture_file(name="면.png", size=(640, 640)):
    body = io.BytesIO()
    Image.new("RGB", size, "#1d3b72").save(body, "PNG")
    return SimpleUploadedFile(name, body.getvalue(), "image/png")


def test_saving_keeps_a_draft_and_leaves_the_shop_alone(seller, product):
    seller.post(url("change", product), form_of(seller, product) | {"name_zh_hans": "新名字精华液"})
    revision = Revision.objects.get()
    assert (revision.state, revision.data["fields"]["name_zh_hans"]) == ("draft", "新名字精华液")
    product.refresh_from_db()
    assert product.name_zh_hans != "新名字精华液"


def test_chinese_is_kept_with_the_dot_of_chinese_and_korean_as_it_was_typed(seller, product):
    typed = {
        "name_zh_hans": "春・草精华液", "name_ko": "봄・풀 세럼", "brand_zh_hans": "ザ・セム",
        "skus-0-label_zh_hans": "红・大", "skus-0-label_ko": "빨강・대",
    }  # fmt: skip
    seller.post(url("change", product), form_of(seller, product) | typed)
    data = Revision.objects.get().data
    kept = data["fields"] | data["skus"][0]
    assert [kept[name.removeprefix("skus-0-")] for name in typed] == [
        "春·草精华液", "봄・풀 세럼", "ザ・セム", "红·大", "빨강・대",
    ]  # fmt: skip


def test_a_sellers_town_is_kept_with_the_dot_of_chinese(seller, product):
    page = reverse("admin:catalog_seller_change", args=[product.seller_id])
    response = seller.get(page)
    post = {name: value or "" for name, value in response.context["adminform"].form.initial.items()}
    for formset in response.context["inline_admin_formsets"]:
        form = formset.formset.management_form
        post |= {form.add_prefix(name): value for name, value in form.initial.items()}
        post |= {
            f"members-{place}-{name}": one[name].value()
            for place, one in enumerate(formset.formset)
            for name in ("id", "seller", "role")
        }
    post |= {"town_zh_hans": "全北・全州", "town_ko": "전북・전주"}
    answer = seller.post(page, post)
    assert answer.status_code == 302, answer.context["errors"]
    product.seller.refresh_from_db()
    assert (product.seller.town_zh_hans, product.seller.town_ko) == ("全北·全州", "전북・전주")


def test_save_and_submit_reaches_kitas_queue(seller, product, client):
    post = form_of(seller, product) | {"skus-0-price_krw": 23000, "submit": "1"}
    seller.post(url("change", product), post)
    assert Revision.objects.get().state == "submitted"
    client.force_login(kita_officer())
    page = client.get(reverse("admin:catalog_revision_change", args=[Revision.objects.get().pk]))
    assert [(row["before"], row["after"]) for row in page.context["rows"]] == [("20,000", "23,000")]


def test_stock_counts_at_once_and_asks_nobody(seller, product):
    seller.post(url("change", product), form_of(seller, product) | {"skus-0-on_hand": 30})
    sku = product.skus.get()
    assert sku.stock.on_hand == 30
    assert list(StockMovement.objects.filter(sku=sku, reason="count").values_list("delta", flat=True)) == [23]
    assert not Revision.objects.exists()


def test_several_pictures_come_in_at_once_and_in_order(seller, product):
    files = [picture_file("a.png", (640, 640)), picture_file("b.png", (700, 700))]
    seller.post(url("change", product), form_of(seller, product) | {"pictures": files})
    kept = Revision.objects.get().data["pictures"]
    assert len(kept) == 3
    assert Picture.objects.filter(pk__in=kept[1:], is_current=False).count() == 2


def test_a_file_that_is_no_picture_is_named_and_nothing_is_lost(seller, product):
    broken = SimpleUploadedFile("가격표.jpg", b"not a picture", "image/jpeg")
    post = form_of(seller, product) | {"name_ko": "새 이름", "pictures": [broken]}
    page = seller.post(url("change", product), post)
    assert "가격표.jpg" in page.content.decode()
    assert page.context["form"]["name_ko"].value() == "새 이름"
    assert not Revision.objects.exists()


def test_a_wrong_gtin_is_told_at_its_field(seller, product):
    page = seller.post(url("change", product), form_of(seller, product) | {"skus-0-gtin": "8801234567890"})
    assert list(page.context["skus"].forms[0].errors) == ["gtin"]


def test_the_preview_shows_the_proposal_in_both_languages(seller, product):
    seller.post(
        url("change", product),
        form_of(seller, product) | {"name_zh_hans": "新名字精华液", "name_ko": "새 이름"},
    )
    assert "新名字精华液" in seller.get(url("preview", product)).content.decode()
    assert "새 이름" in seller.get(url("preview", product) + "?language=ko").content.decode()


def test_a_new_product_begins_with_category_and_name(seller, product):
    category = CategoryFactory()
    post = {
        "seller": product.seller_id,
        "category": category.pk,
        "hs": HsCodeFactory().pk,
        "name_ko": "새 상품",
    }
    response = seller.post(reverse("admin:catalog_product_add"), post, follow=True)
    assert response.context["product"].state == "draft"
    assert response.context["title"] == "새 상품"


def test_kita_approves_several_at_once(client, product):
    post_as = member_of(product.seller)
    client.force_login(post_as)
    client.post(
        url("change", product), form_of(client, product) | {"name_zh_hans": "新名字精华液", "submit": "1"}
    )
    client.force_login(kita_officer())
    chosen = {"action": "approve_chosen", "_selected_action": [Revision.objects.get().pk]}
    client.post(reverse("admin:catalog_revision_changelist"), chosen)
    product.refresh_from_db()
    assert product.name_zh_hans == "新名字精华液"


def test_returning_several_asks_for_a_reason_first(client, product):
    client.force_login(member_of(product.seller))
    client.post(
        url("change", product), form_of(client, product) | {"name_zh_hans": "新名字精华液", "submit": "1"}
    )
    client.force_login(kita_officer())
    chosen = {"action": "return_chosen", "_selected_action": [Revision.objects.get().pk]}
    address = reverse("admin:catalog_revision_changelist")
    assert "reason" in client.post(address, chosen).content.decode()
    assert Revision.objects.get().state == "submitted"
    client.post(address, chosen | {"reason": "사진이 흐립니다"})
    assert Revision.objects.get().reasons == {"": "사진이 흐립니다"}


def test_the_desk_speaks_korean_unless_asked_otherwise(seller):
    assert 'lang="ko"' in seller.get(reverse("admin:index")).content.decode()
    seller.get(reverse("admin:language", args=["zh-hans"]))
    assert 'lang="zh-hans"' in seller.get(reverse("admin:index")).content.decode()


def test_faults_of_all_kinds_are_gathered_and_nothing_typed_is_lost(seller, product):
    """Several fields wrong at once, in both languages and in a SKU's row; and a picture that waits."""
    picture = product.pictures.get()
    wrong = {"name_ko": "", "name_zh_hans": "很" * 121, "origin": "한국", "skus-0-gtin": "880123"}
    kept = {"description_ko": "새 설명", f"picture-{picture.pk}-remove": "1", "pictures": [picture_file()]}
    page = seller.post(url("change", product), form_of(seller, product) | wrong | kept)
    text = page.content.decode()
    assert [label for _id, label, _text in page.context["faults"]] == [
        "이름(한국어)", "이름(중국어)", "원산지", "SKU 1 · GTIN",
    ]  # fmt: skip
    for said in ("120자까지", "KR", "8, 12, 13, 14자리", "새 사진은 다시 선택해 주세요", "새 설명"):
        assert said in text
    assert page.context["pictures"] == [(picture, 0, True)]
    assert not Revision.objects.exists()


def test_a_return_of_several_is_not_sent_with_spaces_for_a_reason(client, product):
    revision = Revision.objects.create(product=product, state="submitted", data={"fields": {}}, reasons={})
    client.force_login(kita_officer())
    chosen = {"action": "return_chosen", "_selected_action": [revision.pk], "reason": "   "}
    page = client.post(reverse("admin:catalog_revision_changelist"), chosen)
    assert 'id="reason_error"' in page.content.decode()
    revision.refresh_from_db()
    assert revision.state == "submitted"


def test_the_same_picture_twice_is_one(seller, product):
    files = [picture_file("a.png"), picture_file("b.png")]
    seller.post(url("change", product), form_of(seller, product) | {"pictures": files})
    seller.post(url("change", product), form_of(seller, product) | {"pictures": [picture_file("c.png")]})
    kept = Revision.objects.get().data["pictures"]
    assert len(kept) == len(set(kept)) == 2
