"""Why is it not on sale there? Every way not to be, over HTTP, with its sentence in Korean and its way out."""

import datetime
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import PricePolicy, Revision, SellerMember, Stock
from catalog.proposal import current
from partners import causes, sync
from partners.connectors import connect
from partners.look import look_now, look_up
from partners.models import CategoryMap, Drift, Listing, PartnerMall
from tests.factories.catalog import CategoryFactory, daily_terms, without_tax_rate
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer, member_of, works_at
from tests.partners.convergence import converge, hurry
from tests.partners.test_strange_answers import saying, through

pytestmark = pytest.mark.django_db
PAGES = sorted((Path(__file__).parents[2] / "docs/partners").glob("*.md"))
HELD = {"confirmed_hash": "x", "confirmed_version": 1, "due_full": False, "due_since": None}


@pytest.fixture
def mall():
    daily_terms()
    return partner_mall()


@pytest.fixture
def product(mall):
    product = listable()
    changed(product, "state")
    return product


@pytest.fixture
def desk(client):
    client.force_login(kita_officer())
    return client


def press(person, page, deed):
    """What the button of that deed on the page does, as a browser sends it: with the token of its form."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    forms = text(browser.get(page)).split("<form")
    (form,) = (form for form in forms if f'name="do" value="{deed}"' in form)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    return browser.post(page, {"do": deed, "csrfmiddlewaretoken": token and token[1]}, follow=True)


def url(product, mall) -> str:
    return reverse("admin:partners_why", args=[product.pk, mall.code])


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def draft(product, mall, state=None):
    type(product).objects.update(state="draft", approved_at=None)
    if state:
        Revision.objects.create(product=product, data=current(product), state=state)


def product_is(**fields):
    return lambda product, mall: type(product).objects.update(**fields)


def seller_is(state):
    return lambda product, mall: type(product.seller).objects.update(state=state)


def row_is(**fields):
    return lambda product, mall: Listing.objects.update(**fields)


def mall_is(**fields):
    return lambda product, mall: PartnerMall.objects.update(**fields)


def rule(part, value=None):
    return lambda product, mall: PartnerMall.objects.update(rule={part: value or [product.pk]})


def no_rate(product, mall):
    PricePolicy.objects.all().delete()


def removed_there(product, mall):
    Listing.objects.update(**HELD | {"confirmed_hash": "", "due_full": True, "next_try_at": timezone.now()})
    Drift.objects.create(partner=mall, listing=Listing.objects.get(), out_id="P1", finding="missing")


def other_category(product, mall):
    PartnerMall.objects.update(rule={"categories": [CategoryFactory().pk]})


LATER = timezone.now() + datetime.timedelta(hours=1)
WAYS = {
    "a draft": (draft, "아직 작성 중인 상품"),
    "with KITA": (lambda p, m: draft(p, m, "submitted"), "KITA의 승인을 기다리고"),
    "returned": (lambda p, m: draft(p, m, "returned"), "KITA가 사유를 적어 상품을 반려"),
    "withdrawn": (product_is(state="withdrawn"), "셀러가 판매를 중단한 상품"),
    "suspended": (product_is(state="suspended"), "KITA가 판매를 정지한 상품"),
    "seller suspended": (seller_is("suspended"), "KITA가 셀러를 정지하여"),
    "seller applied": (seller_is("applied"), "아직 셀러를 승인하지 않았습니다"),
    "no Chinese text": (product_is(name_zh_hans=""), "중국어 상품명이 없습니다"),
    "no picture": (lambda p, m: p.pictures.all().delete(), "상품 사진이 없습니다"),
    "no option": (lambda p, m: p.skus.update(is_active=False), "판매 중인 옵션이 없습니다"),
    "unmapped": (lambda p, m: CategoryMap.objects.all().delete(), "카테고리가 파트너몰 카테고리와 연결되지"),
    "no stock": (
        lambda p, m: (Stock.objects.update(on_hand=0), product_is(has_stock=False)(p, m)),
        "재고가 없어 파트너몰에 품절",
    ),
    "kept back": (mall_is(safety_stock=50), "남은 재고가 모두 예비분"),
    "no price policy": (no_rate, "오늘의 환율이나 가격 정책이 없어"),
    "no tax rate": (lambda p, m: without_tax_rate(p), "이 상품의 세율이 없어"),
    "too dear": (rule("price_to_krw", 9_000), "₩9,000 이하 상품만 받습니다. 가장 싼 옵션이 ₩18,000"),
    "too cheap": (rule("price_from_krw", 90_000), "₩90,000 이상 상품만"),
    "rule: stock": (
        lambda p, m: (rule("in_stock", True)(p, m), product_is(has_stock=False)(p, m)),
        "재고가 있는 상품만 받는데",
    ),
    "rule: delivery": (rule("delivery", "bonded"), "상품만 받습니다"),
    "rule: category": (other_category, "카테고리를 받지 않습니다"),
    "picked out": (rule("without"), "KITA가 이 파트너몰에서 이 상품을 직접 제외"),
    "rule: seller": (rule("sellers", [987_654]), "정해진 셀러의 상품만 받는데"),
    "rule: HS code": (rule("hs", ["1902303010"]), "HS 코드 3304990039 상품을 받지 않습니다"),
    "a rule nobody can read": (rule("colour", "red"), "등록 규칙을 읽을 수 없어"),
    "mall set up": (mall_is(state="setup"), "KITA가 이 파트너몰을 준비하고"),
    "mall paused": (mall_is(state="paused"), "잠시 멈추어 아무것도 보내지 않습니다"),
    "credentials": (mall_is(state="credentials"), "인증 정보를 받지 않아"),
    "breaker": (mall_is(breaker_pauses=1, breaker_open_until=LATER), "통신이 자주 실패하여"),
    "failed": (
        row_is(outcome="failed", error_code="UNREACHABLE", next_try_at=LATER),
        "지금 응답하지 않습니다",
    ),
    "not understood": (
        row_is(outcome="failed", error_code="NOT_UNDERSTOOD"),
        "파트너몰이 처리하지 못했습니다",
    ),
    "unknown": (row_is(outcome="unknown", error_code="UNREACHABLE"), "반영 여부를 알 수 없습니다"),
    "in line": (lambda p, m: None, "전송 대기 중이며 곧 보냅니다"),
    "asked to wait": (row_is(next_try_at=LATER), "기다려 달라고 했거나"),
    "accepted, not seen": (row_is(**HELD | {"outcome": "accepted"}), "접수했지만 아직 페이지에서 확인되지"),
    "applied, not seen": (row_is(**HELD), "반영했지만 아직 페이지에서 확인되지"),
    "removed there": (removed_there, "파트너몰 담당자가 내려"),
    "never in line": (lambda p, m: Listing.objects.all().delete(), "대기열에 들어가지 않았습니다"),
    "forgotten": (row_is(due_full=False), "대기열에 들어가지 않았습니다"),
    "being taken off": (
        lambda p, m: (product_is(state="withdrawn")(p, m), row_is(**HELD)(p, m)),
        "판매 대상이 아니어서 내리는 중",
    ),
    "a code nobody knows": (
        row_is(outcome="refused", error_code="E_77", error_text="请联系客服"),
        "파트너몰이 아래 사유로 반려",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_not_to_be_on_sale_has_its_sentence(desk, product, mall, way):
    arrange, sentence = WAYS[way]
    arrange(product, mall)
    page = desk.get(url(product, mall))
    assert sentence in text(page)
    assert not re.search(r"<(strong|p|dd)>[^<]*[A-Z]{3,}_[A-Z]", page.content.decode()), "a raw code"


def refusal_codes() -> set[str]:
    """Codes of the rules of fields of every partner's page."""
    rows = [
        line
        for page in PAGES
        for line in page.read_text().splitlines()
        if line.startswith("| `") or "(the item)" in line
    ]
    return {code for row in rows for code in re.findall(r"\| `([A-Z_]{4,})` \|$", row)} | {"UNKNOWN_ITEM"}


