"""A mall's history on the desk: all that was done with it, by whom, in the reader's language."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone, translation

from kmall.models import AuditEntry
from partners.models import CategoryMap, CommissionRule, PartnerMall, PartnerMember
from partners.switch import pause, resume
from partners.verdict import pause_for_credentials
from tests.factories.catalog import CategoryFactory, daily_terms
from tests.factories.partners import CREDENTIALS, listable, partner_mall, skin_care
from tests.factories.people import member_of, works_at
from tests.partners.opening import PRICE, begun, identity, page

pytestmark = pytest.mark.django_db
MODELS = PartnerMall, PartnerMember, CategoryMap, CommissionRule


def history(mall) -> str:
    return reverse("admin:partners_partnermall_history", args=[mall.pk])


def deeds(client, mall) -> list[tuple]:
    """(what, details), the oldest first."""
    return [(deed.what, deed.details) for deed in client.get(history(mall)).context["deeds"]][::-1]


def change(client, mall, **fields):
    url = reverse("admin:partners_partnermall_change", args=[mall.pk])
    form = client.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    rows = {"members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0}
    return client.post(url, data | rows | fields)


def test_every_step_of_a_set_up_stands_in_it_with_what_it_set(kita, officer, sandbox):
    daily_terms()
    mall = begun(kita, sandbox)
    kita.post(page(mall, "start"))
    today = timezone.localdate()
    assert deeds(kita, mall) == [
        ("설정 시작", []),
        ("새 인증 정보 입력", []),
        ("시험 호출", ["응답함"]),
        ("카테고리 연결 변경", [f"{skin_care().name}: – → beauty-skincare"]),
        ("파트너몰 상품·가격 규칙 변경", ["안전 재고: 2 → 0"]),
        ("수수료 결정", [f"몰 전체: {today}부터 8%"]),
        ("판매 시작", []),
    ]
    assert {deed.who for deed in kita.get(history(mall)).context["deeds"]} == {officer}
    assert CREDENTIALS["app_secret"] not in kita.get(history(mall)).content.decode()


def test_what_was_changed_at_the_form_is_named_as_the_form_names_it(kita, mall):
    change(kita, mall, batch_size="40", credit_hours="24")
    assert (
        LogEntry.objects.get().change_message
        == '[{"changed": {"fields": ["Batch size", "Credit window, hours"]}}]'
    )
    assert deeds(kita, mall)[-1] == ("변경: 묶음 크기, 유입 인정 시간", [])
    kita.cookies["desk_language"] = "zh-hans"
    assert deeds(kita, mall)[-1] == ("更改：批量大小、归因时长（小时）", [])


def test_pauses_refused_keys_and_rows_of_lists_stand_in_it_too(kita, officer, mall):
    pause(mall, actor=officer)
    resume(mall, actor=officer)
    pause_for_credentials(PartnerMall.objects.get(), "SECRET-WORDS")
    row, other = CategoryMap.objects.get(), CategoryFactory()
    url = reverse("admin:partners_categorymap_change", args=[row.pk])
    kita.post(url, {"partner": mall.pk, "category": other.pk, "remote_code": "beauty-mask"})
    own = kita.get(reverse("admin:partners_categorymap_history", args=[row.pk])).content.decode()
    assert "변경: 카테고리, 파트너몰 코드" in own
    kita.post(reverse("admin:partners_categorymap_delete", args=[row.pk]), {"post": "yes"})
    assert [what for what, _details in deeds(kita, mall)] == [
        "일시 중지",
        "다시 시작",
        "파트너몰이 인증 정보를 거절해 연동 중단",
        "카테고리 연결 변경",
        "카테고리 연결 변경",
    ]
    changed, gone = (details for _what, details in deeds(kita, mall)[-2:])
    assert changed == [f"{skin_care()}: beauty-skincare → –", f"{other}: – → beauty-mask"]
    assert gone == [f"{other}: beauty-mask → –"]
    said = kita.get(history(mall)).content.decode()
    assert ("자동" in said, "SECRET-WORDS" in said) == (True, False)


def test_a_mall_that_gets_another_name_in_addresses_keeps_its_history(kita, sandbox):
    mall = begun(kita, sandbox, upto="key")
    kita.post(page(mall, "connector"), identity(sandbox, code="renamed", home_url="https://shop.example/"))
    mall.refresh_from_db()
    began, moved = deeds(kita, mall)
    assert (mall.code, began) == ("renamed", ("설정 시작", []))
    assert moved == (
        "커넥터, 이름 또는 주소 변경",
        ["코드: igetmall → renamed", f"상점 주소: {sandbox.url} → https://shop.example/"],
    )
    assert not AuditEntry.objects.filter(subject="partners.partnermall:igetmall").exists()


def test_a_key_that_was_typed_and_given_up_stands_in_it(kita, mall):
    kita.post(page(mall, "key"), {"do": "enter", "app_key": "kmall24", "app_secret": "not-taken"})
    kita.post(page(mall, "key"), {"do": "discard"})
    assert [what for what, _details in deeds(kita, mall)] == ["새 인증 정보 입력", "새 인증 정보 폐기"]


def test_a_rule_is_told_in_words_before_and_after(kita, mall):
    listable()
    fields = {"price_from_krw": "2000"}
    seen = kita.post(page(mall, "rule"), fields | {"do": "look"}).context["seen"]
    kita.post(page(mall, "rule"), fields | {"do": "save", "seen": seen})
    fields = PRICE | {"price_factor": "102.5", "do": "look"}
    seen = kita.post(page(mall, "price"), fields).context["seen"]
    kita.post(page(mall, "price"), fields | {"do": "save", "seen": seen})
    rule, price = (details for _what, details in deeds(kita, mall))
    assert rule == ["등록 규칙: 판매 중인 모든 상품 → ₩2,000 이상"]
    assert price == ["가격 계수: 100% → 102.5%"]


def test_a_long_history_is_paged_the_newest_first(kita, mall):
    note = {"action": "listings_sent_again", "subject": "partners.partnermall:igetmall"}
    AuditEntry.objects.bulk_create(AuditEntry(**note, data={"products": [n] * n}) for n in range(1, 53))
    now = timezone.now()
    for n, entry in enumerate(AuditEntry.objects.order_by("pk")):
        AuditEntry.objects.filter(pk=entry.pk).update(at=now + datetime.timedelta(seconds=n))
    first = kita.get(history(mall))
    assert first.context["deeds"][0].details == ["상품 52개"]
    assert 'href="?p=2"' in first.content.decode()
    last = kita.get(history(mall), {"p": "2"}).context["deeds"]
    assert [deed.details for deed in last] == [["상품 2개"], ["상품 1개"]]


def test_a_mall_without_a_history_says_so(kita, mall):
    AuditEntry.objects.all().delete()
    assert "아직 기록이 없습니다" in kita.get(history(mall)).content.decode()


def test_a_history_is_for_kita_alone(client, mall):
    for stranger in (works_at(mall), member_of(listable().seller)):
        client.force_login(stranger)
        assert client.get(history(mall)).status_code in (302, 403)


@pytest.mark.parametrize("language", ["ko", "zh-hans"])
def test_fields_of_a_mall_and_its_rules_have_a_name_in_each_language(language):
    names = [
        field.verbose_name
        for model in MODELS
        for field in model._meta.fields
        if field.editable and not field.auto_created
    ]
    with translation.override(None):
        english = [str(name) for name in names]
    with translation.override(language):
        assert [key for key, name in zip(english, names, strict=True) if str(name) == key] == []


@pytest.fixture
def mall():
    daily_terms()
    return partner_mall()
