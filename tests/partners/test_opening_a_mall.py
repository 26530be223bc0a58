"""KITA opens a partner mall in steps at the desk, against the played mall, and nothing is sent before the last."""

import datetime
import json
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from catalog.models import Category, Product
from kmall.models import AuditEntry
from orders.models import Channel
from partners.links import link
from partners.models import CommissionRule, PartnerMall, RemoteCategory
from partners.setup import start_partner
from tests.factories.catalog import CategoryFactory, daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import member_of, works_at
from tests.partners.convergence import converge
from tests.partners.opening import ADD, PRICE, STEPS, begun, identity, page

pytestmark = pytest.mark.django_db


def test_from_the_first_step_to_goods_on_the_malls_page(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox)
    product = listable()
    changed(product, "state")
    looked = kita.get(page(mall, "start"))
    assert (looked.context["missing"], looked.context["preview"].listed.count) == ([], 1)
    assert sandbox.state()["items"] == {}
    kita.post(page(mall, "start"))
    mall.refresh_from_db()
    converge(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["state"] == "shown"
    deeds = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert deeds == [
        "begin_partner",
        "new_credentials",
        "test_call",
        "category_map",
        "partner_terms",
        "commission_agreed",
        "start_partner",
    ]


def test_the_limits_of_the_malls_interface_are_entered_with_it(kita, sandbox):
    limits = {
        "batch_size": 20,
        "calls_per_second": 4,
        "batches_at_once": 1,
        "orders_at_once": 1,
        "call_seconds": 30,
    }
    kita.post(ADD, identity(sandbox, **limits))
    assert PartnerMall.objects.values(*limits).get() == limits


def test_the_start_waits_until_nothing_is_missing(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox, upto="key")
    answer = kita.post(page(mall, "start"))
    assert [step for step, _text in answer.context["missing"]] == ["key", "call", "categories", "price"]
    assert PartnerMall.objects.get().state == "setup"


def test_a_set_up_goes_on_where_it_was_left(kita, sandbox):
    mall = begun(kita, sandbox, upto="categories")
    steps = kita.get(page(mall, "rule")).context["steps"]
    assert [step.name for step in steps if step.is_done] == ["connector", "key", "call"]
    (card,) = kita.get("/admin/partners/partnermall/").context["malls"]
    assert kita.get(card["way_on"][1]).url == page(mall, "categories")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", "no address"),
        ("code", "Ä b"),
        ("code", "UPPER"),
        ("code", "under_score"),
        ("connector", "unheard"),
        ("name_zh_hans", ""),
        ("code", "taken"),
        ("batches_at_once", "0"),
        ("call_seconds", "61"),
    ],
)
def test_a_first_step_that_is_wrong_says_so_and_keeps_the_rest(kita, sandbox, field, value):
    partner_mall(code="taken")
    answer = kita.post(ADD, identity(sandbox, name_ko="남는 이름") | {field: value})
    assert list(answer.context["form"].errors) == [field]
    assert "남는 이름" in answer.content.decode()
    assert PartnerMall.objects.count() == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("suspended", "인증키를 받지 않습니다"),
        ("busy", "점검 중"),
        ("rubbish", "읽을 수 있는 응답이 없습니다"),
    ],
)
def test_a_test_call_that_fails_says_what_to_do(kita, sandbox, fault, words):
    mall = begun(kita, sandbox, upto="call")
    sandbox.fault(fault)
    answer = kita.post(page(mall, "call"))
    assert words in answer.content.decode()
    assert PartnerMall.objects.get().tested_at is None


def test_a_test_call_brings_the_malls_own_categories(kita, sandbox):
    mall = begun(kita, sandbox, upto="call")
    kita.post(page(mall, "call"))
    theirs = RemoteCategory.objects.filter(partner=mall)
    assert (theirs.get(code="beauty-skincare").name, theirs.get(code="beauty").is_leaf) == ("护肤", False)


def test_another_address_has_to_be_tried_anew(kita, sandbox):
    mall = begun(kita, sandbox, upto="categories")
    kita.post(page(mall, "connector"), identity(sandbox, base_url="https://elsewhere.example/"))
    assert PartnerMall.objects.get().tested_at is None


