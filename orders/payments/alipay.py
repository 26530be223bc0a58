"""Alipay's open platform, RSA2: signature and field mapping only; docs/payments/alipay.md."""

import datetime
import json
import logging
import zoneinfo
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings
from django.utils import timezone

from kmall.http import TimedOut, Unreachable, client
from kmall.money import yuan
from kmall.signing import rsa2_sign, rsa2_verifies
from orders.models import Payment, Refund
from orders.payments.provider import Message, NoticeRefused, Outcome, Report

logger = logging.getLogger(__name__)

BEIJING = zoneinfo.ZoneInfo("Asia/Shanghai")
NOTICE_PATH = "/pay/notices/alipay/"
ANSWERS = {
    "TRADE_SUCCESS": Outcome.PAID,
    "TRADE_FINISHED": Outcome.PAID,
    "WAIT_BUYER_PAY": Outcome.WAITING,
    "TRADE_CLOSED": Outcome.CLOSED,
}
# Refusals that more tries do not change. Whatever is not named here or above is unknown.
FINAL_REFUSALS = {
    "ACQ.TRADE_NOT_EXIST",
    "ACQ.TRADE_STATUS_ERROR",
    "ACQ.TRADE_HAS_FINISHED",
    "ACQ.TRADE_NOT_ALLOW_REFUND",
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.DISCORDANT_REPEAT_REQUEST",
    "ACQ.INVALID_PARAMETER",
}


def start(payment: Payment, *, is_phone: bool, return_url: str, quit_url: str) -> str:
    """The signed address of the cashier. The trade comes into being when the shopper opens it."""
    order = payment.order
    content = {
        "out_trade_no": payment.number,
        "total_amount": yuan(payment.amount_fen),
        "subject": f"Kmall24 {order.number}",
        "product_code": "QUICK_WAP_WAY" if is_phone else "FAST_INSTANT_TRADE_PAY",
        "time_expire": _stamp(order.expires_at),
        "quit_url": quit_url,
    }
    method = "alipay.trade.wap.pay" if is_phone else "alipay.trade.page.pay"
    urls = {"notify_url": settings.SITE_URL + NOTICE_PATH, "return_url": return_url}
    return f"{settings.ALIPAY_GATEWAY}?{urlencode(signed(method, content, **urls))}"


def query(payment: Payment) -> Report:
    answer, raw = _call("alipay.trade.query", {"out_trade_no": payment.number})
    if answer.get("code") == "10000":
        return Report(
            outcome=ANSWERS.get(answer.get("trade_status"), Outcome.UNKNOWN),
            provider_number=answer.get("trade_no", ""),
            amount_fen=fen(answer.get("total_amount", "")),
            paid_at=_moment(answer.get("send_pay_date")),
            raw=raw,
        )
    is_missing = answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST"
    return Report(Outcome.NOT_THERE if is_missing else Outcome.UNKNOWN, raw=raw)


def close(payment: Payment) -> Report:
    answer, raw = _call("alipay.trade.close", {"out_trade_no": payment.number})
    if answer.get("code") == "10000":
        return Report(Outcome.CLOSED, provider_number=answer.get("trade_no", ""), raw=raw)
    if answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
        return Report(Outcome.NOT_THERE, raw=raw)
    if answer.get("sub_code") == "ACQ.TRADE_STATUS_ERROR":
        return query(payment)  # paid or closed in the meantime
    return Report(Outcome.UNKNOWN, raw=raw)


def refund(refund: Refund) -> Report:
    """`out_request_no` makes it idempotent: N in `fund_change` means "not by this call", so we ask again."""
    names = {"out_trade_no": refund.payment.number, "out_request_no": refund.number}
    answer, raw = _call("alipay.trade.refund", {**names, "refund_amount": yuan(refund.amount_fen)})
    if answer.get("code") == "10000" and answer.get("fund_change") == "Y":
        return Report(Outcome.REFUNDED, amount_fen=refund.amount_fen, raw=raw)
    if answer.get("code") == "40004" and answer.get("sub_code") in FINAL_REFUSALS:
        return Report(Outcome.REFUSED, raw=raw)
    if answer.get("code") != "10000":
        return Report(Outcome.UNKNOWN, raw=raw)
    answer, raw = _call("alipay.trade.fastpay.refund.query", names)
    done = answer.get("code") == "10000" and answer.get("refund_status") == "REFUND_SUCCESS"
    if done and fen(answer.get("refund_amount", "")) == refund.amount_fen:
        return Report(Outcome.REFUNDED, amount_fen=refund.amount_fen, raw=raw)
    return Report(Outcome.UNKNOWN, raw=raw)


