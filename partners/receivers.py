"""What this app does when a product or an order changes: rows of its own in the sender's transaction."""

from django.db import transaction
from django.dispatch import receiver

from catalog.signals import product_changed
from orders.signals import added_to_cart, consignment_sent, order_placed, order_refunded
from partners import wake
from partners.credit import credit_order, note_cart
from partners.mark import mark_changed
from partners.models import PartnerOrder, PartnerRefund
from partners.reply import CALLED_OFF_THERE, tell_again


@receiver(product_changed)
def mark_listings(sender, product_ids, kinds, **kwargs):
    if mark_changed(product_ids, kinds):
        transaction.on_commit(wake.all_partners, robust=True)


@receiver(added_to_cart)
def note_the_cart(sender, visit, **kwargs):
    if visit:
        note_cart(visit)


@receiver(order_placed)
def credit_the_sale(sender, order, **kwargs):
    credit_order(order)


@receiver(order_refunded)
def tell_the_partner_of_a_refund(sender, order, refund, **kwargs):
    """What the partner called off itself it knows."""
    row = None if refund.reason == CALLED_OFF_THERE else PartnerOrder.objects.filter(order=order).first()
    if row:
        PartnerRefund.objects.create(order=row, refund=refund)
        tell_again(row)


@receiver(consignment_sent)
def tell_the_partner(sender, consignment, **kwargs):
    if row := PartnerOrder.objects.filter(order=consignment.order_id).first():
        tell_again(row, shipment_told_at=None)