def test_every_refusal_of_the_contracts_says_what_is_wrong_and_what_to_do(desk, product, mall):
    assert len(refusal_codes()) > 12, "the pages are read"
    unsaid = refusal_codes() - causes.OF_REFUSAL.keys()
    assert unsaid == set(), "say in partners/causes.py what is wrong, what to do and where"
    for code in sorted(refusal_codes()):
        Listing.objects.update(outcome="refused", error_code=code, error_text="不行", error_field="")
        cause = causes.OF_REFUSAL[code]
        page = text(desk.get(url(product, mall)))
        assert "파트너몰 반려" in page
        assert "不行" in page
        assert any("가" <= letter <= "힣" for letter in str(cause.text)) or str(cause.text) not in page
        assert code not in page


@pytest.mark.parametrize(
    ("field", "anchor"),
    [("title", "#id_name_zh_hans"), ("content.description", "#id_description_zh_hans"), ("pictures", "#pictures"),
     ("price_fen", "#id_skus-0-price_krw"), ("stock", "#id_skus-0-on_hand"), ("origin", "#id_origin")],
)  # fmt: skip
def test_a_refusal_leads_to_the_very_field_that_is_wrong(client, product, mall, field, anchor):
    Listing.objects.update(outcome="refused", error_code="X", error_field=field)
    client.force_login(member_of(product.seller))
    form = reverse("admin:catalog_product_change", args=[product.pk])
    assert f'href="{form}{anchor}"' in text(client.get(url(product, mall)))
    assert f'id="{anchor[1:]}"' in text(client.get(form))


