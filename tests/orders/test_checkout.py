import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.models import ExchangeRate, Product, Stock, StockHold
from kmall.encryption import blind_index
from orders.identity import erase_due
from orders.models import Address, Cart, Identity, Order, YearUse
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import Shopper, UserFactory, freight_rule
from tests.races.rival import together

pytestmark = pytest.mark.django_db
URL = "/zh-hans/checkout/"
NUMBER = "11010519491231002X"
TYPED = {
    "address": "new",
    "name": "林晓雨",
    "phone": "１３８ 0013 8000",
    "province_code": "50",
    "city_code": "5001",
    "district_code": "500103",
    "street_code": "500103003",
    "detail": "民权路 28 号 1806",
    "identity": "new",
    "real_name": "林晓雨",
    "id_number": "11010519491231002x",
    "payment": "alipay",
    "accept": "on",
    "key": "a-key-of-this-page",
}


@pytest.fixture
def shopper(client, open_shop):
    """A new shopper with two pieces (¥202.20, freight free) in the cart."""
    user = UserFactory()
    client.force_login(user)
    Cart.objects.create(user=user).lines.create(sku=sku_in_stock(10), quantity=2)
    return user


def typed(client, url=URL, **changes):
    """The form as typed, with the sum that its page shows."""
    page = client.get(url)
    return TYPED | {"total_fen": page.context["quote"].total_fen} | changes


def errors(page):
    forms = page.context["forms"]
    return {name for form in forms.judged for name in form.errors}


def test_a_visitor_signs_in_first_and_comes_back(open_shop, client):
    assert client.get(URL).url == f"/zh-hans/account/login/?next={URL}"


def test_an_empty_cart_has_no_checkout(open_shop, client):
    client.force_login(UserFactory())
    assert client.get(URL).url == "/zh-hans/cart/"


def test_an_order_is_what_the_page_said(client, shopper):
    quote = client.get(URL).context["quote"]
    answer = client.post(URL, typed(client))
    order = Order.objects.get()
    assert answer.url == f"/zh-hans/orders/{order.number}/pay/"
    assert (order.total_fen, order.tax_fen, order.state) == (quote.total_fen, quote.tax_fen, "unpaid")
    assert (order.receiver_name, order.receiver_phone, order.province) == ("林晓雨", "13800138000", "重庆市")
    assert (order.buyer_name, order.buyer_number) == ("林晓雨", NUMBER)
    assert order.risk_accepted_at
    assert StockHold.objects.get().quantity == 2
    assert not shopper.cart.lines.exists()


def test_address_and_identity_are_kept_encrypted_and_offered_masked_next_time(client, shopper):
    client.post(URL, typed(client))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.name, i.number, a.name, a.phone, a.detail FROM orders_identity i, orders_address a"
        )
        assert all(text.startswith("gAAAA") for text in cursor.fetchone())
    shopper.cart.lines.create(sku=sku_in_stock(10), quantity=1)
    html = client.get(URL).content.decode()
    assert "138****8000" in html
    assert NUMBER not in html
    client.post(
        URL,
        typed(
            client,
            key="a-key-of-the-next",
            address=Address.objects.get().pk,
            identity=Identity.objects.get().pk,
        ),
    )
    assert Order.objects.count() == 2
    assert (Address.objects.count(), Identity.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "wrong", "sentence"),
    [
        ({"name": ""}, {"name"}, "请填写收货人姓名"),
        ({"phone": "12345"}, {"phone"}, "请填写 11 位手机号"),
        ({"province_code": ""}, {"province_code"}, "请选择省份"),
        ({"province_code": "11"}, {"city_code"}, "与上一级地区不符"),
        ({"district_code": "110101"}, {"district_code"}, "与上一级地区不符"),
        ({"street_code": "500103999"}, {"street_code"}, "与上一级地区不符"),
        ({"detail": ""}, {"detail"}, "请填写门牌号"),
        ({"real_name": "Lin"}, {"real_name"}, "请填写中文姓名"),
        ({"id_number": "110105194912310021"}, {"id_number"}, "校验位不符，请核对后四位。末位可以是字母 X。"),
        ({"id_number": "500103930618271"}, {"id_number"}, "15 位身份证已于 2013 年停用"),
        ({"accept": ""}, {"accept"}, "请阅读须知并勾选"),
        ({"payment": "cash"}, {"payment"}, ""),
        ({"address": "999999", "detail": ""}, {"detail"}, "请填写门牌号"),
    ],
)
def test_what_is_wrong_comes_back_at_its_field_and_nothing_is_lost(client, shopper, change, wrong, sentence):
    sent = typed(client) | change
    sent = {name: value for name, value in sent.items() if value != "" or name != "accept"}
    page = client.post(URL, sent)
    html = page.content.decode()
    assert errors(page) == wrong
    assert sentence in html
    for name in ("name", "phone", "detail", "real_name", "id_number"):
        if sent[name]:
            assert f'value="{sent[name]}"' in html
    if "province_code" not in change:
        assert re.search(r'value="500103"[^>]*selected', html) or "district_code" in wrong
    assert not Order.objects.exists()
    assert not Identity.objects.exists()


