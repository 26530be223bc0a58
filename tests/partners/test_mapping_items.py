"""A partner sold something under a number that is none of ours: a person says what it is, once."""

import json

import pytest
from django.urls import reverse

from orders.dispatch import send
from orders.models import Order
from orders.refund import refund_consignment
from partners import inbound
from partners.models import PartnerOrder, SkuMap
from tests.factories.catalog import sku_in_stock
from tests.factories.partners import listable
from tests.factories.people import kita_officer
from tests.partners.convergence import work_orders

pytestmark = pytest.mark.django_db

X77, Y88 = "sku-583737", "sku-593838"


@pytest.fixture
def sku(mall):
    return listable(on_hand=5).skus.get()


@pytest.fixture
def strange(sandbox, mall, sku):
    """An order of an item that the mall calls X77, pulled."""
    bought = sandbox.operate("/operator/orders/", out_id="P999999", sku="X77", quantity=2)
    inbound.pull(mall)
    work_orders()
    return bought


@pytest.fixture
def officer(client, strange):
    client.force_login(kita_officer())
    return client


def page():
    return reverse("admin:partners_partnerorder_change", args=[PartnerOrder.objects.get().pk])


def map_to(officer, typed):
    """Sent twice: looked up, and once the goods were seen in earnest."""
    looked_up = officer.post(page(), typed).context["mapping"]
    return officer.post(page(), typed | {"sure": looked_up.meant()})


def told(sandbox, strange):
    return sandbox.state()["orders"][strange["order_id"]]


def test_it_is_shown_with_the_time_at_which_it_will_be_refused(officer, strange):
    shown = officer.get(page())
    assert "X77" in shown.content.decode()
    assert shown.context["refused_at"] > PartnerOrder.objects.get().next_try_at


def test_once_mapped_it_is_placed_at_once_and_confirmed(sandbox, officer, strange, sku):
    assert map_to(officer, {X77: sku.code}).status_code == 302
    assert PartnerOrder.objects.get().state == "placed"
    work_orders()
    assert (told(sandbox, strange)["state"], Order.objects.get().lines.get().sku) == ("confirmed", sku)
    assert SkuMap.objects.get().mapped_by.groups.filter(name="KITA").exists()


def test_what_is_typed_is_shown_before_it_counts(officer, sku):
    """A slip of the pen would send the shopper other goods, and a parcel that left is not taken back."""
    typed = {X77: sku.code}
    shown = officer.post(page(), typed)
    assert f"S{sku.pk} · {sku.product.seller} · " in shown.content.decode()
    assert (SkuMap.objects.exists(), PartnerOrder.objects.get().state) == (False, "awaiting")
    other = sku_in_stock(9, code="OTHER")
    again = officer.post(page(), {X77: "OTHER", "sure": shown.context["mapping"].meant()})
    assert f"S{other.pk} · " in again.content.decode()
    assert not SkuMap.objects.exists()


@pytest.mark.parametrize(
    ("amiss", "words"), [("few", "There are too few"), ("off", "It is not on sale"), (None, "")]
)
def test_goods_with_which_the_order_would_be_refused_say_so(officer, amiss, words):
    sku = sku_in_stock(1 if amiss == "few" else 5)
    if amiss == "off":
        type(sku.product).objects.filter(pk=sku.product_id).update(state="withdrawn")
    officer.cookies["desk_language"] = "en"
    (item,) = officer.post(page(), {X77: sku.code}).context["mapping"].items()
    assert item.problem.split(":")[0] == words


def test_one_option_is_not_taken_for_two_items_of_an_order(stale, sku):
    """A mall's two numbers of it could not be told apart, and every order with both would be refused."""
    SkuMap.objects.all().delete()
    form = stale.post(page(), {X77: sku.code, Y88: sku.code}).context["mapping"]
    assert list(form.errors) == [Y88]
    SkuMap.objects.create(partner=PartnerOrder.objects.get().partner, remote_sku="X77", sku=sku)
    assert list(stale.post(page(), {Y88: sku.code}).context["mapping"].errors) == [Y88]


def test_lines_of_one_item_are_asked_for_together(officer):
    row = PartnerOrder.objects.get()
    raw = json.loads(row.raw)
    raw["lines"].append(raw["lines"][0] | {"quantity": 3, "price_fen": 100})
    row.raw = json.dumps(raw)
    row.save(update_fields=["raw"])
    (item,) = officer.get(page()).context["mapping"].items()
    assert (item.quantity, item.prices.endswith(" / ¥1.00")) == (5, True)