def test_connector_and_code_stay_once_the_mall_runs(kita, sandbox):
    mall = partner_mall(sandbox.url)
    kita.post(page(mall, "connector"), identity(sandbox, code="other", name_ko="새 이름"))
    mall.refresh_from_db()
    assert (mall.code, mall.name_ko) == ("igetmall", "새 이름")


@pytest.mark.parametrize(("state", "words"), [("active", "사용 중"), ("paused", "중지됨")])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_mall_that_was_started_is_not_said_to_start_again(kita, sandbox, method, state, words):
    mall = partner_mall(sandbox.url)
    PartnerMall.objects.update(state=state)
    answer = getattr(kita, method)(page(mall, "start"), follow=True)
    assert answer.redirect_chain == [("/admin/partners/partnermall/", 302)]
    (told,) = map(str, answer.context["messages"])
    assert "이미 시작했습니다" in told
    assert words in told
    assert PartnerMall.objects.get().state == state


def test_who_starts_a_mall_a_moment_after_a_colleague_is_told_so(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox)

    def a_colleague(_partner, *, actor):
        PartnerMall.objects.update(state="paused")
        return start_partner(_partner, actor=actor)

    with patch("partners.admin.setup.start.start_partner", a_colleague):
        answer = kita.post(page(mall, "start"), follow=True)
    assert "이미 시작했습니다" in str(list(answer.context["messages"])[-1])


def test_a_rule_that_nothing_fits_is_told_before_the_start(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox)
    listable()
    nothing = "이 규칙에 맞는 상품이 없습니다"
    assert nothing not in kita.get(page(mall, "start")).content.decode()
    looked = kita.post(page(mall, "rule"), {"price_from_krw": "2000000000", "do": "look"})
    assert nothing in looked.content.decode()
    kita.post(page(mall, "rule"), {"price_from_krw": "2000000000", "do": "save"})
    assert nothing in kita.get(page(mall, "start")).content.decode()


@pytest.mark.parametrize("commission", ["", "100.01", "-1", "a lot"])
def test_a_commission_is_asked_for_with_the_price(kita, sandbox, commission):
    daily_terms()
    mall = begun(kita, sandbox, upto="price")
    answer = kita.post(page(mall, "price"), PRICE | {"commission": commission})
    assert list(answer.context["form"].errors) == ["commission"]
    assert not CommissionRule.objects.exists()


def test_what_is_agreed_stands_at_the_start_and_counts_from_that_day(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox)
    kita.post(page(mall, "price"), PRICE | {"commission": "7.5"})
    at_start = kita.get(page(mall, "start"))
    assert "7.5%" in at_start.content.decode()
    assert "7.5%" in at_start.context["steps"][5].words
    kita.post(page(mall, "start"))
    rules = CommissionRule.objects.values_list("partner", "category", "rate", "valid_from")
    assert list(rules) == [(mall.pk, None, Decimal("0.075"), timezone.localdate())]


def test_a_mall_whose_sales_would_earn_nothing_unsaid_is_not_started(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox)
    CommissionRule.objects.update(valid_from=timezone.localdate() + datetime.timedelta(days=1))
    answer = kita.post(page(mall, "start"))
    assert [step for step, _text in answer.context["missing"]] == ["price"]
    assert "수수료가 정해지지 않았습니다" in answer.content.decode()
    assert PartnerMall.objects.get().state == "setup"
    assert kita.get(page(mall, "next")).url == page(mall, "price")
    kita.post(page(mall, "price"), PRICE | {"commission": "0"})
    kita.post(page(mall, "start"))
    assert PartnerMall.objects.get().state == "active"


def test_who_saves_a_commission_after_a_colleague_started_is_shown_what_runs(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox)
    typed = PRICE | {"commission": "9"}
    seen = kita.post(page(mall, "price"), typed | {"do": "look"}).context["seen"]
    kita.post(page(mall, "start"))
    answer = kita.post(page(mall, "price"), typed | {"seen": seen})
    assert "미리 본 내용과 다릅니다" in answer.content.decode()
    assert CommissionRule.objects.get().rate == Decimal("0.08")


