"""What the desk's pages say: names of languages, days, where one is, and that nothing was found."""

import pytest
from django.urls import reverse
from django.utils.timezone import localtime, now

from catalog.models import Review, Revision
from catalog.proposal import current
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"admin:{name}", args=args), query).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ["이름(한국어)", "이름(중국어)"]),
        ("zh-hans", ["名称（韩文）", "名称（中文）"]),
        ("en", ["Name in Korean"]),
    ],
)
def test_a_field_says_in_words_which_language_it_holds(kita, language, words):
    kita.get(reverse("admin:language", args=[language]))
    seller = sku_in_stock(1).seller
    text = page(kita, "catalog_seller_change", seller.pk)
    assert [word for word in words if word not in text] == []
    assert "[ko]" not in text


def test_times_are_written_the_same_way_everywhere(kita):
    order = paid_order(sku_in_stock(3))
    text = page(kita, "orders_order_changelist")
    assert f"{localtime(order.placed_at):%Y-%m-%d %H:%M}" in text
    assert [half for half in ("오전", "오후") if half in text] == []


def test_a_search_that_finds_nothing_says_so_and_offers_the_way_back(kita):
    sku_in_stock(1)
    text = page(kita, "catalog_product_changelist", q="없는상품이름")
    assert "조건에 맞는 항목이 없습니다." in text
    assert 'href="?">전체 보기' in text


def test_the_menu_shows_where_one_is_on_pages_below_a_list_too(kita):
    product = sku_in_stock(1).product
    menu = kita.get(reverse("admin:catalog_product_change", args=[product.pk])).context["desk_menu"]
    assert {str(group.current.label) for group in menu} == {"상품"}
    report = kita.get(reverse("admin:orders_sales")).context["desk_menu"]
    assert {str(group.current.label) for group in report} == {"매출 보고"}


def test_the_desk_says_whose_it_is(client):
    seller = sku_in_stock(1, product__seller__name_ko="한빛식품").seller
    client.force_login(member_of(seller))
    assert client.get(reverse("admin:index")).context["desk_name"] == "한빛식품"
    client.force_login(kita_officer())
    assert client.get(reverse("admin:index")).context["desk_name"] == "무역협회 관리"


def test_somebody_not_signed_in_is_shown_the_login_in_korean(client):
    page = client.get(reverse("admin:login"))
    assert page.status_code == 200
    assert "비밀번호" in page.content.decode()
    assert not page.context["desk_menu"]


def test_kita_reads_all_of_a_new_product_not_only_what_differs(kita):
    product = sku_in_stock(1, product__name_ko="새 앰플", product__approved_at=None).product
    revision = Revision.objects.create(
        product=product, data=current(product), state=Revision.State.SUBMITTED, submitted_at=now()
    )
    page = kita.get(reverse("admin:catalog_revision_change", args=[revision.pk]))
    shown = {row["change"].key: row["after"] for row in page.context["rows"]}
    assert shown["name_ko"] == "새 앰플"
    assert shown["hs_id"] == str(product.hs)


def test_a_seller_reads_which_field_a_reason_is_about(client):
    product = sku_in_stock(1).product
    reasons = {"name_zh_hans": "용량이 빠져 있습니다.", "": "전체를 다시 보아 주십시오."}
    Revision.objects.create(
        product=product, data=current(product), state=Revision.State.RETURNED, reasons=reasons
    )
    client.force_login(member_of(product.seller))
    page = client.get(reverse("admin:catalog_product_change", args=[product.pk]))
    assert page.context["reasons"] == [
        ("", "전체를 다시 보아 주십시오."),
        ("이름(중국어)", "용량이 빠져 있습니다."),
    ]


def test_a_review_is_read_in_its_list(kita):
    product = sku_in_stock(1).product
    Review.objects.create(
        product=product, purchase="p-1", byline="林**", stars=5, text="很好用", created_at=now()
    )
    assert "很好用" in page(kita, "catalog_review_changelist")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("catalog/nothing/", 404, "찾을 수 없습니다"),
        ("catalog/product/99999999/change/", 404, "찾을 수 없습니다"),
        ("catalog/product/add/", 403, "이 계정으로는 볼 수 없습니다"),
    ],
)
def test_an_error_at_the_desk_is_the_desks_and_leads_back_to_it(kita, path, status, words):
    answer = kita.get(reverse("admin:index") + path)
    text = answer.content.decode()
    assert (answer.status_code, words in text, "장바구니" in text) == (status, True, False)
    assert f'href="{reverse("admin:index")}"' in text


def test_a_lone_seller_sees_no_column_with_its_own_name_in_each_row(client):
    seller = sku_in_stock(1).seller
    found = []
    for user in (member_of(seller), kita_officer()):
        client.force_login(user)
        found.append("column-seller" in page(client, "catalog_product_changelist"))
    assert found == [False, True]
