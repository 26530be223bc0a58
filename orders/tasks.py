"""What orders do by themselves, each a few times a minute; see the beat table in the settings."""

from celery import shared_task
from django.utils import timezone

from orders.expire import expire_due
from orders.identity import erase_due
from orders.notify import send_due
from orders.payments.poll import poll_due
from orders.repay import refund_due


@shared_task(name="orders.tasks.expire_unpaid")
def expire_unpaid() -> int:
    """End orders whose 15 minutes are over."""
    return expire_due(timezone.now())


@shared_task(name="orders.tasks.poll_payments")
def poll_payments() -> int:
    """Ask about payments whose notice has not come."""
    return poll_due(timezone.now())


@shared_task(name="orders.tasks.pay_refunds")
def pay_refunds() -> int:
    """Give back what is owed."""
    return refund_due(timezone.now())


@shared_task(name="orders.tasks.send_messages")
def send_messages() -> int:
    """Mails and text messages of orders' steps."""
    return send_due(timezone.now())


@shared_task(name="orders.tasks.erase_identities")
def erase_identities() -> int:
    """Names and ID numbers that nobody has used for a year."""
    return erase_due(timezone.localdate())