def test_the_price_of_a_running_mall_leads_to_its_next_commission_and_back(kita):
    mall = partner_mall(commission="0.0800")
    shown = kita.get(page(mall, "price"))
    assert "8%" in shown.content.decode()
    url = shown.context["form"].next_commission()
    assert f'href="{escape(url)}"' in shown.content.decode()
    offered = kita.get(url).context["adminform"].form
    assert offered["partner"].value() == str(mall.pk)
    day = timezone.localdate() + datetime.timedelta(days=1)
    agreed = {"partner": mall.pk, "category": "", "rate": "6", "valid_from": f"{day}"}
    assert kita.post(url, agreed).url == page(mall, "price")
    assert "6%" in kita.get(page(mall, "price")).content.decode()
    rule = CommissionRule.objects.get(valid_from=day)
    kita.post(reverse("admin:partners_commissionrule_delete", args=[rule.pk]), {"post": "yes"})
    trail = AuditEntry.objects.filter(subject="partners.partnermall:igetmall").order_by("pk")
    told = {"category": None, "rate": "0.0600", "valid_from": f"{day}"}
    assert list(trail.values_list("action", "data")) == [
        ("commission_agreed", told),
        ("commission_taken_back", told),
    ]


def test_the_start_speaks_of_no_form_that_would_be_saved(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox)
    listable()
    unsaved = "아직 저장하지"
    assert unsaved in kita.post(page(mall, "rule"), {"do": "look"}).content.decode()
    assert unsaved not in kita.get(page(mall, "start")).content.decode()


def test_only_what_looks_ahead_leads_down_to_what_it_shows(kita, sandbox):
    """What is saved leads to the next step, whose head would be out of sight at this place."""
    mall = begun(kita, sandbox, upto="price")
    for step in ("categories", "rule", "price"):
        shown = kita.get(page(mall, step)).content.decode()
        assert ('action="."' in shown, shown.count("#preview")) == (True, 1), step


def test_prices_are_shown_of_goods_that_the_mall_gets(kita, sandbox):
    daily_terms()
    mall = begun(kita, sandbox, upto="price")
    dear, unplaced, gets = (listable(sold=3), listable(sold=2), listable(sold=1))
    Product.objects.filter(pk=dear.pk).update(sort_price_krw=900_000)
    Product.objects.filter(pk=unplaced.pk).update(category=CategoryFactory())
    kita.post(page(mall, "rule"), {"price_to_krw": "800000", "do": "save"})
    form = kita.get(page(mall, "price")).context["form"]
    assert [sku.product for sku, _offer in form.examples()] == [gets]


@pytest.mark.parametrize("outcome", ["unreachable", "rubbish"])
def test_what_no_mall_said_stands_in_a_closed_box(kita, sandbox, outcome):
    mall = begun(kita, sandbox, upto="call")
    if outcome == "rubbish":
        sandbox.fault("rubbish")
    else:
        PartnerMall.objects.update(base_url="http://127.0.0.1:9/")
    answer = kita.post(page(mall, "call"))
    *_, message = answer.context["messages"]
    told, box = str(message).split("<details>")
    assert told.strip().endswith((".", "?"))
    assert "un" not in told
    assert box.startswith("<summary>자세히</summary>un")
    assert str(message) in answer.content.decode()


def test_what_the_mall_itself_said_is_told_with_the_sentence(kita, sandbox):
    mall = begun(kita, sandbox, upto="call")
    sandbox.fault("suspended")
    *_, message = kita.post(page(mall, "call")).context["messages"]
    assert "<details>" not in str(message)
    assert str(message).endswith(")")


def test_an_empty_key_is_not_stored_and_not_said_to_be(kita, sandbox):
    mall = begun(kita, sandbox, upto="key")
    answer = kita.post(page(mall, "key"), {"do": "enter", "app_key": "", "app_secret": "  "})
    mall.refresh_from_db()
    assert (mall.spare_credentials, mall.credentials) == ("", "")
    (told,) = map(str, answer.context["messages"])
    assert told.startswith("입력한 내용이 없어")
    assert set(answer.context["form"].errors) == {"app_key", "app_secret"}


