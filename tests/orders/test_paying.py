import datetime
import urllib.parse

import pytest
from django.utils import timezone

from catalog.models import Stock, StockHold
from catalog.stock import release, reserve
from orders.expire import cancel_order, expire_due, expire_order
from orders.models import Order, Payment, PaymentNotice, Refund, YearUse
from orders.payments.poll import poll_due
from orders.payments.start import NotPayable, start_payment
from orders.refund import refund_order
from orders.repay import refund_due
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import Shopper
from tests.orders.alipay import notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_shop", "alipay")]

LATER = datetime.timedelta(minutes=16)


class Sale:
    """An order of two of five units on its way to the cashier."""

    def __init__(self):
        self.shopper, self.sku = Shopper(), sku_in_stock(5)
        self.order = self.shopper.place((self.sku, 2))
        self.address = self.start()
        self.payment = self.order.payments.get()

    def start(self):
        return start_payment(
            order_id=self.order.pk,
            provider_name="alipay",
            is_phone=True,
            return_url="http://shop.test/back/",
            quit_url="http://shop.test/quit/",
        )

    def state(self):
        """(order, consignment, payment, on hand, reserved, counted to the year)."""
        self.order.refresh_from_db()
        self.payment.refresh_from_db()
        return (
            self.order.state,
            self.order.consignments.get().state,
            self.payment.state,
            *Stock.objects.values_list("on_hand", "reserved").get(pk=self.sku.pk),
            YearUse.objects.get().used_fen,
        )

    @property
    def value(self):
        return self.order.goods_fen + self.order.freight_fen

    def history(self):
        return [event.kind for event in self.order.events.order_by("pk")]


@pytest.fixture
def sale(open_shop, alipay):
    return Sale()


@pytest.fixture
def tell(client, alipay):
    """Post a notice of the provider to our address: what we answer."""

    def post(payment, **changed):
        form = urllib.parse.urlencode(notice(alipay, payment, **changed))
        return client.post("/pay/notices/alipay/", form, "application/x-www-form-urlencoded").content

    return post


def outcomes():
    return list(PaymentNotice.objects.order_by("pk").values_list("outcome", flat=True))


def test_a_notice_marks_the_order_paid_and_sells_its_units(sale, tell):
    assert tell(sale.payment) == b"success"
    assert sale.state() == ("paid", "to_ship", "succeeded", 3, 0, sale.value)
    assert sale.order.paid_at == datetime.datetime(2026, 11, 24, 4, 0, 20, tzinfo=datetime.UTC)
    assert (sale.history(), outcomes()) == (["placed", "paid"], ["applied"])
    kept = PaymentNotice.objects.get()
    assert (kept.payment, "trade_status=TRADE_SUCCESS" in kept.raw) == (sale.payment, True)
    assert sale.payment.response_raw == kept.raw


def test_a_repeated_notice_is_answered_and_changes_nothing(sale, tell):
    assert [tell(sale.payment) for _ in range(3)] == [b"success"] * 3
    assert sale.state() == ("paid", "to_ship", "succeeded", 3, 0, sale.value)
    assert outcomes() == ["applied", "repeated", "repeated"]


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"key": "merchant_private.pem"}, "forged"),
        ({"total_amount": "0.01"}, "wrong_amount"),
        ({"total_amount": "rubbish"}, "wrong_amount"),
        ({"seller_id": "2088000000000099"}, "wrong_receiver"),
        ({"app_id": "2021000100000099"}, "wrong_receiver"),
        ({"out_trade_no": "K0"}, "unknown_payment"),
    ],
    ids=lambda value: str(value),
)
def test_a_notice_that_is_not_right_is_kept_and_not_believed(sale, tell, changed, outcome):
    assert tell(sale.payment, **changed) == b"fail"
    assert sale.state() == ("unpaid", "waiting", "pending", 5, 2, sale.value)
    assert outcomes() == [outcome]


@pytest.mark.parametrize(
    "changed",
    [{"trade_status": "WAIT_BUYER_PAY"}, {"trade_status": "TRADE_CLOSED"}, {"refund_fee": "1.00"}],
    ids=lambda value: str(value),
)
def test_a_notice_of_something_else_pays_nothing(sale, tell, changed):
    assert tell(sale.payment, **changed) == b"success"
    assert sale.state() == ("unpaid", "waiting", "pending", 5, 2, sale.value)


def test_a_form_that_is_no_notice_is_not_an_error(client, alipay):
    assert client.post("/pay/notices/alipay/", {"sign": "\x00", "x": "1"}).content == b"fail"
    assert client.post("/pay/notices/alipay/", b"\xff\xfe", content_type="text/plain").content == b"fail"
    assert client.post("/pay/notices/alipay/", {"notify_id": "\x00"}).content == b"fail"
    assert client.get("/pay/notices/alipay/").status_code == 405


def test_the_poller_settles_a_payment_whose_notice_never_came(sale, alipay):
    alipay.fault("drop_notice")
    alipay.pay(sale.address)
    assert poll_due(timezone.now()) == 0
    assert poll_due(timezone.now() + LATER) == 1
    assert sale.state() == ("paid", "to_ship", "succeeded", 3, 0, sale.value)
    assert poll_due(timezone.now() + LATER) == 0


def test_a_gateway_without_an_answer_is_neither_paid_nor_over(sale, alipay):
    alipay.pay(sale.address)
    alipay.fault("busy", count=2)
    assert poll_due(timezone.now() + LATER) == 1
    assert expire_due(timezone.now() + LATER) == 0
    assert sale.state() == ("unpaid", "waiting", "pending", 5, 2, sale.value)
    assert poll_due(timezone.now() + 2 * LATER) == 1
    assert sale.state()[0] == "paid"


