"""Our client against the sandbox's process, and the sandbox against a client that is not ours."""

import datetime
import urllib.parse

import pytest
from alipay import AliPay
from django.utils import timezone

from kmall.signing import rsa2_sign, rsa2_verifies
from orders.models import Order, Payment, Refund
from orders.payments import alipay as client
from orders.payments.provider import NoticeRefused, Outcome

numbers = iter(range(10**6))


def payment(amount_fen=12_345, minutes=15):
    """A payment that needs no database; its number is new to the sandbox."""
    number = f"T{timezone.now():%H%M%S%f}{next(numbers)}"
    order = Order(number=number, expires_at=timezone.now() + datetime.timedelta(minutes=minutes))
    return Payment(order=order, number=number, amount_fen=amount_fen)


def cashier(paying, is_phone=True):
    return client.start(
        paying, is_phone=is_phone, return_url="http://shop.test/back/", quit_url="http://shop.test/quit/"
    )


def refund_of(paying, amount_fen, number="R1"):
    return Refund(payment=paying, number=f"{number}{paying.number}", amount_fen=amount_fen)


def test_a_payment_goes_from_unknown_to_waiting_to_paid(alipay):
    paying = payment()
    assert client.query(paying).outcome is Outcome.NOT_THERE
    alipay.arrive(cashier(paying))
    assert client.query(paying).outcome is Outcome.WAITING
    alipay.pay(cashier(paying))
    report = client.query(paying)
    assert (report.outcome, report.amount_fen) == (Outcome.PAID, 12_345)
    assert timezone.now() - report.paid_at < datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("is_phone", "method"), [(True, "alipay.trade.wap.pay"), (False, "alipay.trade.page.pay")]
)
def test_a_phone_and_a_desktop_have_their_own_cashier(alipay, is_phone, method):
    address = cashier(payment(), is_phone)
    assert urllib.parse.parse_qs(address)["method"] == [method]
    assert "确认付款" in alipay.get(alipay.arrive(address))[1]


def test_the_way_back_is_signed_and_a_changed_one_is_not(alipay):
    back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(alipay.pay(cashier(payment()))).query))
    assert client.read_notice(back).payment_number == back["out_trade_no"]
    with pytest.raises(NoticeRefused):
        client.read_notice({**back, "total_amount": "1.00"})


def test_a_changed_pay_request_is_refused_by_the_cashier(alipay):
    status, page = alipay.get(cashier(payment()).replace("123.45", "1.23"))
    assert (status, "isv.invalid-signature" in page) == (400, True)


def test_failing_and_leaving_do_not_pay(alipay):
    paying = payment()
    path = alipay.arrive(cashier(paying))
    assert "余额不足" in alipay.post(path, act="fail")[1]
    assert alipay.post(path, act="leave") == (302, "http://shop.test/quit/")
    assert client.query(paying).outcome is Outcome.WAITING


def test_a_closed_payment_cannot_be_paid(alipay):
    paying = payment()
    path = alipay.arrive(cashier(paying))
    assert client.close(paying).outcome is Outcome.CLOSED
    assert alipay.post(path, act="pay")[0] == 200
    assert client.query(paying).outcome is Outcome.CLOSED


def test_closing_tells_what_is_not_there_and_what_was_paid(alipay):
    paying = payment()
    assert client.close(paying).outcome is Outcome.NOT_THERE
    alipay.pay(cashier(paying))
    assert client.close(paying).outcome is Outcome.PAID


def test_the_cashier_refuses_after_the_orders_time(alipay):
    status, page = alipay.get(cashier(payment(minutes=-1)))
    assert (status, "超时" in page) == (409, True)


def test_a_refund_is_paid_back_once_however_often_it_is_asked(alipay):
    paying = payment()
    alipay.pay(cashier(paying))
    answers = [client.refund(refund_of(paying, 12_345)).outcome for _ in range(3)]
    assert answers == [Outcome.REFUNDED] * 3
    assert client.refund(refund_of(paying, 1, "R2")).outcome is Outcome.REFUSED


def test_a_payment_goes_back_in_parts_up_to_its_sum(alipay):
    paying = payment()
    alipay.pay(cashier(paying))
    parts = [refund_of(paying, fen, number) for fen, number in ((5_000, "R1"), (7_000, "R2"), (346, "R3"))]
    outcomes = [client.refund(part).outcome for part in (*parts, parts[1])]
    assert outcomes == [Outcome.REFUNDED, Outcome.REFUNDED, Outcome.REFUSED, Outcome.REFUNDED]
    assert client.query(paying).outcome is Outcome.PAID
    assert client.refund(refund_of(paying, 345, "R4")).outcome is Outcome.REFUNDED
    assert client.query(paying).outcome is Outcome.CLOSED


