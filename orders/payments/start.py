"""Sends a shopper to pay an order."""

import datetime

from django.db import transaction
from django.utils import timezone

from orders import locks
from orders.models import Order, Payment
from orders.payments.provider import provider

FIRST_QUESTION = datetime.timedelta(seconds=30)


class NotPayable(Exception):
    """The order is paid, over or about to end: there is nothing to pay."""

    def __init__(self, order: Order):
        super().__init__(f"{order} is {order.state}")
        self.order = order


@transaction.atomic
def start_payment(
    *, order_id: int, provider_name: str, is_phone: bool, return_url: str, quit_url: str
) -> str:
    """The provider's address for the browser. Called again it is the same payment, so nobody pays twice.

    The first payment of an order has the order's own number, as the customs declaration wants it.
    """
    order = locks.order(order_id)
    if order.state != Order.State.UNPAID or order.expires_at <= timezone.now():
        raise NotPayable(order)
    payment = order.payments.filter(provider=provider_name, state=Payment.State.PENDING).first()
    if payment is None:
        count = order.payments.count()
        payment = Payment.objects.create(
            order=order,
            provider=provider_name,
            number=f"{order.number}P{count + 1}" if count else order.number,
            amount_fen=order.total_fen,
            next_poll_at=timezone.now() + FIRST_QUESTION,
        )
    payment.order = order
    address = provider(provider_name).start(
        payment, is_phone=is_phone, return_url=return_url, quit_url=quit_url
    )
    payment.request_raw = address
    payment.save(update_fields=["request_raw"])
    return address