def test_an_unpaid_order_ends_and_frees_units_and_year(sale, alipay):
    alipay.arrive(sale.address)
    assert expire_due(timezone.now()) == 0
    assert expire_due(timezone.now() + LATER) == 1
    assert sale.state() == ("expired", "cancelled", "closed", 5, 0, 0)
    assert sale.history() == ["placed", "expired"]
    assert expire_due(timezone.now() + LATER) == 0
    with pytest.raises(NotPayable):
        sale.start()


def test_an_order_that_nobody_went_to_pay_ends_as_well(open_shop, alipay):
    order = Shopper().place((sku_in_stock(5), 1))
    assert expire_due(timezone.now() + LATER) == 1
    assert Order.objects.get(pk=order.pk).state == "expired"


def test_an_order_that_was_paid_at_the_last_moment_is_not_ended(sale, alipay):
    alipay.fault("drop_notice")
    alipay.pay(sale.address)
    assert expire_due(timezone.now() + LATER) == 0
    assert sale.state() == ("paid", "to_ship", "succeeded", 3, 0, sale.value)


def test_a_shopper_calls_off_an_unpaid_order(sale):
    assert cancel_order(order_id=sale.order.pk, actor=sale.shopper.user)
    assert sale.state() == ("cancelled", "cancelled", "closed", 5, 0, 0)
    assert not cancel_order(order_id=sale.order.pk, actor=sale.shopper.user)


def test_a_notice_after_the_end_takes_the_units_anew(sale, tell):
    expire_order(order_id=sale.order.pk)
    assert tell(sale.payment) == b"success"
    assert sale.state() == ("paid", "to_ship", "succeeded", 3, 0, sale.value)
    assert sale.history() == ["placed", "expired", "paid"]


def test_a_notice_after_the_end_without_units_left_is_refunded(sale, alipay, tell):
    alipay.pay(sale.address)
    Payment.objects.filter(pk=sale.payment.pk).update(state="closed")  # as if the provider had said so
    expire_order(order_id=sale.order.pk)
    reserve(lines=[(sale.sku.pk, 4)], reference="another", seconds=900)
    assert tell(sale.payment) == b"success"
    assert sale.state() == ("paid", "cancelled", "succeeded", 5, 4, 0)
    assert refund_due(timezone.now()) == 1
    assert sale.state() == ("refunded", "cancelled", "succeeded", 5, 4, 0)
    assert sale.order.refunded_fen == sale.order.total_fen
    assert sale.history() == ["placed", "expired", "paid", "cannot_be_filled", "refunded"]


def test_a_payment_whose_hold_was_swept_takes_the_units_anew_or_is_refunded(sale, tell):
    release(reference=sale.order.number)
    reserve(lines=[(sale.sku.pk, 5)], reference="another", seconds=900)
    assert tell(sale.payment) == b"success"
    assert sale.state() == ("paid", "cancelled", "succeeded", 5, 5, 0)
    assert Refund.objects.get().amount_fen == sale.order.total_fen


def test_an_order_paid_by_two_payments_gives_the_second_back(sale, tell):
    Payment.objects.filter(pk=sale.payment.pk).update(state="closed")
    sale.start()
    second = sale.order.payments.exclude(pk=sale.payment.pk).get()
    assert second.number == f"{sale.order.number}P2"
    assert [tell(second), tell(sale.payment)] == [b"success", b"success"]
    refund = Refund.objects.get()
    assert (refund.payment, refund.reason) == (sale.payment, "paid_twice")
    assert sale.state()[0] == "paid"


def test_starting_again_is_the_same_payment(sale):
    sale.start()
    assert sale.order.payments.get() == sale.payment
    assert sale.payment.number == sale.order.number


def test_a_refund_gives_back_money_units_and_year(sale, alipay, tell):
    alipay.pay(sale.address)
    tell(sale.payment)
    for _ in range(2):
        refund_order(order_id=sale.order.pk, reason="seller_cannot_deliver")
    assert sale.state() == ("paid", "cancelled", "succeeded", 5, 0, 0)
    assert refund_due(timezone.now()) == 1
    assert sale.state()[0] == "refunded"
    assert sale.history() == ["placed", "paid", "refund_due", "refunded"]
    assert not StockHold.objects.exists()


@pytest.mark.parametrize("fault", ["busy", "cut"])
def test_a_refund_without_an_answer_is_asked_again_and_paid_once(sale, alipay, tell, fault):
    alipay.pay(sale.address)
    tell(sale.payment)
    refund_order(order_id=sale.order.pk, reason="seller_cannot_deliver")
    alipay.fault(fault)
    assert refund_due(timezone.now()) == 1
    assert (Refund.objects.get().state, sale.state()[0]) == ("due", "paid")
    assert refund_due(timezone.now()) == 0
    assert refund_due(timezone.now() + LATER) == 1
    assert (Refund.objects.get().state, sale.state()[0]) == ("done", "refunded")


def test_a_refund_that_the_provider_refuses_waits_for_a_person(sale, tell):
    tell(sale.payment)  # the sandbox knows nothing of a payment
    refund_order(order_id=sale.order.pk, reason="seller_cannot_deliver")
    refund_due(timezone.now())
    assert (Refund.objects.get().state, sale.state()[0]) == ("stuck", "paid")
    assert "refund_stuck" in sale.history()