def test_every_wrong_field_is_told_at_once_and_linked_to_its_sentence(client, shopper):
    page = client.post(URL, {"address": "new", "identity": "new", "key": TYPED["key"]})
    assert {"name", "phone", "detail", "real_name", "id_number", "accept"} <= errors(page)
    html = page.content.decode()
    for name in ("name", "id_number", "accept", "province_code"):
        assert f'aria-describedby="id_{name}_error"' in html
        assert f'id="id_{name}_error"' in html


def test_an_identity_is_erased_a_year_after_its_last_use(client, shopper):
    client.post(URL, typed(client))
    Identity.objects.update(erase_on="2026-12-01")
    shopper.cart.lines.create(sku=sku_in_stock(10), quantity=1)
    client.post(URL, typed(client, key="a-key-of-the-next", identity=Identity.objects.get().pk))
    last_day = timezone.localdate() + datetime.timedelta(days=365)
    assert Identity.objects.get().erase_on == last_day
    assert (erase_due(last_day - datetime.timedelta(days=1)), erase_due(last_day)) == (0, 1)
    assert Order.objects.filter(buyer_index=blind_index(NUMBER)).count() == 2


def test_a_second_tap_is_the_same_order(client, shopper):
    form = typed(client)
    first, second = client.post(URL, form), client.post(URL, form)
    assert first.url == second.url
    assert Order.objects.count() == 1


def test_two_tabs_are_two_orders(client, shopper):
    client.post(URL, typed(client))
    shopper.cart.lines.create(sku=sku_in_stock(10), quantity=1)
    client.post(URL, typed(client, key="the-key-of-another-tab"))
    assert Order.objects.count() == 2


def test_a_changed_sum_is_shown_before_it_counts(client, shopper):
    form = typed(client)
    ExchangeRate.objects.update(rate="0.0054")
    page = client.post(URL, form)
    assert "金额已按今日价格和收货省份更新" in page.content.decode()
    assert not Order.objects.exists()
    client.post(URL, form | {"total_fen": page.context["quote"].total_fen})
    assert Order.objects.exists()


def test_a_far_province_changes_the_freight_before_it_counts(client, shopper):
    freight_rule(zone="65,54", first_fen=3000, free_from_fen=None)
    form = typed(client, province_code="65", city_code="6501", district_code="650102", street_code="")
    page = client.post(URL, form)
    assert page.context["quote"].freight_fen >= 3000
    assert not Order.objects.exists()
    bill = client.post(URL, form | {"quote": "1"}, headers={"HX-Request": "true"})
    assert "<html" not in bill.content.decode()
    assert bill.context["quote"].freight_fen >= 3000


