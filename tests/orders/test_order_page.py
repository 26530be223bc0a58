import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from catalog.models import Stock, StockHold
from kmall import inbox
from kmall.money import format_cny
from orders import transitions
from orders.dispatch import send
from orders.expire import expire_order
from orders.models import Order, OrderMessage
from orders.notify import LADDER, send_due
from orders.refund import refund_consignment
from orders.signals import order_paid
from tests.factories.catalog import SellerFactory, sku_in_stock
from tests.factories.orders import Shopper, UserFactory, paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_shop")]


def page_of(client, order, query="", language="zh-hans"):
    client.force_login(order.user)
    return client.get(f"/{language}/orders/{order.number}/{query}")


def unpaid():
    return Shopper().place((sku_in_stock(10), 2))


def test_an_order_is_its_buyers_alone(client):
    order = unpaid()
    client.force_login(UserFactory())
    for path in ("", "pay/", "paid/"):
        assert client.get(f"/zh-hans/orders/{order.number}/{path}").status_code == 404
    assert client.post(f"/zh-hans/orders/{order.number}/cancel/").status_code == 404
    assert order.number not in client.get("/zh-hans/orders/").content.decode()


@pytest.mark.parametrize(("language", "state"), [("zh-hans", "待付款"), ("ko", "결제 대기")])
def test_an_unpaid_order_says_until_when_and_offers_to_pay_or_cancel(client, language, state):
    order = unpaid()
    html = page_of(client, order, language=language).content.decode()
    assert f"<h1>{state}</h1>" in html
    assert f"{timezone.localtime(order.expires_at):%H:%M}" in html
    assert f"/{language}/orders/{order.number}/pay/" in html


def test_personal_data_is_masked(client):
    order = unpaid()
    html = page_of(client, order).content.decode()
    for secret in (order.buyer_name, order.buyer_number, order.receiver_phone, "1203"):
        assert secret not in html
    assert "1101************2X" in html
    assert "138****8000" in html


def test_each_parcel_has_its_own_timeline(client):
    one, two = sku_in_stock(9), sku_in_stock(9)
    order = paid_order(one, two)
    first, second = order.consignments.order_by("id")
    send(consignment_id=first.pk, carrier="sf", tracking_number="SF1234567890")
    sent = page_of(client, order).content.decode()
    assert "<h1>运输中</h1>" in sent
    assert "顺丰速运 SF1234567890" in sent
    waiting = page_of(client, order, f"?parcel={second.number}").content.decode()
    assert "<h1>待发货</h1>" in waiting
    assert two.product.name_zh_hans in waiting
    assert "SF1234567890" not in waiting


def steps(client, order):
    timeline = page_of(client, order).context["timeline"]
    return [(leg.code, step.state, bool(step.at)) for leg in timeline.newest_first for step in leg.steps]


def test_the_timeline_follows_a_parcel_from_payment_to_the_door(client):
    order = paid_order(sku_in_stock(9))
    assert steps(client, order) == [
        ("china", "todo", False),
        ("customs", "todo", False),
        ("korea", "now", False),
        ("korea", "done", True),
    ]
    parcel = send(consignment_id=order.consignments.get().pk, carrier="cj", tracking_number="1")
    assert steps(client, order) == [
        ("china", "todo", False),
        ("customs", "todo", False),
        ("customs", "now", False),
        ("korea", "done", True),
        ("korea", "done", True),
    ]
    client.post(f"/zh-hans/orders/{order.number}/received/{parcel.number}/")
    order.refresh_from_db()
    assert order.state == "completed"
    assert {state for _leg, state, _at in steps(client, order)} == {"done"}


def test_what_is_late_is_never_expected_in_the_past(client):
    order = paid_order(sku_in_stock(9))
    parcel = send(consignment_id=order.consignments.get().pk, carrier="cj", tracking_number="1")
    parcel.shipped_at -= datetime.timedelta(days=30)
    parcel.save()
    legs = page_of(client, order).context["timeline"].legs
    expected = [step.expected for leg in legs for step in leg.steps if step.expected]
    assert expected == [timezone.localdate()] * 2


def test_what_has_not_left_cannot_be_confirmed(client):
    order = paid_order(sku_in_stock(9))
    client.force_login(order.user)
    parcel = order.consignments.get()
    page = client.post(f"/zh-hans/orders/{order.number}/received/{parcel.number}/", follow=True)
    assert "该包裹目前不能确认收货" in page.content.decode()


def test_an_unpaid_order_can_be_cancelled_and_frees_its_stock(client):
    order = unpaid()
    client.force_login(order.user)
    page = client.post(f"/zh-hans/orders/{order.number}/cancel/", follow=True)
    assert "<h1>已取消</h1>" in page.content.decode()
    assert not StockHold.objects.exists()
    assert Stock.objects.get().reserved == 0


def test_an_expired_order_says_that_nothing_is_owed(client):
    order = unpaid()
    expire_order(order_id=order.pk)
    html = page_of(client, order).content.decode()
    assert "<h1>已过期</h1>" in html
    assert "未产生费用" in html


def test_a_paid_order_that_cannot_be_filled_says_that_the_money_comes_back(client):
    order = paid_order(sku_in_stock(9))
    transitions.call_off(order)
    assert "<h1>退款中</h1>" in page_of(client, order).content.decode()


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "已退款"), ("ko", "환불됨")])
def test_a_parcel_that_is_refunded_says_so_and_the_others_go_on(client, language, word):
    order = paid_order(sku_in_stock(9), sku_in_stock(9), quantity=2)
    first, second = order.consignments.order_by("id")
    refund = refund_consignment(consignment_id=first.pk, reason="sold_out", is_back=False)
    html = page_of(client, order, f"?parcel={first.number}", language).content.decode()
    assert f"<h1>{word}</h1>" in html
    assert html.count(format_cny(refund.amount_fen)) >= 2
    assert (
        f"<h1>{word}</h1>"
        not in page_of(client, order, f"?parcel={second.number}", language).content.decode()
    )


