from orders.models.address import Address, Identity
from orders.models.cart import Cart, CartLine
from orders.models.channel import Channel
from orders.models.consignment import Consignment
from orders.models.limits import FreightRule, ImportLimit, YearUse
from orders.models.message import OrderMessage
from orders.models.order import Order, OrderEvent, OrderLine
from orders.models.payment import Payment, PaymentNotice
from orders.models.refund import Refund, RefundLine

__all__ = [
    "Address",
    "Cart",
    "CartLine",
    "Channel",
    "Consignment",
    "FreightRule",
    "Identity",
    "ImportLimit",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderMessage",
    "Payment",
    "PaymentNotice",
    "Refund",
    "RefundLine",
    "YearUse",
]