def test_a_refunds_number_stands_for_one_amount(alipay):
    paying = payment()
    alipay.pay(cashier(paying))
    assert client.refund(refund_of(paying, 100)).outcome is Outcome.REFUNDED
    assert client.refund(refund_of(paying, 101)).outcome is Outcome.REFUSED


def test_more_than_was_paid_is_not_refunded(alipay):
    paying = payment()
    alipay.pay(cashier(paying))
    assert client.refund(refund_of(paying, 12_346)).outcome is Outcome.REFUSED
    assert client.refund(refund_of(payment(), 1)).outcome is Outcome.REFUSED


@pytest.mark.parametrize("fault", ["busy", "cut"])
def test_an_answer_that_does_not_come_is_unknown(alipay, fault):
    paying = payment()
    alipay.pay(cashier(paying))
    for call in (client.query, client.close, lambda paid: client.refund(refund_of(paid, 12_345))):
        alipay.fault(fault)
        assert call(paying).outcome is Outcome.UNKNOWN


def test_an_unreachable_gateway_is_unknown(alipay, settings):
    settings.ALIPAY_GATEWAY = "http://127.0.0.1:9/alipay/gateway.do"
    assert client.query(payment()).outcome is Outcome.UNKNOWN


def test_an_answer_that_another_key_signed_is_unknown(alipay, settings):
    paying = payment()
    alipay.pay(cashier(paying))
    settings.ALIPAY_PUBLIC_KEY_FILE = alipay.folder / "merchant_public.pem"
    assert client.query(paying).outcome is Outcome.UNKNOWN


def test_the_state_outlives_a_restart(tmp_path, alipay, settings):
    from tests.orders.alipay import Sandbox

    other = Sandbox(tmp_path).start()
    settings.ALIPAY_GATEWAY = other.gateway
    settings.ALIPAY_PRIVATE_KEY_FILE = tmp_path / "merchant_private.pem"
    settings.ALIPAY_PUBLIC_KEY_FILE = tmp_path / "alipay_public.pem"
    paying = payment()
    other.pay(cashier(paying))
    other.stop()
    other.start()
    assert client.query(paying).outcome is Outcome.PAID
    other.stop()


class TestAgainstAnotherClient:
    """python-alipay-sdk, which is not ours, must understand both sides."""

    @pytest.fixture
    def sdk(self, alipay):
        keys = [(alipay.folder / name).read_text() for name in ("merchant_private.pem", "alipay_public.pem")]
        sdk = AliPay(
            appid="2021000100000024",
            app_notify_url=None,
            app_private_key_string=keys[0],
            alipay_public_key_string=keys[1],
        )
        sdk._gateway = alipay.gateway
        return sdk

    def test_it_signs_as_we_do(self, sdk, alipay):
        text = 'app_id=1&biz_content={"subject":"护肤品 50ml"}&charset=utf-8'
        ours = rsa2_sign((alipay.folder / "merchant_private.pem").read_bytes(), text)
        assert sdk._sign(text) == ours
        assert rsa2_verifies((alipay.folder / "merchant_public.pem").read_bytes(), text, sdk._sign(text))

    def test_the_sandbox_understands_its_requests_and_it_the_answers(self, sdk, alipay):
        number = payment().number
        order = sdk.api_alipay_trade_wap_pay(
            subject="护肤品", out_trade_no=number, total_amount="123.45", return_url="http://shop.test/back/"
        )
        alipay.pay(f"{alipay.gateway}?{order}")
        answer = sdk.api_alipay_trade_query(out_trade_no=number)
        assert (answer["trade_status"], answer["total_amount"]) == ("TRADE_SUCCESS", "123.45")

    def test_both_believe_the_same_way_back(self, sdk, alipay):
        back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(alipay.pay(cashier(payment()))).query))
        assert sdk.verify({k: v for k, v in back.items() if k != "sign"}, back["sign"])
        changed = {**back, "total_amount": "1.00"}
        assert not sdk.verify({k: v for k, v in changed.items() if k != "sign"}, back["sign"])
        with pytest.raises(NoticeRefused):
            client.read_notice(changed)


@pytest.mark.parametrize("sign", ["", "rubbish", "not base64 at all!", "QUJD", "护肤"])
def test_a_rubbish_signature_is_forged_and_not_an_error(alipay, sign):
    with pytest.raises(NoticeRefused):
        client.read_notice({"sign_type": "RSA2", "sign": sign, "total_amount": "1"})


@pytest.mark.parametrize("text", ["", "1.234", "-1", "1,000", "１", "a", "1.x", ".5"])
def test_what_is_no_amount_equals_no_orders(text):
    assert client.fen(text) == -1
