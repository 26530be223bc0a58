"""What happens at a mall that a stand-in plays: somebody buys, asks, days pass; and we work through it."""

import datetime

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from orders.dispatch import send
from orders.models import Order
from partners import statements
from partners.models import Discrepancy, PartnerOrder, PartnerRefund, PartnerRequest, Statement
from tests.factories.people import kita_officer
from tests.partners.convergence import pull_orders

DAY = datetime.timedelta(days=1)


def buy(stand_in, *products, quantity=1):
    """An order of so many units of each; the mall sells it whether it was listed there or not."""
    skus = [product.skus.get().pk for product in products]
    numbers = {"out_id": [f"P{product.pk}" for product in products], "sku": [f"S{sku}" for sku in skus]}
    form = {name: ",".join(of_all) for name, of_all in numbers.items()}
    return stand_in.operate("/operator/orders/", **form, quantity=quantity)


def told(stand_in, bought):
    """An order as the mall has it."""
    return stand_in.state()["orders"][bought["order_id"]]


def asked(stand_in, bought, kind="cancel", **fields):
    return stand_in.operate(f"/orders/ask-{kind}/", order_id=bought["order_id"], **fields)


def ask_for_return(stand_in, mall, bought):
    """The shopper wants to give back a unit of the first product, once both parcels have left."""
    ship(0, 1)
    pull_orders(mall)
    sku = bought["lines"][0]["out_sku_id"]
    request = asked(stand_in, bought, "return", sku=sku, quantity=1, reason="颜色不对")
    pull_orders(mall)
    return request


def answer_return(client, answer="accept", message=""):
    """KITA's word on the one return, or what the desk says against it."""
    client.force_login(kita_officer())
    url = reverse("admin:partners_partnerrequest_change", args=[PartnerRequest.objects.get().pk])
    return client.post(url, {"answer": answer, "message": message})


def receive_there(stand_in, bought, request):
    """The mall's depot has what its shopper sent back."""
    number = {"order_id": bought["order_id"], "request_no": request["request_no"]}
    stand_in.operate("/operator/orders/received/", **number)


def ship(*places):
    parcels = list(Order.objects.get().consignments.order_by("pk"))
    for place in places:
        send(consignment_id=parcels[place].pk, carrier="cj", tracking_number=f"60123456{place}")


def on_hand(products):
    return [product.skus.get().stock.on_hand for product in products]


def a_day_passes(stand_in):
    """On both sides all that was booked was booked a day earlier."""
    stand_in.operate("/operator/statements/back/", days=1)
    booked = ("received_at", "told_at", "first_parcel_told_at", "shipment_told_at")
    PartnerOrder.objects.update(**{name: F(name) - DAY for name in booked})
    PartnerRefund.objects.update(told_at=F("told_at") - DAY)
    Statement.objects.update(day=F("day") - DAY)


def fetch(stand_in, mall, *faults):
    """A day passes, and its statement comes."""
    a_day_passes(stand_in)
    for fault in faults:
        stand_in.fault(fault, 1)
    return statements.fetch(mall, timezone.localdate() - DAY)


def open_kinds():
    return sorted(Discrepancy.objects.filter(settled_at=None).values_list("kind", flat=True))
