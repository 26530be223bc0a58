"""The desk about partner malls and displays in a real browser: KITA's pages, those of a mall's own people."""

import datetime
import json
import zlib

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.credit import open_visit
from partners.labels import number_labels
from partners.models import Call, Discrepancy, Drift, FaultyFile, Listing, RefusedLink, Scan, Statement, Visit
from partners.shared import address_of
from partners.trail import note
from tests.browser import sign_in
from tests.every_width import Look
from tests.factories.catalog import daily_terms
from tests.factories.displays import display_of
from tests.factories.orders import freight_rule, paid_order
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer, works_at

# On how many lines the language stands that an address begins with.
LINES = """cell => {
  const begins = document.createRange();
  const text = document.createTreeWalker(document.querySelector(cell), NodeFilter.SHOW_TEXT).nextNode();
  begins.setStart(text, 0);
  begins.setEnd(text, "/zh-hans/".length);
  return begins.getClientRects().length;
}"""
DAY = datetime.timedelta(days=1)
UNKNOWN = {"out_id": "GIFT-77", "out_sku_id": "GIFT77", "quantity": 2, "price_fen": 12900, "tax_fen": 1174}


@pytest.fixture
def mall(live_mall):
    """A mall with a row in every list of the desk, and a display with labels."""
    daily_terms()
    freight_rule()
    mall = partner_mall(commission="0.0800", colour="#5b2a86")
    mall.remote_categories.create(code="beauty", name="美妆个护", is_leaf=False)
    for code, name in (("beauty-skincare", "护肤"), ("beauty-mask", "面膜")):
        mall.remote_categories.create(code=code, name=name, parent_code="beauty")
    mall.goods = goods_there(mall)
    mall.calls_made = calls(mall)
    note(mall, "test_call", actor=None, is_answered=True)
    mall.order = sold_there(mall)
    mall.statement = stated(mall)
    mall.label = at_a_display(mall)
    sent_here(mall)
    faults = [{"line": 3, "column": "price_fen", "code": "BAD_VALUE", "text": "12,9"}]
    mall.faulty_files.create(name="orders-000007.csv", digest="0" * 64, faults=faults)
    return mall


def goods_there(mall) -> list:
    """A product in each state: shown, refused there, never sent, failing."""
    goods = [listable() for _ in range(4)]
    for product in goods:
        changed(product, "state")
    now = timezone.now()
    shown = {
        "is_shown": True,
        "seen_at": now,
        "applied_at": now,
        "due_full": False,
        "remote_id": "IG10000001",
    }
    refused = {"outcome": "refused", "due_full": False, "outcome_at": now}
    states = [
        shown | {"outcome": "ok", "confirmed_hash": "x", "confirmed_version": 1},
        refused | {"error_code": "FORBIDDEN_WORD", "error_field": "title"},
        refused | {"error_code": "NO_PICTURE"},
        {"outcome": "failed", "outcome_at": now, "due_since": now},
    ]
    for product, state in zip(goods, states, strict=True):
        product.listings.update(**state)
    listing = Listing.objects.get(product=goods[0])
    Drift.objects.create(partner=mall, listing=listing, out_id=f"P{goods[0].pk}", finding="missing")
    return goods


def calls(mall) -> Call:
    """A test call, one that failed, and one with a product in it, which is returned."""
    product = mall.goods[0]
    mall.calls.create(kind="test", outcome="ok", status=200, milliseconds=17)
    mall.calls.create(kind="offer", outcome="transient", status=503, milliseconds=900, error="HTTP 503")
    item = {
        "out_id": f"P{product.pk}",
        "content": {"title": product.name_zh_hans, "title_ko": product.name_ko},
    }
    bodies = {
        "sent": {"items": [item]},
        "answered": {"items": [{"out_id": item["out_id"], "state": "accepted"}]},
    }
    packed = {name: zlib.compress(json.dumps(body).encode()) for name, body in bodies.items()}
    return mall.calls.create(
        kind="upsert", outcome="ok", status=200, milliseconds=41, listings=1, products=[product.pk],
        address="/router/rest?app_key=***&sign=***", **packed,
    )  # fmt: skip


