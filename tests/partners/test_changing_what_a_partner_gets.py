"""KITA changes a partner's rule and prices by forms: first what it would do, then exactly that."""

from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import translation

from catalog.models import PricePolicy, Product
from kmall.models import AuditEntry
from partners.connectors import connect
from partners.models import Listing, PartnerMall
from partners.preview import Group
from partners.sync import step
from tests.factories.catalog import CategoryFactory
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import member_of, works_at
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(sandbox, mall):
    """Three products on sale at the mall, ₩1,000, ₩2,000 and ₩3,000."""
    goods = [listable(10) for _ in range(3)]
    for number, product in enumerate(goods, start=1):
        changed(product, "state", sort_price_krw=number * 1000)
    converge(mall)
    return goods


def page(partner, step: str) -> str:
    return reverse("admin:partners_partnermall_setup", args=[partner.pk, step])


def price(**fields) -> dict:
    return {"price_factor": "100", "stock_share": "100", "safety_stock": "0"} | fields


def counts(answer) -> dict[str, int]:
    found = answer.context["preview"]
    return {name: getattr(found, name).count for name in ("listed", "changed", "withdrawn")} | {
        "kept": found.kept
    }


def test_a_rule_is_shown_before_it_is_saved_and_does_what_was_shown(kita, sandbox, mall, shown):
    new, fields = listable(), {"price_from_krw": "2000", "without": f"P{shown[2].pk}"}
    changed(new, "state", sort_price_krw=9000)
    looked = kita.post(page(mall, "rule"), fields | {"do": "look"})
    assert counts(looked) == {"listed": 1, "changed": 0, "withdrawn": 2, "kept": 1}
    assert PartnerMall.objects.get().rule == {}
    kita.post(page(mall, "rule"), fields | {"do": "save", "seen": looked.context["seen"]})
    mall.refresh_from_db()
    converge(mall)
    states = {out_id: item["state"] for out_id, item in sandbox.state()["items"].items()}
    assert {out_id for out_id, state in states.items() if state == "shown"} == {
        f"P{shown[1].pk}",
        f"P{new.pk}",
    }
    entry = AuditEntry.objects.get(action="partner_terms")
    assert entry.data["after"]["rule"] == {"price_from_krw": 2000, "without": [shown[2].pk]}


@pytest.mark.parametrize(("language", "comma"), [("zh-hans", "、"), ("ko", ", ")])
def test_names_in_a_row_stand_with_the_commas_of_the_readers_language(kita, mall, language, comma):
    kita.cookies["desk_language"] = language
    shelves = [CategoryFactory() for _ in range(2)]
    PartnerMall.objects.update(rule={"categories": [shelf.pk for shelf in shelves]})
    with translation.override(language):
        names = comma.join(shelf.name for shelf in shelves)
    assert names in kita.get(page(mall, "rule")).content.decode()
    shown = kita.post(page(mall, "rule"), {"sellers": "none\nneither"}).content.decode()
    assert f"“none”{comma}“neither”" in shown


def test_what_was_not_shown_is_not_saved(kita, mall, shown):
    looked = kita.post(page(mall, "rule"), {"price_from_krw": "2000", "do": "look"})
    other = {"price_from_krw": "3000", "do": "save", "seen": looked.context["seen"]}
    again = kita.post(page(mall, "rule"), other)
    assert counts(again)["withdrawn"] == 2
    assert "미리 본 내용과 다릅니다" in again.content.decode()
    assert PartnerMall.objects.get().rule == {}


def test_somebody_elses_change_meanwhile_is_not_overwritten_unseen(kita, mall, shown):
    looked = kita.post(page(mall, "rule"), {"price_from_krw": "2000", "do": "look"})
    PartnerMall.objects.update(rule={"in_stock": True})
    kita.post(page(mall, "rule"), {"price_from_krw": "2000", "do": "save", "seen": looked.context["seen"]})
    assert PartnerMall.objects.get().rule == {"in_stock": True}


def test_a_price_rule_is_shown_with_real_goods_and_reaches_the_mall(kita, sandbox, mall, shown):
    fields = price(price_factor="110", stock_share="50", safety_stock="2")
    looked = kita.post(page(mall, "price"), fields | {"do": "look"})
    assert counts(looked) == {"listed": 0, "changed": 3, "withdrawn": 0, "kept": 0}
    offer = looked.context["preview"].changed.offers[shown[0].pk]
    assert (offer.before_stock, offer.after_stock) == (10, 4)
    kita.post(page(mall, "price"), fields | {"do": "save", "seen": looked.context["seen"]})
    mall.refresh_from_db()
    converge(mall)
    sku = sandbox.state()["items"][f"P{shown[0].pk}"]["offer"]["skus"][0]
    assert (sku["price_fen"], sku["stock"]) == (offer.after_fen, 4)


