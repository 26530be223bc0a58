"""What was sent to a partner and answered: kept for a month, without secrets, without persons."""

import csv
import datetime
import io
import json
import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partners import blot, inbound
from partners.connectors import connect
from partners.models import Call, EmptyPolls
from partners.said import part_about, said
from partners.tasks import forget_old_calls
from tests.factories.partners import CREDENTIALS, changed, listable, partner_mall
from tests.factories.people import kita_officer, member_of, works_at
from tests.partners.convergence import converge, work_orders

HAN = st.text("王小明李四解放碑民权路金哲洙渝中区", min_size=2, max_size=12)
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
NUMBERS = st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True)
HOMES = st.builds("{}{}号{}".format, HAN, st.integers(1, 99), st.integers(100, 9999))
PERSONS = st.one_of(HAN, PHONES, NUMBERS, HOMES)


@st.composite
def orders(draw):
    """(an order as the contract has it with more fields than we know, every value of a person in it)."""
    name, phone, number, home = draw(HAN), draw(PHONES), draw(NUMBERS), draw(HOMES)
    more = draw(st.dictionaries(st.from_regex(r"[a-z_]{2,12}", fullmatch=True), PERSONS, max_size=4))
    odd = draw(st.dictionaries(PERSONS, st.integers(0, 9), max_size=2))
    order = {
        "order_id": "IGO20261124000001", "state": "paid", "paid_fen": 29676, "more": more, "odd": odd,
        "lines": [{"line_no": 1, "out_sku_id": "S201", "quantity": 2, "note": name}],
        "buyer": {"name": name, "id_number": number, "phone": int(phone)},
        "address": {"name": name, "phone": phone, "detail": home, "province": name, "postcode": "400010"},
    }  # fmt: skip
    return order, {name, phone, number, home, *more.values(), *odd, "400010"}


def as_xml(value, tag="order"):
    element = ElementTree.Element(tag, {"owner": str(value)} if not isinstance(value, dict | list) else {})
    if isinstance(value, dict):
        element.extend(
            as_xml(inner, key if key.isascii() and key[:1].isalpha() else "odd")
            for key, inner in value.items()
        )
    elif isinstance(value, list):
        element.extend(as_xml(inner, "line") for inner in value)
    else:
        element.text = str(value)
    return element


def flat(value, name=""):
    if isinstance(value, dict):
        return {k: v for key, inner in value.items() for k, v in flat(inner, f"{name}{key}").items()}
    return {name: json.dumps(value, ensure_ascii=False)}


def as_csv(order) -> str:
    text, row = io.StringIO(), flat(order)
    csv.writer(text).writerows([row.keys(), row.values()])
    return text.getvalue()


FORMATS = {
    "json": lambda order: json.dumps(order, ensure_ascii=False),
    "escaped json": json.dumps,
    "xml": lambda order: ElementTree.tostring(as_xml(order), encoding="unicode"),
    "csv": as_csv,
    "form": lambda order: urlencode(flat(order)),
    "cut off": lambda order: json.dumps(order, ensure_ascii=False)[:-3],
    "words": lambda order: f"收到订单 {order}",
}


@pytest.mark.parametrize("form", FORMATS)
@given(made=orders(), kind=st.sampled_from(["orders", "confirm", "ship", "refund", "a_call_of_the_future"]))
def test_no_persons_data_of_an_order_ever_stands_in_a_kept_body(form, made, kind):
    order, persons = made
    kept = blot.body(FORMATS[form](order).encode(), kind, []).decode()
    assert kept.isascii()
    assert not [value for value in persons if value in kept]
    if form in ("json", "xml"):
        assert "IGO20261124000001" in kept, "what helps to find it again stays"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_a_shopper_typed_as_a_reason_is_hidden_and_a_code_of_ours_is_not(form):
    told = {"requests": {"reason": "Wang.Xiaoming-13800"}, "refund": {"Reason": "out_of_stock"}}
    kept = blot.body(FORMATS[form](told).encode(), "orders", []).decode()
    assert ("Xiaoming" in kept, "out_of_stock" in kept) == (False, True)


@given(made=orders(), text=st.sampled_from(["ORDER_STATE {}", "unreadable answer: {}", "no answer: {}"]))
def test_no_persons_data_stands_in_the_text_of_a_fault(made, text):
    order, _persons = made
    kept = blot.line(text.format(json.dumps(order, ensure_ascii=False)), "orders", [])
    assert kept in ("ORDER_STATE", "unreadable answer", "no answer")


