"""Payments and what a provider told of them are read in words, in each language of the desk."""

import pytest
from django.urls import reverse

from orders.models import Payment, PaymentNotice
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db
WORDS = {
    "ko": ("알리페이", "결제로 반영", "거부: 서명 불일치"),
    "zh-hans": ("支付宝", "已入账", "已拒绝：签名不符"),
    "en": ("Alipay", "booked as paid", "refused: the signature is wrong"),
}


@pytest.fixture
def payment():
    order = paid_order(sku_in_stock(3))
    row = Payment.objects.create(order=order, number="P-1", provider="alipay", amount_fen=100)
    for number, outcome in enumerate(["applied", "forged"]):
        PaymentNotice.objects.create(
            provider="alipay", notice_id=f"n-{number}", payment=row, raw="…", outcome=outcome
        )
    return row


@pytest.fixture(params=WORDS)
def kita(request, client):
    client.force_login(kita_officer())
    client.cookies["desk_language"] = request.param
    client.words = WORDS[request.param]
    return client


def test_the_lists_and_their_filters_name_provider_and_outcome(kita, payment):
    provider, applied, forged = kita.words
    notices = kita.get(reverse("admin:orders_paymentnotice_changelist")).content.decode()
    assert (notices.count(f">{provider}<"), notices.count(f">{applied}<")) == (3, 2)
    assert notices.count(f">{forged}<") == 2
    payments = kita.get(reverse("admin:orders_payment_changelist")).content.decode()
    assert f">{provider}<" in payments
    assert ">alipay<" not in notices + payments


def test_the_pages_of_a_payment_a_notice_and_an_order_name_them_too(kita, payment):
    provider, _applied, forged = kita.words
    notice = PaymentNotice.objects.get(outcome="forged")
    for row in (payment, notice, payment.order):
        address = reverse(f"admin:orders_{row._meta.model_name}_change", args=[row.pk])
        page = kita.get(address).content.decode()
        assert provider in page
        assert ">alipay<" not in page
    assert forged in kita.get(reverse("admin:orders_paymentnotice_change", args=[notice.pk])).content.decode()


@pytest.mark.parametrize(("language", "head"), [("ko", "결제"), ("zh-hans", "支付"), ("en", "Payment")])
def test_a_page_is_headed_by_what_it_shows(client, payment, language, head):
    client.force_login(kita_officer())
    client.cookies["desk_language"] = language
    page = client.get(reverse("admin:orders_payment_change", args=[payment.pk]))
    assert f"<h1>{head}</h1>" in page.content.decode()
