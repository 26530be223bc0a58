"""Every row lock of this app: address book, order, payment, year's use; the catalogue's come after.

See docs/concurrency.md. `no_key`: rows that refer to the locked one may still be written by others.
"""

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from orders.models import Consignment, Order, Payment, Refund, YearUse

WAIT_SECONDS = 5


def address_book(user) -> None:
    """Whoever changes a user's addresses comes one at a time: exactly one of them is the default."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)


def order(pk: int) -> Order:
    return Order.objects.select_for_update(of=("self",), no_key=True).select_related("rate").get(pk=pk)


def payment(pk: int) -> Payment:
    """A locked payment with its order, the order locked first."""
    held = order(Payment.objects.values_list("order_id", flat=True).get(pk=pk))
    row = Payment.objects.select_for_update(no_key=True).get(pk=pk)
    row.order = held
    return row


def consignment(pk: int) -> Consignment:
    """A locked consignment with its order, the order locked first."""
    held = order(Consignment.objects.values_list("order_id", flat=True).get(pk=pk))
    row = Consignment.objects.select_for_update(of=("self",), no_key=True).select_related("seller").get(pk=pk)
    row.order = held
    return row


def refund(pk: int) -> Refund:
    """A locked refund of a payment with its payment and order, locked before it."""
    held = payment(Refund.objects.values_list("payment_id", flat=True).get(pk=pk))
    row = Refund.objects.select_for_update(no_key=True).get(pk=pk)
    row.payment, row.order = held, held.order
    return row


def year_use(buyer_index: str, year: int) -> YearUse:
    """The locked row of a buyer and year, made if there is none."""
    row = YearUse(buyer_index=buyer_index, year=year)
    YearUse.objects.bulk_create([row], ignore_conflicts=True)
    return YearUse.objects.select_for_update(no_key=True).get(buyer_index=buyer_index, year=year)


def due(queryset: QuerySet, most: int) -> list:
    """Rows of a queue for one worker, passing over those that another one holds."""
    return list(queryset.select_for_update(of=("self",), no_key=True, skip_locked=True)[:most])