@pytest.mark.parametrize("button", ["regions", "fill", "quote"])
def test_a_button_that_asks_again_judges_nothing_and_keeps_what_was_typed(client, shopper, button):
    page = client.post(URL, {"province_code": "50", "real_name": "林", "key": TYPED["key"], button: "1"})
    html = page.content.decode()
    assert 'class="error"' not in html
    assert 'value="林"' in html
    assert '<option value="5001">市辖区</option>' in html


def test_a_pasted_address_is_filled_in_without_script(client, shopper):
    pasted = "张三 13912345678 重庆市渝中区解放碑街道民权路28号"
    html = client.post(URL, {"fill": "1", "pasted": pasted, "key": TYPED["key"]}).content.decode()
    assert 'value="张三"' in html
    assert '<option value="500103003" selected>解放碑街道</option>' in html
    assert 'value="民权路28号"' in html


def test_somebody_was_faster(client, shopper):
    form = typed(client)
    Stock.objects.update(on_hand=1)
    assert client.post(URL, form).url == "/zh-hans/cart/"
    Stock.objects.update(on_hand=10)
    Product.objects.update(state="suspended")
    assert client.post(URL, form).url == "/zh-hans/cart/"
    assert not Identity.objects.exists()


def test_above_the_limit_nothing_can_be_ordered_but_the_parts_can(client, shopper):
    Stock.objects.update(on_hand=99)
    shopper.cart.lines.update(quantity=60)
    page = client.get(URL)
    assert "超出单笔限额" in page.content.decode()
    client.post(URL, typed(client))
    assert not Order.objects.exists()
    part = f"{URL}?part=1"
    client.post(part, typed(client, part))
    first = Order.objects.get()
    assert first.goods_fen + first.freight_fen <= 500_000
    rest = client.get(part).context["quote"]
    assert first.lines.get().quantity + rest.pieces == 60
    client.post(part, typed(client, part, key="the-key-of-the-rest"))
    assert Order.objects.count() == 2
    assert not shopper.cart.lines.exists()


def test_the_year_is_counted_by_the_number_typed_in(client, shopper):
    YearUse.objects.create(buyer_index=blind_index(NUMBER), year=2026, used_fen=2_590_000)
    page = client.post(URL, typed(client))
    assert "超出年度限额" in page.content.decode()
    assert not Order.objects.exists()


def test_another_ones_address_and_identity_are_not_taken(client, shopper):
    other = Shopper()
    page = client.post(
        URL, typed(client, address=other.address.pk, identity=other.buyer.pk, name="", real_name="")
    )
    assert errors(page) == {"name", "real_name"}


def test_the_visit_goes_with_the_order(client, shopper):
    client.cookies["kv"] = "6f1c8c0e-3a55-4c3e-9f0c-2f8c3f5b7a11"
    client.post(URL, typed(client))
    assert str(Order.objects.get().visit) == "6f1c8c0e-3a55-4c3e-9f0c-2f8c3f5b7a11"


def test_a_broken_visit_stops_nothing(client, shopper):
    client.cookies["kv"] = "<script>"
    client.post(URL, typed(client))
    assert Order.objects.get().visit is None


def test_the_order_speaks_the_language_of_its_page(client, shopper):
    client.post("/ko/checkout/", typed(client))
    assert Order.objects.get().language == "ko"


@pytest.mark.parametrize("lines", [1, 30])
def test_the_checkout_asks_the_same_number_of_questions_for_any_number_of_lines(
    client, shopper, django_assert_num_queries, lines
):
    for _line in range(lines - 1):
        shopper.cart.lines.create(sku=sku_in_stock(10), quantity=1)
    with django_assert_num_queries(QUERIES):
        client.get(URL)


QUERIES = 16


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_moment_are_one_order():
    daily_terms()
    freight_rule()
    user = UserFactory()
    Cart.objects.create(user=user).lines.create(sku=sku_in_stock(10), quantity=2)
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    form = typed(clients[0])
    answers = together(*[lambda client=client: client.post(URL, form).url for client in clients])
    assert len(set(answers)) == 1
    assert Order.objects.count() == 1
    assert StockHold.objects.get().quantity == 2
    assert user.addresses.count() == 1