def sold_there(mall):
    """An order that waits for a mapping, and one that was placed, with a return asked for, which is returned."""
    raw = json.dumps({"order_id": "IGO2", "lines": [UNKNOWN]})
    mall.orders.create(
        remote_id="IGO2", raw=raw, came_by="notice", state="awaiting", reason="unknown_item: GIFT77"
    )
    sku = mall.goods[0].skus.get()
    order = paid_order(sku)
    type(order).objects.filter(pk=order.pk).update(channel=mall.channel)
    row = mall.orders.create(remote_id="IGO1", raw="{}", came_by="pull", state="placed", order=order)
    row.requests.create(
        remote_id="IGR1", kind="return", stands="open", words="颜色和图片不一样", asked_at=timezone.now(),
        lines=[{"out_sku_id": f"S{sku.pk}", "quantity": 1}],
    )  # fmt: skip
    return row


def stated(mall) -> Statement:
    """Yesterday's statement, which differs."""
    sums = {"paid_fen": 62821, "refunded_fen": 0, "commission_fen": 5026, "net_fen": 57795}
    day = timezone.localdate() - DAY
    statement = Statement.objects.create(
        partner=mall, day=day, raw="[]", orders=1, fetched_at=timezone.now(), **sums
    )
    statement.rows.create(remote_id="IGO1", state="confirmed", **{k: sums[k] for k in list(sums)[:3]})
    Discrepancy.objects.create(
        partner=mall, statement=statement, remote_id="IGO1", order=mall.order, kind="amount", theirs="62821", ours="62721"
    )  # fmt: skip
    return statement


def at_a_display(mall):
    """A label that was scanned and bought from, one that is out of date, which is returned."""
    display = display_of(*mall.goods[:2])
    labels = number_labels(display.products.all())
    labels[1].product.skus.update(price_krw=9000)
    visit = Visit.objects.create(display=display, expires_at=timezone.now() + DAY)
    Scan.objects.create(display=display, product=labels[0].product, label=labels[0], visit=visit)
    paid_order(labels[0].sku, visit=visit.pk)
    return labels[1]


def sent_here(mall) -> None:
    """A shopper whom the mall's link sent, and one whose link was too old."""
    product = mall.goods[0]
    visit = Visit.objects.create(partner=mall, product=product, expires_at=timezone.now() + DAY)
    visit.views.create(product=product)
    paid_order(product.skus.get(), visit=visit.pk)
    RefusedLink.objects.create(
        day=timezone.localdate(), partner=mall, kind="listing", reason="stale", count=3
    )


def pages_of_kita(mall, fresh) -> dict[str, list[tuple[str, str]]]:
    """By language: address, and what only that page says in it."""
    product, order = mall.goods[0], mall.order

    def page(name, *args, query=""):
        return reverse(f"admin:{name}", args=args) + query

    def step(name, of=mall):
        return page("partners_partnermall_setup", of.pk, name)

    korean = [
        (page("partners_partnermall_changelist"), "시간당 호출"),
        (page("partners_partnermall_change", mall.pk), "한국관 피드(JSON)"),
        (page("partners_partnermall_add"), "우리 피드를 가져감"),
        (step("categories"), "연결된 최하위 카테고리"),
        (step("start", fresh), "시작 전에 필요한 것"),
        (page("partners_call_changelist"), "전체 전송"),
        (page("partners_partnerorder_changelist"), "IGO2"),
        (page("partners_partnerrequest_change", order.requests.get().pk), "요청 내용"),
        (page("partners_statement_month", query=f"?partner={mall.pk}"), "비교한 날"),
        (page("partners_discrepancy_changelist"), "미해결"),
        (page("partners_report"), "실적 없는 링크"),
        (page("partners_display_changelist"), "태블릿 화면"),
        (page("partners_label_outdated"), "가격 변경"),
        (page("partners_why", mall.goods[1].pk, mall.code), "광고법"),
    ]
    chinese = [
        (step("connector", fresh), "调用限度"),
        (step("key"), "更换密钥"),
        (page("partners_partnermall_history", mall.pk), "测试调用"),
        (step("rule"), "价格、库存、配送"),
        (page("partners_drift_changelist"), "差异报告"),
        (page("partners_call_change", mall.calls_made.pk), "发送全部内容"),
        (page("partners_said", product.pk, mall.code, mall.calls_made.pk), "以下仅为该商品的内容"),
        (page("partners_partnerorder_change", mall.orders.get(remote_id="IGO2").pk), "这些是我们的哪件商品"),
        (page("partners_partnerorder_change", order.pk), "IGR1"),
        (page("partners_partnerrequest_changelist"), "待处理"),
        (page("partners_statement_change", mall.statement.pk), "当日双方合计"),
        (page("partners_discrepancy_change", Discrepancy.objects.get().pk), "未结"),
        (page("partners_display_change", mall.label.display_id), "展示商品"),
        (page("partners_label_print", mall.label.display_id, "a6"), "重新编号"),
        (page("partners_display_report"), "每百名访客订单"),
        (page("partners_faultyfile_change", FaultyFile.objects.get().pk), "无法识别该值"),
        (page("partners_listing_changelist"), "广告法"),
    ]
    english = [
        (step("call"), "We ask the mall for its categories"),
        (step("price"), "price there"),
        (page("partners_statement_changelist"), "1 open"),
        (page("partners_market_changelist"), "Markets"),
        (page("partners_label_changelist"), "Landed price shown"),
        (page("partners_label_change", mall.label.pk), "Text shown"),
        (page("partners_visit_changelist"), "Landed on"),
    ]
    return {"ko": korean, "zh-hans": chinese, "en": english}


