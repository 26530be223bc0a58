"""Tells the shopper of each step, once and with patience: a mail, or a text message without an address."""

import datetime
import logging
from smtplib import SMTPException

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kmall.mail import send_mail
from kmall.money import format_cny
from kmall.sms import SmsNotSent, send_sms
from orders import locks
from orders.models import Consignment, Order, OrderMessage, Refund

logger = logging.getLogger(__name__)

# Seconds to the next try; after the last one the message is given up, since news grow old.
LADDER = [30, 120, 600, 3600, 6 * 3600]
BATCH = 50


def owe(
    *, order: Order, kind: str, consignment: Consignment | None = None, refund: Refund | None = None
) -> None:
    """Write down a message, inside the transaction of the step it tells of. A partner's order owes none."""
    if order.user_id:
        steps = {"consignment": consignment, "refund": refund}
        row = OrderMessage(order=order, kind=kind, next_try_at=timezone.now(), **steps)
        OrderMessage.objects.bulk_create([row], ignore_conflicts=True)


def send_due(now: datetime.datetime) -> int:
    """Send what is due; how many were tried. Workers pass over each other's."""
    messages = _claim(now)
    for message in messages:
        _send(message)
    return len(messages)


@transaction.atomic
def _claim(now: datetime.datetime) -> list[OrderMessage]:
    """Take due messages and set their next try first, so that a worker that dies loses none."""
    due = OrderMessage.objects.filter(state=OrderMessage.State.DUE, next_try_at__lte=now)
    messages = locks.due(
        due.select_related("order__user", "consignment__seller", "refund").order_by("next_try_at"), BATCH
    )
    for message in messages:
        wait = LADDER[min(message.attempts, len(LADDER) - 1)]
        message.attempts += 1
        message.next_try_at = timezone.now() + datetime.timedelta(seconds=wait)
        message.save(update_fields=["attempts", "next_try_at"])
    return messages


def _send(message: OrderMessage) -> None:
    if message.kind == OrderMessage.Kind.PLACED and message.order.state != Order.State.UNPAID:
        message.delete()  # paid or over meanwhile: asking for money would only confuse
        return
    user = message.order.user
    try:
        with override(message.order.language):
            if user.email:
                subject, text = mail_of(message)
                send_mail(to=user.email, subject=subject, text=text)
            else:
                send_sms(to=user.phone, text=sms_of(message))
    except (SMTPException, OSError, SmsNotSent) as error:
        if message.attempts > len(LADDER):
            message.state, message.next_try_at = OrderMessage.State.STUCK, None
            logger.warning("message %s given up: %s", message.pk, type(error).__name__)
    else:
        message.state, message.sent_at = OrderMessage.State.SENT, timezone.now()
        message.next_try_at = None
    message.save(update_fields=["state", "sent_at", "next_try_at"])


def mail_of(message: OrderMessage) -> tuple[str, str]:
    """Subject (the template's first line) and text, in the active language."""
    context = {"order": message.order, "consignment": message.consignment, "url": _url(message)}
    if message.refund:
        context |= {"refund": message.refund, "lines": message.refund.lines.select_related("line")}
    text = render_to_string(f"orders/mail/{message.kind}.txt", context).strip()
    subject, _newline, body = text.partition("\n")
    return subject, body.strip() + "\n"


def sms_of(message: OrderMessage) -> str:
    """One sentence and the address, in the active language."""
    texts = {
        OrderMessage.Kind.PLACED: _("[Kmall24] Order %(number)s waits for your payment until %(until)s."),
        OrderMessage.Kind.PAID: _("[Kmall24] Order %(number)s is paid; the sellers are packing."),
        OrderMessage.Kind.SENT: _("[Kmall24] A parcel of order %(number)s is on its way: %(tracking)s."),
        OrderMessage.Kind.REFUNDED: _("[Kmall24] Order %(number)s is refunded the way it was paid."),
        OrderMessage.Kind.PART: _(
            "[Kmall24] %(amount)s of order %(number)s is refunded the way it was paid."
        ),
    }
    order, parcel = message.order, message.consignment
    facts = {
        "number": order.number,
        "until": f"{timezone.localtime(order.expires_at):%H:%M}" if order.expires_at else "",
        "tracking": parcel.tracking_number if parcel else "",
        "amount": format_cny(message.refund.amount_fen) if message.refund else "",
    }
    return f"{texts[message.kind] % facts} {_url(message)}"


def _url(message: OrderMessage) -> str:
    parcel = f"?parcel={message.consignment.number}" if message.consignment else ""
    return settings.SITE_URL + reverse("orders:order", args=[message.order.number]) + parcel
