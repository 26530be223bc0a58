"""A seller's parcel on its way: sent with a tracking number, received by the shopper."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kmall.database import lock_timeout
from orders import locks, transitions
from orders.models import Consignment
from orders.signals import consignment_sent

CARRIERS = {
    "sf": _("SF Express"),
    "ems": _("EMS"),
    "cj": _("CJ Logistics"),
    "cainiao": _("Cainiao"),
}


def carrier_name(code: str) -> str:
    """The carrier's name in the reader's language; a carrier that is not ours stays as it was written."""
    return str(CARRIERS.get(code, code))


@transaction.atomic
def send(*, consignment_id: int, carrier: str, tracking_number: str, actor=None) -> Consignment:
    """The seller hands a parcel to a carrier (a key of `CARRIERS`). Raises `WrongState` or `Busy`."""
    with lock_timeout(locks.WAIT_SECONDS):
        consignment = locks.consignment(consignment_id)
    transitions.ship(consignment, carrier=carrier, tracking_number=tracking_number, actor=actor)
    clear_obstacle(consignment)
    consignment_sent.send(sender=Consignment, consignment=consignment)
    return consignment


@transaction.atomic
def report_obstacle(*, consignment_id: int, obstacle: str, note: str = "", actor=None) -> Consignment:
    """The seller cannot fill a parcel that waits to be sent (a value of `Consignment.Obstacle`).

    KITA decides what becomes of it; it may still be sent. Raises `WrongState` or `Busy`.
    """
    with lock_timeout(locks.WAIT_SECONDS):
        consignment = locks.consignment(consignment_id)
    if consignment.state != Consignment.State.TO_SHIP:
        raise transitions.WrongState(consignment, "reported")
    _note_obstacle(consignment, obstacle, note, timezone.now())
    transitions.record(
        consignment.order, "cannot_be_sent", consignment=consignment, actor=actor, reason=obstacle
    )
    return consignment


def clear_obstacle(consignment: Consignment) -> None:
    """What was reported is settled, inside the transaction that settles it. The history keeps it."""
    if consignment.obstacle:
        _note_obstacle(consignment, "", "", None)


def _note_obstacle(consignment: Consignment, obstacle: str, note: str, at) -> None:
    consignment.obstacle, consignment.obstacle_note, consignment.obstacle_at = obstacle, note, at
    consignment.save(update_fields=["obstacle", "obstacle_note", "obstacle_at"])


@transaction.atomic
def confirm_receipt(*, consignment_id: int, actor) -> Consignment:
    """The shopper has the parcel; with the last one the order is completed. Raises `WrongState` or `Busy`."""
    with lock_timeout(locks.WAIT_SECONDS):
        consignment = locks.consignment(consignment_id)
    transitions.receive(consignment, actor=actor)
    return consignment
