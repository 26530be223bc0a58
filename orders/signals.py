"""What others may need to know of an order or a basket. Each is sent inside the transaction that changes it.

A receiver writes rows of its own app, or registers an `on_commit`; nothing else.
"""

from django.dispatch import Signal

added_to_cart = Signal()  # visit: number in the shopper's cookie, or None
order_placed = Signal()  # order
order_paid = Signal()  # order
order_refunded = Signal()  # order, refund: of all or a part of it, and paid
consignment_sent = Signal()  # consignment
