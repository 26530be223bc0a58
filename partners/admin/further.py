"""The step by which KITA refunds units that came to a mall's depot behind the refund of their request."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from kmall.database import Busy
from kmall.keys import key_of
from orders.models import OrderLine
from orders.refund import NothingLeft
from orders.templatetags.buying import line_label, line_name
from orders.transitions import WrongState
from partners.further import NotAsShown, further, refund_further
from partners.given_there import given_there
from partners.models import PartnerRequest
from partners.requests import NothingToTickOff


def context(asked: PartnerRequest) -> dict:
    """What the page of a request shows of it; empty where no more came."""
    if asked.problem != PartnerRequest.Problem.MORE_CAME:
        return {}
    found = further(asked)
    units = {line: number for parcel in found.parcels.values() for line, number in parcel.items()}
    lines = OrderLine.objects.filter(pk__in=units).order_by("pk")
    rows = [(name_of(line), units[line.pk]) for line in lines]
    return {"further": found, "rows": rows, "given_there": given_there(asked.order.order)}


def do(request, asked: PartnerRequest):
    try:
        refund_further(asked.pk, amount_fen=key_of(request.POST.get("seen", "")), actor=request.user)
        messages.success(request, _("It is refunded, and the mall is told. The request is ticked off."))
    except NothingToTickOff:
        messages.error(request, _("Somebody else has ticked it off already."))
    except NothingLeft:
        messages.error(request, _("All that is in the depot has been refunded meanwhile."))
    except NotAsShown:
        messages.error(request, _("What is to be refunded has changed, nothing was refunded. Look again."))
    except (WrongState, Busy):
        messages.error(request, _("The order is being changed right now. Try again in a moment."))
    return HttpResponseRedirect(request.path)


def name_of(line: OrderLine) -> str:
    """In the desk's language, with its option."""
    return with_option(line_name(line), line_label(line))


def with_option(name: str, label: str) -> str:
    """A product with its option, where the name does not say it."""
    return name if label in name else f"{name} {label}"
