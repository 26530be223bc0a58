"""A seller's parcel on its way: sent with a tracking number, received by the shopper."""

from django.db import transaction
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
    consignment_sent.send(sender=Consignment, consignment=consignment)
    return consignment


@transaction.atomic
def confirm_receipt(*, consignment_id: int, actor) -> Consignment:
    """The shopper has the parcel; with the last one the order is completed. Raises `WrongState` or `Busy`."""
    with lock_timeout(locks.WAIT_SECONDS):
        consignment = locks.consignment(consignment_id)
    transitions.receive(consignment, actor=actor)
    return consignment