@pytest.mark.parametrize(
    ("state", "button", "told"),
    [
        ("active", "저장하고 전송", "저장했습니다. 바뀌는 내용을 전송하는 중입니다."),
        ("paused", "저장", "저장했습니다. 다시 시작하면 전송됩니다."),
        ("credentials", "저장", "저장했습니다. 파트너몰이 인증키를 받으면 전송됩니다."),
    ],
)
def test_what_is_saved_is_said_to_be_sent_only_where_it_is(kita, mall, state, button, told):
    PartnerMall.objects.update(state=state)
    looked = kita.post(page(mall, "price"), price(price_factor="110") | {"do": "look"})
    assert f'value="save">{button}</button>' in looked.content.decode()
    fields = price(price_factor="110") | {"do": "save", "seen": looked.context["seen"]}
    answer = kita.post(page(mall, "price"), fields, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [told]


def test_counts_of_what_is_lacking_are_written_with_separators(kita, mall):
    for _ in range(3):
        listable()
    Product.objects.update(name_zh_hans="")
    counted = Group(1234, list(Product.objects.all()[:1]))
    with patch("partners.preview._group", return_value=counted):
        looked = kita.post(page(mall, "rule"), {"do": "look"})
    assert "상품 1,234개" in looked.content.decode()


@pytest.fixture
def begun(mall):
    """The mall as a worker read it that has sent the first of three products and goes on."""
    PartnerMall.objects.update(batch_size=1)
    for _ in range(3):
        changed(listable(10), "state")
    worker = PartnerMall.objects.get()
    assert step(worker, connect(worker), quick=False) == 1
    return worker


def goes_on(worker) -> None:
    while any(step(worker, connect(worker), quick=quick) for quick in (True, False)):
        pass


def test_a_price_rule_saved_meanwhile_counts_for_who_has_begun(kita, sandbox, begun):
    fields = price(price_factor="110", stock_share="50")
    looked = kita.post(page(begun, "price"), fields | {"do": "look"})
    kita.post(page(begun, "price"), fields | {"do": "save", "seen": looked.context["seen"]})
    goes_on(begun)
    offers = [item["offer"]["skus"][0] for item in sandbox.state()["items"].values()]
    assert [(offer["price_fen"], offer["stock"]) for offer in offers] == [(11120, 5)] * 3


def test_a_rule_saved_meanwhile_counts_for_who_has_begun(kita, sandbox, begun):
    fields = {"without": f"P{Listing.objects.latest('product').product_id}"}
    looked = kita.post(page(begun, "rule"), fields | {"do": "look"})
    kita.post(page(begun, "rule"), fields | {"do": "save", "seen": looked.context["seen"]})
    goes_on(begun)
    assert len(sandbox.state()["items"]) == Listing.objects.held_there().count() == 2


def test_goods_that_lack_something_are_named_with_what_they_lack(kita, mall, shown):
    for lacking in ({"name_zh_hans": ""}, {}):
        product = listable()
        Product.objects.filter(pk=product.pk).update(**lacking or {"slug": "bare"})
        if not lacking:
            product.pictures.all().delete()
    found = kita.post(page(mall, "rule"), {"in_stock": "on", "do": "look"}).context["preview"]
    assert {code: group.count for code, group in found.lacking.items()} == {
        "NO_CHINESE_NAME": 1,
        "NO_PICTURE": 1,
    }
    assert found.listed.count == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"price_from_krw": "3000", "price_to_krw": "2000"}, "price_to_krw"),
        ({"price_from_krw": "-1"}, "price_from_krw"),
        ({"price_from_krw": "9" * 20}, "price_from_krw"),
        ({"price_to_krw": "9" * 20}, "price_to_krw"),
        ({"categories": "999999999"}, "categories"),
        ({"hs": "0000000000"}, "hs"),
        ({"sellers": "모르는 회사"}, "sellers"),
        ({"extra": "P999999999"}, "extra"),
        ({"extra": "같은 상품", "without": "같은 상품"}, "without"),
        ({"delivery": "drone"}, "delivery"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(kita, mall, fields, field):
    listable(name_ko="같은 상품")
    answer = kita.post(
        page(mall, "rule"), fields | {"do": "save", "without": fields.get("without", "같은 상품")}
    )
    assert list(answer.context["form"].errors) == [field]
    assert "같은 상품" in answer.content.decode()
    assert PartnerMall.objects.get().rule == {}


def test_picks_are_read_by_number_code_and_name_and_shown_by_name(kita, mall):
    by_number, by_code, by_name = listable(), listable(), listable(name_zh_hans="唯一的面膜")
    typed = f"P{by_number.pk} 옛 이름\n\n{by_code.skus.get().code}\n唯一的面膜\nP{by_number.pk}"
    looked = kita.post(page(mall, "rule"), {"extra": typed, "do": "look"})
    kita.post(page(mall, "rule"), {"extra": typed, "do": "save", "seen": looked.context["seen"]})
    assert PartnerMall.objects.get().rule == {"with": [by_number.pk, by_code.pk, by_name.pk]}
    assert f"P{by_number.pk} {by_number.name_ko}" in kita.get(page(mall, "rule")).content.decode()


def test_a_name_that_two_goods_have_picks_neither(kita, mall):
    for _ in range(2):
        listable(name_ko="이름이 같은 상품")
    answer = kita.post(page(mall, "rule"), {"extra": "이름이 같은 상품", "do": "look"})
    assert list(answer.context["form"].errors) == ["extra"]


@pytest.mark.parametrize(
    "fields", [price(price_factor="0"), price(stock_share="101"), price(safety_stock="")]
)
def test_a_price_rule_that_cannot_be_is_refused(kita, mall, fields):
    answer = kita.post(page(mall, "price"), fields | {"do": "save"})
    assert len(answer.context["form"].errors) == 1


def test_without_todays_rate_prices_are_not_guessed(kita):
    mall = partner_mall()
    Listing.objects.all().delete()
    answer = kita.post(page(mall, "price"), price(price_factor="90") | {"do": "look"})
    assert "환율" in answer.content.decode()
    assert PartnerMall.objects.get().price_factor == 1


def test_without_a_price_policy_that_is_what_is_asked_for(kita, mall):
    PricePolicy.objects.all().delete()
    answer = kita.post(page(mall, "price"), price(price_factor="90") | {"do": "look"})
    assert "가격 정책" in str(next(iter(answer.context["messages"])))


def test_nobody_but_kita_opens_a_step(client):
    mall = partner_mall()
    for stranger in (works_at(mall), member_of(listable().seller)):
        client.force_login(stranger)
        assert client.get(page(mall, "rule")).status_code == 403
        assert client.post(page(mall, "price"), price() | {"do": "save"}).status_code == 403
