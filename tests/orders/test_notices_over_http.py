"""The sandbox's own notices reach a running server of ours."""

import datetime
import urllib.parse

import pytest
from django.test import Client
from django.utils import timezone

from orders.models import Order, PaymentNotice, Refund
from orders.payments.poll import poll_due
from orders.payments.start import start_payment
from orders.refund import refund_order
from orders.repay import refund_due
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import Shopper, freight_rule
from tests.orders.alipay import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(alipay, live_server, settings):
    settings.SITE_URL = live_server.url
    daily_terms()
    freight_rule()
    return Shopper().place((sku_in_stock(5), 2))


def pay(alipay, order):
    address = start_payment(
        order_id=order.pk,
        provider_name="alipay",
        is_phone=True,
        return_url="http://shop.test/back/",
        quit_url="http://shop.test/quit/",
    )
    return alipay.pay(address)


def has_come(**expected):
    return lambda: Order.objects.filter(**expected).exists()


def answers(alipay, order):
    """What the sandbox got for each of its notices, when it has given up or is content."""
    rows = [n for n in alipay.state()["notices"] if order.number in n["parameters"]]
    return rows and not any(n["next_at"] for n in rows) and [(n["tries"], n["answer"]) for n in rows]


def test_a_payment_at_the_cashier_pays_the_order(alipay, order):
    pay(alipay, order)
    eventually(has_come(state="paid"))
    assert eventually(lambda: answers(alipay, order)) == [(1, "success")]


def test_two_notices_at_one_moment_are_applied_once(alipay, order):
    alipay.fault("duplicate_notice")
    pay(alipay, order)
    assert eventually(lambda: answers(alipay, order)) == [(1, "success")] * 2
    assert sorted(PaymentNotice.objects.values_list("outcome", flat=True)) == ["applied", "repeated"]


@pytest.mark.parametrize(
    ("fault", "outcome"), [("forged_signature", "forged"), ("wrong_amount", "wrong_amount")]
)
def test_a_wrong_notice_is_refused_as_often_as_it_comes_and_the_poller_settles(alipay, order, fault, outcome):
    alipay.fault(fault)
    pay(alipay, order)
    assert eventually(lambda: answers(alipay, order)) == [(8, "fail")]
    assert list(PaymentNotice.objects.values_list("outcome", flat=True)) == [outcome] * 8
    assert Order.objects.get().state == "unpaid"
    poll_due(timezone.now() + datetime.timedelta(minutes=1))
    assert Order.objects.get().state == "paid"


def test_the_notice_of_a_refund_does_not_pay_again(alipay, order):
    pay(alipay, order)
    eventually(has_come(state="paid"))
    refund_order(order_id=order.pk, reason="seller_cannot_deliver")
    refund_due(timezone.now())
    told = PaymentNotice.objects.filter(outcome="refund_told")
    eventually(told.exists)
    assert (Refund.objects.get().state, Order.objects.get().state) == ("done", "refunded")


def test_the_way_back_sent_as_a_notice_pays_nothing(alipay, order):
    alipay.fault("drop_notice")
    back = urllib.parse.urlsplit(pay(alipay, order)).query
    Client().post("/pay/notices/alipay/", back, "application/x-www-form-urlencoded")
    assert Order.objects.get().state == "unpaid"