@pytest.fixture
def stale(officer, mall):
    """An officer's page that asks for X77 and Y88, after a colleague mapped X77."""
    row = PartnerOrder.objects.get()
    raw = json.loads(row.raw)
    raw["lines"].append(raw["lines"][0] | {"out_sku_id": "Y88"})
    row.raw = json.dumps(raw)
    row.save(update_fields=["raw"])
    assert {X77, Y88} <= set(officer.get(page()).context["mapping"].fields)
    SkuMap.objects.create(partner=mall, remote_sku="X77", sku=sku_in_stock(9))
    return officer


def test_what_an_older_page_says_of_one_item_is_never_taken_for_another(stale, sku):
    answer = stale.post(page(), {X77: sku.code, Y88: ""})
    assert list(answer.context["mapping"].errors) == [Y88]
    assert not SkuMap.objects.filter(sku=sku).exists()


def test_a_box_of_an_item_that_was_mapped_meanwhile_is_left_alone(stale, sku):
    meant = sku_in_stock(9, code="MEANT")
    assert map_to(stale, {X77: sku.code, Y88: "MEANT"}).status_code == 302
    assert SkuMap.objects.get(remote_sku="Y88").sku == meant
    assert SkuMap.objects.get(remote_sku="X77").sku != sku


def test_an_item_that_the_page_did_not_ask_for_is_asked_for_with_the_rest_kept(stale, sku):
    SkuMap.objects.all().delete()
    form = stale.post(page(), {Y88: sku.code}).context["mapping"]
    assert (list(form.errors), form[Y88].value()) == ([X77], sku.code)
    assert not SkuMap.objects.exists()


def test_a_second_click_finds_nothing_left_to_map(officer, sku):
    typed = {X77: sku.code, "sure": f"{X77}:{sku.pk}"}
    for _click in range(2):
        assert officer.post(page(), typed).status_code == 302
    assert (SkuMap.objects.count(), Order.objects.count()) == (1, 1)


def test_later_orders_of_the_same_item_need_nobody(sandbox, mall, officer, strange, sku):
    map_to(officer, {X77: f"S{sku.pk}"})
    sandbox.operate("/operator/orders/", out_id="P999999", sku="X77", quantity=1)
    inbound.pull(mall)
    work_orders()
    assert list(PartnerOrder.objects.values_list("state", flat=True)) == ["placed", "placed"]


def test_the_mall_is_told_of_its_own_numbers(sandbox, officer, strange, sku):
    map_to(officer, {X77: sku.code})
    line = Order.objects.get().lines.get()
    how = {"reason": "sold_out", "is_back": True, "quantities": {line.pk: 1}}
    refund_consignment(consignment_id=line.consignment_id, **how)
    SkuMap.objects.all().delete()
    send(consignment_id=line.consignment_id, carrier="cj", tracking_number="6012345678")
    work_orders()
    (parcel,) = told(sandbox, strange)["parcels"].values()
    (refund,) = told(sandbox, strange)["refunds"].values()
    assert (parcel["lines"], refund["lines"][0][0]) == ([{"out_sku_id": "X77", "quantity": 1}], "X77")


@pytest.mark.parametrize("typed", ["", "NONE-SUCH", "S999999", "S²"])
def test_what_is_none_of_our_codes_is_sent_back_as_typed(officer, typed):
    answer = officer.post(page(), {X77: typed})
    form = answer.context["mapping"]
    assert (answer.status_code, form[X77].value(), bool(form[X77].errors)) == (200, typed, True)
    assert not SkuMap.objects.exists()


def test_a_code_that_sellers_share_is_asked_for_by_number(officer, sku):
    other = sku_in_stock(1, code=sku.code)
    answer = officer.post(page(), {X77: sku.code})
    assert f"S{other.pk}" in answer.content.decode()


def test_a_mapping_is_found_by_either_number_or_the_name_in_either_language(officer, mall, sku):
    SkuMap.objects.create(partner=mall, remote_sku="X77", sku=sku)
    names = (sku.product.name_ko, sku.product.name_zh_hans)
    lists = [
        officer.get(reverse("admin:partners_skumap_changelist", query={"q": word}))
        for word in ("X77", sku.code, *names, "nothing")
    ]
    assert [answer.context["cl"].result_count for answer in lists] == [1, 1, 1, 1, 0]


def test_what_then_cannot_be_filled_is_refused_with_its_reason(sandbox, officer, strange, sku):
    map_to(officer, {X77: sku_in_stock(1).code})
    work_orders()
    assert told(sandbox, strange)["refusal"] == "out_of_stock: 库存不足，仅剩 1 件"