def test_the_same_test_fails_where_orders_are_kept_like_goods():
    """The test above can fail."""
    raw = json.dumps({"buyer": {"name": "王小明"}}, ensure_ascii=False).encode()
    assert "王小明" in blot.body(raw, "upsert", []).decode()


SECRET_NAMES = (
    "sign", "Signature", "app_key", "appKey", "APP-SECRET", "secret", "access_token", "token", "password",
    "nonce", "Authorization",
)  # fmt: skip
NAMED = (
    '{{"a":"{decoy}","{name}":"{value}"}}',
    "{{'{name}' : '{value}', 'a': '{decoy}'}}",
    "<a>{decoy}</a><{name}>{value}</{name}>",
    "a={decoy}&{name}={value}",
    "a={decoy}, {name}={value}",
    "{name}: {value}\r\na: {decoy}",
)


@given(
    name=st.sampled_from(SECRET_NAMES),
    shape=st.sampled_from(NAMED),
    decoy=st.sampled_from(["redesign", "snapper", "eyJhcHBzIjoxfQ.sIgN-token", "", "design"]),
)
def test_a_secret_is_hidden_wherever_its_name_stands(name, shape, decoy):
    """Among words that only hold such a name, which are kept."""
    said = shape.format(name=name, value="k3y-0f-0urs", decoy=decoy)
    kept = blot.body(said.encode(), "upsert", []).decode()
    assert kept == shape.format(name=name, value=blot.HIDDEN, decoy=decoy)


ITEMS = st.lists(st.integers(1, 40), min_size=1, max_size=6, unique=True)


@given(numbers=ITEMS, at=st.integers(0, 5), xml=st.booleans(), wrapped=st.booleans())
def test_the_part_of_one_item_never_has_a_word_of_another(numbers, at, xml, wrapped):
    own = numbers[at % len(numbers)]
    rows = [
        {"out_id": f"P{key}", "content": {"title": f"name-{key}-", "skus": [{"stock": key}]}}
        for key in numbers
    ]
    batch = {"first": f"P{own}", "items": rows} if wrapped else {"items": rows}
    text = ElementTree.tostring(as_xml(batch), encoding="unicode") if xml else json.dumps(batch)
    part = part_about(text, f"P{own}")
    assert set(re.findall(r"name-(\d+)-", part)) == {str(own)}


@pytest.fixture
def synced(sandbox, mall):
    """Two sellers' goods, sent in one call."""
    products = [listable(name_zh_hans="甲牌 精华液"), listable(name_zh_hans="乙牌 精华液")]
    for product in products:
        changed(product, "state")
    converge(mall)
    return products


pytestmark = pytest.mark.django_db


def test_a_call_is_kept_with_what_went_over_the_wire_and_no_secret(sandbox, mall, synced):
    call = Call.objects.get(kind="upsert")
    assert (call.outcome, call.status, sorted(call.products)) == (
        "ok",
        200,
        [product.pk for product in synced],
    )
    assert "甲牌 精华液" in said(call.sent)
    assert '"accepted"' in said(call.answered)
    everything = call.address + said(call.sent) + said(call.answered)
    assert not [secret for secret in CREDENTIALS.values() if secret in everything]
    assert "method=igm.items.upsert" in call.address
    assert re.findall(r"(?:sign|nonce|app_key)=([^&]*)", call.address) == ["***"] * 3


def test_orders_are_fetched_and_answered_without_a_trace_of_the_shopper(sandbox, mall, synced):
    bought = sandbox.operate("/operator/orders/", out_id=f"P{synced[0].pk}", quantity=1)
    inbound.pull(mall)
    work_orders()
    assert set(Call.objects.values_list("kind", flat=True)) >= {"orders", "confirm"}
    kept = "".join(
        said(call.sent) + said(call.answered) for call in Call.objects.exclude(kind__in=blot.GOODS)
    )
    persons = [*bought["buyer"].values(), *(value for value in bought["address"].values() if len(value) > 2)]
    assert bought["order_id"] in kept
    assert not [value for value in persons if value in kept]


def test_polls_that_bring_nothing_are_counted_by_the_hour_and_not_kept(sandbox, mall):
    for _ in range(3):
        inbound.pull(mall)
    assert not Call.objects.exists()
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    known = EmptyPolls.objects.filter(hour__gte=hour - datetime.timedelta(hours=1))
    assert sum(known.values_list("number", flat=True)) == 3
    assert {(row.partner, row.hour.minute, row.hour.second) for row in known} == {(mall, 0, 0)}


