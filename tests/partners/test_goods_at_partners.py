"""Goods against partners on the desk: how each stands where, found, counted, paged and put into a file."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product, Stock
from partners.mark import mark_changed
from partners.models import Listing, PartnerMall
from tests.factories.catalog import CategoryFactory, ProductFactory, SellerFactory, SkuFactory, daily_terms
from tests.factories.partners import changed, listable, partner_mall, skin_care
from tests.factories.people import kita_officer, member_of, works_at
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db
GRID = "/admin/partners/listing/grid/"
NOW = timezone.now()
HELD = {"confirmed_hash": "x", "confirmed_version": 1, "accepted_at": NOW}

# what the listing and the product are, and what the desk says of them
STANDINGS = [
    ("shown", HELD | {"outcome": "ok", "is_shown": True, "applied_at": NOW}, {}, "노출 중"),
    ("sold_out", HELD | {"outcome": "ok", "is_shown": True}, {"has_stock": False}, "품절로 표시"),
    ("sold_out", HELD | {"outcome": "ok", "is_shown": True, "sold_out_at": NOW}, {}, "품절로 표시"),
    ("pending", {}, {}, "반영 중"),
    ("refused", {"outcome": "refused", "error_code": "BAD_TITLE"}, {}, "파트너몰 반려"),
    ("lacking", {"outcome": "refused", "error_code": "NO_PICTURE"}, {}, "등록 불가"),
    ("failing", {"outcome": "failed", "error_code": "UNREACHABLE"}, {}, "전송 실패, 재시도"),
    ("failing", {"outcome": "unknown"}, {}, "전송 실패, 재시도"),
    ("leaving", HELD | {"is_shown": True}, {"state": "withdrawn"}, "내리는 중"),
    ("leaving", HELD | {"is_shown": True}, {"sort_price_krw": 90_000}, "내리는 중"),
    ("outside", {}, {"sort_price_krw": 90_000}, "등록 대상 아님"),
    ("off", {}, {"state": "suspended"}, "Kmall24 미판매"),
]


@pytest.fixture
def mall():
    return partner_mall(rule={"price_to_krw": 50_000})


@pytest.fixture
def desk(client):
    client.force_login(kita_officer())
    return client


def at_mall(listing=None, **fields) -> Product:
    """A product with its listing, either made to stand as the test needs it."""
    given = {"has_stock": True, "sort_price_krw": 18_000, "category": skin_care()} | fields
    product = ProductFactory(**given)
    now = timezone.now()
    for partner in PartnerMall.objects.all():
        Listing.objects.create(partner=partner, product=product, next_try_at=now, **(listing or {}))
    return product


def cells(response) -> list:
    return [cell for _product, row in response.context["rows"] for cell, _tone, _sign in row]


@pytest.mark.parametrize(("standing", "listing", "product", "word"), STANDINGS)
def test_each_way_to_stand_has_its_word_its_count_and_its_filter(
    desk, mall, standing, listing, product, word
):
    it = at_mall(listing, **product)
    response = desk.get(GRID, {"standing": standing})
    assert [(row.pk, cell.standing) for row, [(cell, _t, _s)] in response.context["rows"]] == [
        (it.pk, standing)
    ]
    assert f"</i>{word}</span>" in response.content.decode()
    assert [(found[0], found[-1]) for found in response.context["figures"][0][1]] == [(standing, 1)]
    others = [other for other, *_ in STANDINGS if other != standing]
    assert not any(cells(desk.get(GRID, {"standing": other})) for other in others)


def test_a_mall_that_is_paused_keeps_what_waits_waiting(desk, mall):
    at_mall({"due_since": NOW})
    PartnerMall.objects.update(state="paused")
    [cell] = cells(desk.get(GRID))
    assert (cell.standing, cell.since) == ("stopped", NOW)


def test_a_product_that_never_was_on_sale_is_in_the_grid_too(desk, mall):
    ProductFactory(state="draft")
    assert [(cell.standing, cell.row) for cell in cells(desk.get(GRID))] == [("off", None)]


def test_it_says_since_when_why_and_when_it_is_tried_again(desk, mall):
    later = NOW.replace(hour=3, minute=20, second=30) + datetime.timedelta(days=1)
    failed = {"outcome": "failed", "error_code": "UNREACHABLE", "outcome_at": NOW, "is_shown": True}
    Listing.objects.filter(product=at_mall(failed)).update(next_try_at=later)
    page = desk.get(GRID).content.decode()
    local = timezone.localtime(NOW)
    for text in (
        f"{local:%Y-%m-%d %H:%M}부터",
        "응답하지 않습니다",
        f"{timezone.localtime(later):%H:%M:%S}",
        "이전 버전은",
    ):
        assert text in page


def test_a_refusal_under_a_code_that_nobody_knows_is_told_in_the_readers_language(desk, mall):
    at_mall({"outcome": "refused", "error_code": "XYZ", "error_text": "商品不符合要求"})
    [cell] = cells(desk.get(GRID))
    assert cell.reason == "파트너몰이 다음과 같이 반려했습니다: “商品不符合要求”"
    Listing.objects.update(error_text="")
    [cell] = cells(desk.get(GRID))
    assert cell.reason == "파트너몰이 사유를 밝히지 않고 반려했습니다."


def test_a_seller_sees_its_own_goods_and_no_names_of_others(client, mall):
    own, other = at_mall(), at_mall(seller=SellerFactory(name_ko="남의가게"), name_ko="남의상품")
    partner_mall(code="soon")
    PartnerMall.objects.filter(code="soon").update(state="setup", name_ko="준비중몰")
    client.force_login(member_of(own.seller))
    response = client.get(GRID, {"seller": other.seller_id, "q": ""})
    assert [row.pk for row, _cells in response.context["rows"]] == [own.pk]
    text = response.content.decode() + client.get(GRID, {"as": "csv"}).content.decode()
    assert not [secret for secret in ("남의가게", "남의상품", "준비중몰") if secret in text]


def test_a_partners_people_have_their_list_and_not_the_grid(client, mall):
    client.force_login(works_at(mall))
    assert client.get(GRID).status_code == 403
    assert client.get(GRID, {"as": "csv"}).status_code == 403


def test_goods_are_found_by_name_code_number_seller_category_and_mall(desk, mall):
    one = at_mall(name_ko="매화 크림", name_zh_hans="梅花霜")
    SkuFactory(product=one, code="PLUM-1")
    at_mall(category=CategoryFactory(slug="tea"), name_ko="녹차")
    by = [{"q": "매화"}, {"q": "梅花"}, {"q": "plum-1"}, {"q": f"P{one.pk}"}, {"seller": one.seller_id}]
    for query in [*by, {"category": "skin-care"}]:
        assert [row.pk for row, _cells in desk.get(GRID, query).context["rows"]] == [one.pk], query
    partner_mall(code="second")
    assert [cell.partner.code for cell in cells(desk.get(GRID, {"q": "매화", "partner": "second"}))] == [
        "second"
    ]


@pytest.mark.parametrize("query", [{"partner": "nobody"}, {"standing": "??"}, {"q": "a\0b"}, {"seller": "x"}])
def test_a_filter_that_means_nothing_is_told_at_its_field(desk, mall, query):
    response = desk.get(GRID, query)
    assert (response.status_code, list(response.context["form"].errors)) == (200, list(query))


def test_an_empty_grid_says_so_and_leads_back(desk, mall):
    assert "조건에 맞는" in desk.get(GRID, {"q": "없는상품"}).content.decode()
    PartnerMall.objects.all().delete()
    assert "아직 연 파트너몰이 없습니다" in desk.get(GRID).content.decode()


def test_pages_go_by_key_and_keep_the_filter(desk, mall):
    newest_first = [at_mall(name_ko=f"세럼 {n}").pk for n in range(53)][::-1]
    first = desk.get(GRID, {"q": "세럼"})
    assert [row.pk for row, _cells in first.context["rows"]] == newest_first[:50]
    second = desk.get(GRID, {"q": "세럼", "cursor": first.context["found"].next})
    assert [row.pk for row, _cells in second.context["rows"]] == newest_first[50:]
    assert "q=%EC%84%B8%EB%9F%BC" in second.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_goods(desk, mall):
    partner_mall(code="second")
    counted = []
    for so_many in (10, 990):
        like = at_mall()
        Product.objects.bulk_create(
            Product(slug=f"q-{so_many}-{n}", name_ko="세럼", seller=like.seller, category=like.category, hs=like.hs,
                    state="on_sale", has_stock=True, sort_price_krw=9_000)
            for n in range(so_many)
        )  # fmt: skip
        mark_changed(None, {"state"})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(GRID).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 20


def test_the_file_has_every_product_and_no_formula(desk, mall):
    refused = {"outcome": "refused", "error_code": "BAD_TITLE", "remote_id": "=IG1"}
    product = at_mall(refused, name_ko="=cmd|calc", name_zh_hans="梅花霜")
    response = desk.get(GRID, {"as": "csv"})
    head, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert (head[0], head[4]) == ("번호", "아이겟몰: 상태")
    assert row[:4] == [f"P{product.pk}", "'=cmd|calc", "梅花霜", product.seller.name_ko]
    assert (row[4], row[6][:4], row[7]) == ("파트너몰 반려", "중국어 ", "'=IG1")


def test_the_menu_leads_to_the_grid(desk, mall):
    menu = desk.get(reverse("admin:index")).context["desk_menu"]
    assert GRID in [link.path for group in menu for link in group.links]


def test_what_is_listed_for_real_stands_so(desk, mall):
    """By the ordinary path: no row made by hand."""
    product = listable()
    mark_changed([product.pk], {"state"})
    Product.objects.filter(pk=product.pk).update(sort_price_krw=18_000)
    assert [cell.standing for cell in cells(desk.get(GRID))] == ["pending"]


def test_what_is_all_kept_back_stands_as_sold_out(desk, sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url, safety_stock=5)
    kept, more = listable(3), listable(10)
    for product in (kept, more):
        changed(product, "state")
    converge(mall)
    response = desk.get(GRID)
    assert {row.pk: cell.standing for row, [(cell, _t, _s)] in response.context["rows"]} == {
        kept.pk: "sold_out",
        more.pk: "shown",
    }
    assert [(found[0], found[-1]) for found in response.context["figures"][0][1]] == [
        ("shown", 1),
        ("sold_out", 1),
    ]
    assert [row.pk for row, _cells in desk.get(GRID, {"standing": "sold_out"}).context["rows"]] == [kept.pk]
    Stock.objects.filter(sku__product=kept).update(on_hand=9)
    changed(kept, "stock")
    converge(mall)
    assert [cell.standing for cell in cells(desk.get(GRID))] == ["shown", "shown"]


def test_sold_out_is_since_the_mall_was_told(desk, sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url)
    product = listable()
    changed(product, "state")
    converge(mall)
    Listing.objects.update(applied_at=NOW - datetime.timedelta(days=60))
    Stock.objects.update(on_hand=0)
    changed(product, "stock", has_stock=False)
    told = timezone.now()
    assert [(cell.standing, cell.since) for cell in cells(desk.get(GRID))] == [("sold_out", None)]
    converge(mall)
    [cell] = cells(desk.get(GRID))
    assert (cell.standing, told < cell.since <= timezone.now()) == ("sold_out", True)
    changed(product, "text", name_zh_hans="新名 精华液")
    converge(mall)
    assert [again.since for again in cells(desk.get(GRID))] == [cell.since]
