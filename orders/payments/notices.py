"""A provider's notices: verified, kept raw whether believed or not, applied once."""

import logging
from dataclasses import replace

from django.db import transaction

from orders.models import Payment, PaymentNotice
from orders.payments.provider import Message, NoticeRefused, Outcome, provider
from orders.payments.settle import settle

logger = logging.getLogger(__name__)


def receive(*, provider_name: str, form: dict[str, str], raw: str) -> bool:
    """Take in a notice; whether the provider may be told that it arrived and need not be repeated.

    Raises `Busy` when the order is being changed by somebody else right now: let it come again.
    """
    try:
        message = provider(provider_name).read_notice(form)
    except NoticeRefused as refused:
        logger.warning("%s notice refused: %s", provider_name, refused.reason)
        _keep(provider_name, form.get("notify_id", ""), raw, refused.reason)
        return False
    payment = Payment.objects.filter(provider=provider_name, number=message.payment_number).first()
    outcome = _apply(provider_name, message, payment, raw)
    if outcome in ("unknown_payment", "wrong_amount"):
        logger.error("%s notice %s: %s", provider_name, message.notice_id, outcome)
        return False
    return True


@transaction.atomic
def _apply(provider_name: str, message: Message, payment: Payment | None, raw: str) -> str:
    if payment is None:
        outcome = "unknown_payment"
    elif message.is_refund:
        outcome = "refund_told"  # our own request's answer is what counts
    elif message.report.outcome is not Outcome.PAID:
        outcome = "no_payment"
    else:
        outcome = settle(payment_id=payment.pk, report=replace(message.report, raw=raw), source="notice")
    _keep(provider_name, message.notice_id, raw, outcome, payment)
    return outcome


def _keep(provider_name: str, notice_id: str, raw: str, outcome: str, payment: Payment | None = None) -> None:
    PaymentNotice.objects.create(
        provider=provider_name, notice_id=notice_id[:128], raw=raw, outcome=outcome, payment=payment
    )