def test_kitas_pages_are_whole_on_phone_and_desk_in_three_languages(live_mall, mall, desktop):
    fresh = partner_mall(code="fresh", credentials={})
    type(mall).objects.filter(pk=fresh.pk).update(state="setup")
    sign_in(desktop, live_mall, kita_officer())
    look = Look(desktop, live_mall)
    for language, pages in pages_of_kita(mall, fresh).items():
        desktop.context.add_cookies([{"name": "desk_language", "value": language, "url": live_mall}])
        for path, word in pages:
            look.at(path, word, language)
    assert look.faults == []


def test_on_a_phone_the_goods_of_a_display_are_seen_whole(live_mall, phone):
    daily_terms()
    display = display_of(listable(name_ko="순담 어성초 진정 수분 크림 대용량"), listable())
    sign_in(phone, live_mall, kita_officer())
    phone.goto(live_mall + reverse("admin:partners_display_change", args=[display.pk]))
    phone.click("#products-group .add-row a")
    assert phone.locator("#products-group tr.form-row:visible").count() == 3
    assert phone.eval_on_selector("#products-group", "goods => goods.scrollWidth - goods.clientWidth") == 0


def test_the_address_of_a_visit_is_not_broken_within_its_language(live_mall, phone):
    open_visit(product=None, landing="/zh-hans/partner/igetmall/", partner=partner_mall())
    sign_in(phone, live_mall, kita_officer())
    phone.goto(live_mall + reverse("admin:partners_visit_changelist"))
    assert phone.text_content("td[class*=field-land]") == "/zh-hans/partner/igetmall/"
    assert phone.evaluate(LINES, "td[class*=field-land]") == 1


def test_a_malls_people_read_what_is_theirs_and_are_told_what_is_not(live_mall, mall, desktop):
    sign_in(desktop, live_mall, works_at(mall))
    look = Look(desktop, live_mall)
    listings, orders, calls = (
        reverse(f"admin:partners_{name}_changelist") for name in ("listing", "partnerorder", "call")
    )
    for language, *pages in (
        ("zh-hans", ("/admin/", "只读"), (listings, "已上架"), (orders, "待对应")),
        ("ko", ("/admin/", "읽기 전용"), (orders, "상품 연결 대기")),
    ):
        desktop.context.add_cookies([{"name": "desk_language", "value": language, "url": live_mall}])
        for path, word in pages:
            look.at(path, word, language)
    look.at(calls, "볼 수 없습니다", "ko", status=403)
    assert look.faults == []


def test_the_page_for_a_malls_people_is_whole_in_both_languages(live_mall, mall, desktop):
    look, path = Look(desktop, live_mall), address_of(mall, "standing").removeprefix(live_mall)
    for language, word, gone in (
        ("zh-hans", "贵商城的韩国馆", "此网址无效"),
        ("ko", "귀사의 한국관", "유효하지 않은 주소"),
    ):
        look.at(f"{path}?l={language}", word, language)
        look.at(f"/partners/standing/x/?l={language}", gone, language, status=404)
    assert look.faults == []
