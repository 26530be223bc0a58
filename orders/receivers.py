"""What this app does when somebody signs in, and whom it tells of an order's steps."""

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver

from orders import tasks
from orders.cart import SESSION_KEY, merge
from orders.notify import owe
from orders.signals import consignment_sent, order_paid, order_placed, order_refunded


@receiver(user_logged_in, dispatch_uid="keep_cart_at_login")
def keep_cart(sender, request, user, **kwargs):
    """What was put into the cart before signing in is still there afterwards."""
    token = request.session.pop(SESSION_KEY, None) if hasattr(request, "session") else None
    if token:
        merge(token=token, user=user)


@receiver(order_placed, dispatch_uid="tell_of_order")
def tell_of_order(sender, order, **kwargs):
    _tell(order, "placed")


@receiver(order_paid, dispatch_uid="tell_of_payment")
def tell_of_payment(sender, order, **kwargs):
    _tell(order, "paid")


@receiver(consignment_sent, dispatch_uid="tell_of_parcel")
def tell_of_parcel(sender, consignment, **kwargs):
    _tell(consignment.order, "sent", consignment)


@receiver(order_refunded, dispatch_uid="tell_of_refund")
def tell_of_refund(sender, order, refund, **kwargs):
    _tell(order, "refunded" if refund.amount_fen == order.total_fen else "part", refund.consignment, refund)


def _tell(order, kind, consignment=None, refund=None):
    """The row is the promise; waking the worker only makes it sooner, so a lost wake-up loses nothing."""
    owe(order=order, kind=kind, consignment=consignment, refund=refund)
    transaction.on_commit(tasks.send_messages.delay, robust=True)