def test_units_that_are_refunded_stand_in_the_timeline_of_what_still_comes(client):
    order = paid_order(sku_in_stock(9), quantity=3)
    line = order.lines.get()
    how = {"consignment_id": line.consignment_id, "reason": "damaged", "is_back": False}
    refund_consignment(**how, quantities={line.pk: 1})
    page = page_of(client, order)
    assert "已退 1 件" in page.content.decode()
    (korea,) = (leg for leg in page.context["timeline"].legs if leg.code == "korea")
    assert [step.title for step in korea.steps] == ["备货中", "已退款", "付款成功"]


def test_to_pay_leads_to_the_cashier_by_a_page_of_ours_and_back(client, alipay):
    order = unpaid()
    client.force_login(order.user)
    page = client.get(f"/zh-hans/orders/{order.number}/pay/")
    cashier = page.context["cashier"]
    assert cashier.startswith(alipay.gateway)
    assert "data-go" in page.content.decode()
    back = f"/zh-hans/orders/{order.number}/paid/"
    assert "正在确认付款" in client.get(back).content.decode()
    alipay.fault("no_notice", count=1)
    alipay.pay(cashier)
    order.payments.update(next_poll_at=timezone.now() + datetime.timedelta(hours=1))
    cache.clear()
    assert client.get(back, headers={"HX-Request": "true"}).headers["HX-Redirect"] == back.replace(
        "paid/", ""
    )
    order.refresh_from_db()
    assert order.state == "paid"


def test_a_paid_order_is_not_paid_again(client):
    order = paid_order(sku_in_stock(9))
    client.force_login(order.user)
    assert client.get(f"/zh-hans/orders/{order.number}/pay/").url == f"/zh-hans/orders/{order.number}/"


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_asks_the_same_number_of_questions_for_any_number_of_orders(
    client, django_assert_num_queries, count
):
    shopper = Shopper()
    for key in range(count):
        shopper.place((sku_in_stock(9), 1), (sku_in_stock(9), 1), key=str(key))
    client.force_login(shopper.user)
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get("/zh-hans/orders/")
    assert len(page.context["page"].rows) == min(count, 10)


LIST_QUERIES = 4


@pytest.mark.parametrize("parcels", [1, 10])
def test_the_page_asks_the_same_number_of_questions_for_any_number_of_parcels(
    client, django_assert_num_queries, parcels
):
    order = Shopper().place(*((sku_in_stock(9, product__seller=SellerFactory()), 1) for _ in range(parcels)))
    client.force_login(order.user)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(f"/zh-hans/orders/{order.number}/")


PAGE_QUERIES = 7


@pytest.fixture
def letters(settings):
    settings.DEV_INBOX, settings.EMAIL_BACKEND = True, "kmall.mail.InboxBackend"
    inbox.empty()
    return inbox.messages


def test_each_step_is_told_once_in_the_language_of_the_order(
    letters, tasks_at_once, django_capture_on_commit_callbacks
):
    sku = sku_in_stock(9)
    with django_capture_on_commit_callbacks(execute=True):
        order = Shopper().place((sku, 1))
    Order.objects.update(language="ko")
    order.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        transitions.pay(order, at=timezone.now())
        transitions.open_for_shipping(order)
        order_paid.send(sender=Order, order=order)
        order_paid.send(sender=Order, order=order)
    with django_capture_on_commit_callbacks(execute=True):
        send(consignment_id=order.consignments.get().pk, carrier="sf", tracking_number="SF123")
    subjects = [letter["subject"] for letter in reversed(letters())]
    assert subjects == [
        f"订单 {order.number} 待付款",
        f"주문 {order.number} 결제가 완료되었습니다",
        f"주문 {order.number}의 택배가 출발했습니다",
    ]
    last = letters()[0]["text"]
    assert f"/ko/orders/{order.number}/?parcel={order.number}-1" in last
    assert "SF 익스프레스 SF123" in last
    assert set(OrderMessage.objects.values_list("state", flat=True)) == {"sent"}


def test_without_an_address_a_text_message_is_sent(
    letters, tasks_at_once, django_capture_on_commit_callbacks
):
    shopper = Shopper()
    shopper.user.email, shopper.user.phone = None, "+8613800138000"
    shopper.user.save()
    with django_capture_on_commit_callbacks(execute=True):
        order = shopper.place((sku_in_stock(9), 1))
    (message,) = letters()
    assert message["to"] == "+8613800138000"
    assert order.number in message["text"]


def test_a_mail_server_that_is_down_is_asked_again_and_then_given_up(
    settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    Shopper().place((sku_in_stock(9), 1))
    for _try in range(len(LADDER) + 1):
        assert send_due(timezone.now()) == 1
        assert send_due(timezone.now()) == 0
        OrderMessage.objects.filter(state="due").update(next_try_at=timezone.now())
    assert OrderMessage.objects.get().state == "stuck"


def test_a_paid_order_is_not_asked_to_be_paid(letters):
    order = Shopper().place((sku_in_stock(9), 1))
    Order.objects.filter(pk=order.pk).update(state="paid")
    send_due(timezone.now())
    assert letters() == []