def test_a_poll_that_fails_is_kept_and_not_counted_as_empty(sandbox, mall):
    sandbox.fault("error", 1)
    inbound.pull(mall)
    assert (Call.objects.get().outcome, EmptyPolls.objects.count()) == ("unknown", 0)


def test_a_look_that_finds_nothing_is_kept(sandbox, mall):
    product = listable()
    changed(product, "state")
    converge(mall)
    sandbox.operate("/operator/items/remove/", out_id=f"P{product.pk}")
    Call.objects.all().delete()
    connect(mall).look([f"P{product.pk}"])
    assert Call.objects.get().products == [product.pk]


def test_a_lost_answer_is_kept_as_none(sandbox, mall, client):
    product = listable()
    changed(product, "state")
    sandbox.fault("drop", 1)
    converge(mall)
    call = Call.objects.filter(kind="upsert").earliest("id")
    assert (call.outcome, call.status, call.answered) == ("unknown", None, None)
    client.force_login(member_of(product.seller))
    page = client.get(reverse("admin:partners_said", args=[product.pk, mall.code, call.pk]))
    assert "온전한 응답이 오지 않았습니다" in page.content.decode()


def test_a_seller_reads_its_own_item_of_a_batch_and_kita_all_of_it(client, sandbox, mall, synced):
    own, other = synced
    call = Call.objects.get(kind="upsert")
    address = reverse("admin:partners_said", args=[own.pk, mall.code, call.pk])
    whole = reverse("admin:partners_call_change", args=[call.pk])
    client.force_login(member_of(own.seller))
    why = client.get(reverse("admin:partners_why", args=[own.pk, mall.code])).content.decode()
    assert address in why
    page = client.get(address).content.decode()
    assert "甲牌 精华液" in page
    assert "accepted" in page
    assert not [secret for secret in ("乙牌", f"P{other.pk}&quot;", whole) if secret in page]
    assert client.get(whole).status_code in (302, 403)
    client.force_login(kita_officer())
    assert whole in client.get(address).content.decode()
    assert "乙牌 精华液" in client.get(whole).content.decode()


def test_what_was_said_of_anothers_goods_is_nobodys_to_read(client, sandbox, mall, synced):
    own, other = synced
    call = Call.objects.get(kind="upsert")
    address = reverse("admin:partners_said", args=[other.pk, mall.code, call.pk])
    client.force_login(member_of(own.seller))
    assert client.get(address).status_code == 404
    client.force_login(works_at(mall))
    assert client.get(address).status_code == 403


def test_a_body_is_cut_where_it_is_endless_and_small_when_kept(sandbox, mall):
    assert len(blot.body(b"x" * 5_000_000, "upsert", [])) == blot.MOST
    assert blot.body(json.dumps([{"name": "王小明"}] * 100_000).encode(), "orders", []).isascii()


def test_calls_and_what_was_said_in_them_go_after_a_month(sandbox, mall, synced):
    inbound.pull(mall)
    now = timezone.now()
    for days, left in ((29, True), (31, False)):
        Call.objects.update(at=now - datetime.timedelta(days=days))
        EmptyPolls.objects.update(hour=now - datetime.timedelta(days=days))
        forget_old_calls()
        assert (Call.objects.exists(), EmptyPolls.objects.exists()) == (left, left)


def test_a_connector_that_cannot_be_reached_is_recorded_as_well():
    mall = partner_mall()
    with pytest.raises(Exception, match="unreachable"):
        connect(mall).look(["P1"])
    call = Call.objects.get()
    assert (call.kind, call.outcome, call.products, call.status) == ("look", "transient", [1], None)
    assert said(call.sent) == '{"out_ids":["P1"]}'


def test_every_kind_of_call_has_words_in_the_list_and_in_its_filter(client):
    mall = partner_mall()
    Call.objects.create(partner=mall, kind="statement", outcome="notready", listings=0, milliseconds=7)
    Call.objects.create(partner=mall, kind="between", outcome="ok", listings=0, milliseconds=7)
    client.force_login(kita_officer())
    lists = [
        client.get(reverse("admin:partners_call_changelist"), {"kind": kind})
        for kind in ("", "statement", "walk,digests,between")
    ]
    assert [page.context["cl"].result_count for page in lists] == [2, 1, 1]
    page = lists[0].content.decode()
    assert ("정산서 수집" in page, "아직 준비 안 됨" in page, ">statement<" in page) == (True, True, False)