def test_kita_is_led_to_map_and_rule_and_a_seller_is_not(client, product, mall):
    PartnerMall.objects.update(rule={"without": [product.pk]})
    at_rule = reverse("admin:partners_partnermall_setup", args=[mall.pk, "rule"])
    client.force_login(member_of(product.seller))
    assert at_rule not in text(client.get(url(product, mall)))
    client.force_login(kita_officer())
    assert at_rule in text(client.get(url(product, mall)))
    PartnerMall.objects.update(rule={})
    CategoryMap.objects.all().delete()
    assert at_map(mall, product.category) in text(client.get(url(product, mall)))


def at_map(mall, category) -> str:
    step = reverse("admin:partners_partnermall_setup", args=[mall.pk, "categories"])
    return f'href="{step}?at={category.pk}#id_code-{category.pk}"'


def test_the_way_to_the_map_ends_at_the_row_that_is_to_be_mended_in_an_open_group(desk, product, mall):
    Listing.objects.update(outcome="refused", error_code="X", error_field="content.category")
    above = CategoryMap.objects.get().category
    below = CategoryFactory(parent=above, path=f"{above.path}001.", depth=1)
    type(product).objects.update(category=below)
    assert at_map(mall, above) in text(desk.get(url(product, mall)))
    step = reverse("admin:partners_partnermall_setup", args=[mall.pk, "categories"])
    asked = desk.get(f"{step}?at={below.pk}")
    opened = [[is_open for *_, is_open in page.context["form"].groups()] for page in (desk.get(step), asked)]
    assert opened == [[False], [True]]
    assert f'id="id_code-{below.pk}"' in text(asked)


def test_sent_again_and_looked_up_from_the_page_it_is_on_sale(client, sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url)
    product = listable()
    changed(product, "state")
    converge(mall)
    sandbox.operate("/operator/items/remove/", out_id=f"P{product.pk}")
    seller = member_of(product.seller)
    client.force_login(seller)
    press(seller, url(product, mall), "look")
    converge(mall)
    assert "모든 내용이 맞습니다" in text(client.get(url(product, mall)))
    before = sandbox.state()["calls"]["igm.items.upsert OK"]
    assert "대기열에 넣었습니다" in text(press(seller, url(product, mall), "send"))
    converge(mall)
    assert sandbox.state()["calls"]["igm.items.upsert OK"] == before + 1


def test_that_mending_is_in_vain_is_said_with_the_next_try_and_who_must_act(client, sandbox):
    daily_terms()
    mall, product, pages = partner_mall(sandbox.url), listable(), []
    changed(product, "state")

    def read(person, language):
        client.force_login(person)
        client.cookies["desk_language"] = language
        return text(client.get(url(product, mall)))

    def work(mall):
        for _ in range(3):
            hurry(mall)
            sync.sync(mall)
            look_now(Listing.objects.all())
            look_up(mall, connect(mall))
            pages.append(read(kita_officer(), "en"))

    through(sandbox, saying({"state": "removed"}, "igm.items.get"), work)
    said = "It was sent again"
    assert [said in page for page in pages] == [False, True, True]
    assert (f"{said} once" in pages[1], f"{said} 2 times" in pages[2]) == (True, True)
    by_itself = "It is sent again by itself"
    assert [by_itself in page for page in pages] == [True, False, False], "that would be no comfort"
    next_try = timezone.localtime(Listing.objects.get().next_try_at)
    assert f"the next try is at {next_try:%Y-%m-%d %H:%M:%S}" in pages[2]
    assert f"please call {mall.name}" in pages[2]
    of_seller = read(member_of(product.seller), "ko")
    assert ("2번 다시 보냈지만" in of_seller, "KITA가 몰에 문의합니다" in of_seller) == (True, True)
    converge(mall)
    assert said not in read(kita_officer(), "en")


