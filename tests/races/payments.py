"""A payment on its way, and the provider's word that it was paid."""

from django.utils import timezone

from orders.models import Payment
from orders.payments.provider import Outcome, Report


def pending_payment(order, state="pending"):
    return Payment.objects.create(
        order=order, provider="alipay", number=order.number, amount_fen=order.total_fen, state=state
    )


def paid(payment):
    return Report(Outcome.PAID, provider_number="T1", amount_fen=payment.amount_fen, paid_at=timezone.now())