@pytest.mark.parametrize("kind", ["store", "display"])
def test_a_name_that_the_shop_or_a_display_has_is_refused_at_its_box(kita, sandbox, kind):
    Channel.objects.create(code="taken", kind=kind, name="x")
    answer = kita.post(ADD, identity(sandbox, code="taken"))
    assert list(answer.context["form"].errors) == ["code"]
    assert not PartnerMall.objects.exists()


@pytest.mark.parametrize("step", STEPS)
def test_nobody_but_kita_opens_a_step(client, step):
    mall = partner_mall()
    for stranger in (works_at(mall), member_of(listable().seller)):
        client.force_login(stranger)
        assert client.get(page(mall, step)).status_code == 403
        assert client.post(page(mall, step), {"do": "save"}).status_code == 403
        assert client.post(ADD, {}).status_code == 403


def test_a_mall_of_another_kind_is_asked_in_its_own_way(kita, ningbo):
    kita.post(page(ningbo, "call"))
    theirs = RemoteCategory.objects.filter(partner=ningbo)
    assert theirs.filter(is_leaf=False, parent_code="").exists()
    assert theirs.filter(is_leaf=True).count() > 20
    boxes_of_key = kita.get(page(ningbo, "key")).context["form"].fields
    assert list(boxes_of_key) == ["supplier", "secret"]


def test_an_installation_without_categories_opens_its_first_mall(kita, sandbox):
    assert not Category.objects.exists()
    answer = kita.post(ADD, identity(sandbox), follow=True)
    assert answer.status_code == 200
    for step in STEPS:
        assert kita.get(page(PartnerMall.objects.get(), step)).status_code == 200, step


def test_an_address_that_no_call_can_go_to_is_told_at_its_field(kita, sandbox):
    answer = kita.post(ADD, identity(sandbox, base_url="http://☃.com/"))
    assert list(answer.context["form"].errors) == ["base_url"]


def test_a_key_that_no_call_can_carry_is_told_and_never_quoted(kita, sandbox):
    kita.post(ADD, identity(sandbox, connector="shanghai"))
    mall = PartnerMall.objects.get()
    kita.post(page(mall, "key"), {"do": "enter", "key": "密钥四五六", "secret": "a-long-secret-of-it"})
    answer = kita.post(page(mall, "call"))
    said = answer.content.decode()
    assert answer.status_code == 200
    assert ("ASCII" in said, "密钥四五六" in said) == (True, False)


def test_half_a_key_is_not_left_to_another_connector(kita, sandbox):
    kita.post(ADD, identity(sandbox))
    mall = PartnerMall.objects.get()
    kita.post(page(mall, "key"), {"do": "enter", "app_key": "", "app_secret": "of-igetmall-only"})
    kita.post(page(mall, "connector"), identity(sandbox, connector="shanghai"))
    kita.post(page(mall, "key"), {"do": "enter", "key": "kmall24", "secret": "of-shanghai"})
    mall.refresh_from_db()
    assert json.loads(mall.credentials) == {"key": "kmall24", "secret": "of-shanghai"}


def test_a_rule_that_cannot_be_read_is_told_and_mended_at_the_desk(kita, client, sandbox):
    daily_terms()
    mall, product = begun(kita, sandbox), listable()
    kita.post(page(mall, "start"))
    PartnerMall.objects.update(rule={"unheard": 1})
    for step in STEPS[:-1]:
        assert kita.get(page(mall, step)).status_code == 200, step
    assert kita.get(reverse("admin:partners_partnermall_change", args=[mall.pk])).status_code == 200
    for url in ("/zh-hans/partner/igetmall/", link(mall, product.pk, timezone.localdate())):
        assert Client().get(url, follow=True).status_code == 200, url
    looked = kita.post(page(mall, "rule"), {"do": "look"})
    kita.post(page(mall, "rule"), {"do": "save", "seen": looked.context["seen"]})
    assert PartnerMall.objects.get().rule == {}
