"""Tell a partner what became of its orders: confirmed, refused, shipped. All may be said twice (writes)."""

import logging

from django.utils import timezone

from orders.refund import refund_order
from partners import breaker, pace, verdict
from partners.connectors import connect
from partners.connectors.connector import Fault, WrongState
from partners.models import PartnerMall, PartnerOrder

logger = logging.getLogger(__name__)
State = PartnerOrder.State


def tell(row: PartnerOrder) -> None:
    """Tell the answer to an order and every shipment of it; what fails is due again later."""
    partner = row.partner
    if partner.state != PartnerMall.State.ACTIVE or not breaker.admits(partner):
        return
    try:
        pace.wait_for_turn(partner)
        _tell(row, connect(partner))
        breaker.succeeded(partner)
    except WrongState as wrong:
        _settle_differing(row, wrong)
    except Fault as fault:
        row.next_try_at = verdict.of_fault(partner, fault, row.attempts)["next_try_at"]
        row.attempts = min(row.attempts + 1, 30_000)
        row.save(update_fields=["next_try_at", "attempts", "told_at"])
        return
    row.next_try_at, row.attempts = None, 0
    row.save(update_fields=["told_at", "shipment_told_at", "next_try_at", "attempts", "reason"])


def _tell(row: PartnerOrder, connector) -> None:
    if row.told_at is None and row.state == State.REFUSED:
        reason, _, text = row.reason.partition(": ")
        connector.refuse(row.remote_id, reason, text)
    elif row.told_at is None:
        connector.confirm(row.remote_id, row.order.number)
    row.told_at = row.told_at or timezone.now()
    if parcels := _parcels(row):
        connector.ship(row.remote_id, parcels)
        row.shipment_told_at = timezone.now()


def _settle_differing(row: PartnerOrder, wrong: WrongState) -> None:
    """The order stands otherwise at the partner. One called off there is called off here as well."""
    row.told_at = row.told_at or timezone.now()
    row.reason = wrong.state[:300]
    if wrong.state == "cancelled" and row.order_id:
        refund_order(order_id=row.order_id, reason="cancelled_at_partner")
    else:
        logger.error("partner order %s is %s there and %s here", row.pk, wrong.state, row.state)


def _parcels(row: PartnerOrder) -> list[dict]:
    if row.order is None:
        return []
    sent = row.order.consignments.exclude(shipped_at=None).order_by("pk").prefetch_related("lines")
    return [
        {
            "parcel_no": consignment.number,
            "carrier": consignment.carrier,
            "tracking_number": consignment.tracking_number,
            "shipped_at": timezone.localtime(consignment.shipped_at).isoformat(timespec="seconds"),
            "lines": [
                {"out_sku_id": f"S{line.sku_id}", "quantity": line.quantity}
                for line in consignment.lines.all()
            ],
        }
        for consignment in sent
    ]