def read_notice(form: dict[str, str]) -> Message:
    _require_ours(form)
    return Message(
        notice_id=form.get("notify_id", ""),
        payment_number=form.get("out_trade_no", ""),
        report=Report(
            outcome=ANSWERS.get(form.get("trade_status"), Outcome.UNKNOWN),
            provider_number=form.get("trade_no", ""),
            amount_fen=fen(form.get("total_amount", "")),
            paid_at=_moment(form.get("gmt_payment")),
        ),
        is_refund=bool(form.get("refund_fee")),
    )


def signed(method: str, content: dict, **urls: str) -> dict[str, str]:
    """Parameters of a request: all of them are signed, `sign_type` too."""
    parameters = {
        "app_id": settings.ALIPAY_APP_ID,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": _stamp(timezone.now()),
        "version": "1.0",
        "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        **urls,
    }
    key = settings.ALIPAY_PRIVATE_KEY_FILE.read_bytes()
    return {**parameters, "sign": rsa2_sign(key, to_sign(parameters))}


def to_sign(parameters: dict[str, str]) -> str:
    """`k=v` joined with `&`, by name in ASCII order, without empty values."""
    return "&".join(f"{name}={parameters[name]}" for name in sorted(parameters) if parameters[name] != "")


def fen(yuan: str) -> int:
    """-1 for what is no amount: it equals no order's."""
    whole, _, rest = yuan.partition(".")
    if not (yuan.isascii() and whole.isdecimal() and len(rest) <= 2 and (rest or "0").isdecimal()):
        return -1
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def _require_ours(form: dict[str, str]) -> None:
    text = to_sign({name: value for name, value in form.items() if name not in ("sign", "sign_type")})
    key = settings.ALIPAY_PUBLIC_KEY_FILE.read_bytes()
    if form.get("sign_type") != "RSA2" or not rsa2_verifies(key, text, form.get("sign", "")):
        raise NoticeRefused("forged")
    ours = (settings.ALIPAY_APP_ID, settings.ALIPAY_SELLER_ID)
    if (form.get("app_id"), form.get("seller_id")) != ours:
        raise NoticeRefused("wrong_receiver")


def _call(method: str, content: dict) -> tuple[dict, str]:
    """The verified answer to a call, and the raw text. An empty answer: nobody knows what happened."""
    address = urlsplit(settings.ALIPAY_GATEWAY)
    try:
        with client(f"{address.scheme}://{address.netloc}") as http:
            reply = http.post(address.path, data=signed(method, content))
    except (Unreachable, TimedOut, httpx.HTTPError) as error:
        logger.warning("alipay %s gave no answer: %s", method, type(error).__name__)
        return {}, ""
    return (_verified(method, reply.text) if reply.status_code == 200 else {}), reply.text


def _verified(method: str, raw: str) -> dict:
    """The answer's node. Its signature is over the node's text as it stands, so it is cut out."""
    node = f'"{method.replace(".", "_")}_response":'
    start = raw.find(node) + len(node)
    try:
        answer, end = json.JSONDecoder().raw_decode(raw, start)
        signature = json.loads(raw)["sign"]
    except (ValueError, KeyError, TypeError):
        return {}
    is_whole = node in raw and isinstance(answer, dict)
    key = settings.ALIPAY_PUBLIC_KEY_FILE.read_bytes()
    return answer if is_whole and rsa2_verifies(key, raw[start:end], signature) else {}


def _stamp(at: datetime.datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _moment(text: str | None) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(text or "", "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None