def test_goods_that_are_on_sale_there_are_not_asked_why_they_are_not(desk, sandbox):
    daily_terms()
    mall, asked, in_its_way = partner_mall(sandbox.url), "왜 판매되지 않나요?", "어떤 문제가 있나요?"
    product = listable()
    changed(product, "state")
    assert asked in text(desk.get(url(product, mall)))
    converge(mall)
    for hindrance in ("mall paused", "breaker", "a code nobody knows"):
        arrange, sentence = WAYS[hindrance]
        arrange(product, mall)
        page = text(desk.get(url(product, mall)))
        assert [words in page for words in (in_its_way, sentence, asked)] == [True, True, False]
        PartnerMall.objects.update(state="active")
    changed(product, "state", state="withdrawn")
    page = text(desk.get(url(product, mall)))
    assert [words in page for words in ("왜 내리는 중인가요?", in_its_way, asked)] == [True, False, False]


def test_goods_that_are_counted_in_again_are_said_to_be_on_their_way(desk, sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url, safety_stock=5)
    product = listable(3)
    changed(product, "state")
    converge(mall)
    assert WAYS["kept back"][1] in text(desk.get(url(product, mall)))
    Stock.objects.update(on_hand=9)
    changed(product, "stock")
    assert WAYS["in line"][1] in text(desk.get(url(product, mall)))


def test_what_was_never_in_line_is_put_there(desk, product, mall):
    Listing.objects.all().delete()
    desk.post(url(product, mall), {"do": "send"})
    assert Listing.objects.get().due_full


def test_kita_resumes_a_paused_mall_and_a_seller_cannot(client, product, mall):
    PartnerMall.objects.update(state="paused")
    client.force_login(member_of(product.seller))
    assert client.post(url(product, mall), {"do": "resume"}).status_code == 403
    press(kita_officer(), url(product, mall), "resume")
    assert PartnerMall.objects.get().state == "active"


def test_one_who_only_views_can_do_nothing(client, product, mall):
    client.force_login(member_of(product.seller, SellerMember.Role.VIEWER))
    assert 'name="do"' not in text(client.get(url(product, mall)))
    for deed in ("send", "look", "resume"):
        assert client.post(url(product, mall), {"do": deed}).status_code == 403


def test_a_rival_and_a_partners_people_do_not_get_there(client, product, mall):
    client.force_login(member_of(listable().seller))
    assert client.get(url(product, mall)).status_code == 404
    assert client.post(url(product, mall), {"do": "send"}).status_code == 404
    client.force_login(works_at(mall))
    assert client.get(url(product, mall)).status_code == 403


def test_what_should_be_there_is_shown_with_its_price(desk, product, mall):
    page = text(desk.get(url(product, mall)))
    for said in (product.name_zh_hans, "beauty-skincare", "¥101.10", "있어야 할 내용"):
        assert said in page


def test_a_row_of_the_list_leads_to_the_page_in_words(desk, product, mall):
    listing = Listing.objects.get(product=product)
    assert f"/admin/partners/listing/{listing.pk}/change/" in text(desk.get("/admin/partners/listing/"))
    led = desk.get(f"/admin/partners/listing/{listing.pk}/change/")
    assert (led.status_code, led.url) == (302, url(product, mall))
    assert desk.post(f"/admin/partners/listing/{listing.pk}/change/", {"version": 9}).status_code == 403


def test_a_row_of_another_seller_leads_nowhere(client, product):
    client.force_login(member_of(listable().seller))
    listing = Listing.objects.get(product=product)
    led = client.get(f"/admin/partners/listing/{listing.pk}/change/")
    assert (led.status_code, led.headers.get("Location")) == (302, "/admin/")
