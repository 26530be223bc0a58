"""The mall's own staff gave money back: whoever gives it back at our desk is told, and asked."""

import pytest
from django.urls import reverse

from orders.models import Order, Refund
from partners import inbound
from partners.models import PartnerOrder
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, pull_orders
from tests.partners.test_refunds_told import example, give_back
from tests.partners.test_statements import fetch

pytestmark = pytest.mark.django_db
WARNED = "이미 환불받았을 수"


@pytest.fixture
def bought(sandbox, mall):
    """An order of three units, placed and confirmed."""
    product = listable(on_hand=5)
    changed(product, "state")
    converge(mall)
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=3)
    pull_orders(mall)
    return bought


@pytest.fixture
def given_there(sandbox, mall, bought):
    """One unit was given back by the mall's staff, as its statement says."""
    assert sandbox.call("igm.orders.refund", example(bought))[1]["code"] == "OK"
    fetch(sandbox, mall)


def part():
    parcel = Order.objects.get().consignments.get()
    return reverse("admin:orders_order_refund", args=[parcel.order_id, parcel.pk])


def choice(units=1, **more):
    return {"reason": "damaged", f"units-{Order.objects.get().lines.get().pk}": units, **more}


def refund_in_full(kita, **more):
    chosen = {"action": "refund_chosen", "_selected_action": [Order.objects.get().pk]}
    return kita.post(reverse("admin:orders_order_changelist"), chosen | more, follow=True)


def test_a_part_is_given_back_only_once_somebody_asked(kita, given_there):
    assert WARNED in kita.get(part()).content.decode()
    page = kita.post(part(), choice())
    assert (list(page.context["form"].errors), "shares" in page.context) == (["is_still_owed"], False)
    page = kita.post(part(), choice(is_still_owed="on"))
    sure = {"is_still_owed": "on", "seen": page.context["seen"], "key": page.context["key"], "confirmed": 1}
    assert kita.post(part(), choice(**sure)).status_code == 302
    assert Refund.objects.count() == 1


def test_a_whole_order_is_given_back_only_once_somebody_asked(kita, given_there):
    assert WARNED in refund_in_full(kita).content.decode()
    refund_in_full(kita, confirmed="1")
    assert not Refund.objects.exists()
    refund_in_full(kita, confirmed="1", still_owed=[Order.objects.get().pk])
    assert Refund.objects.count() == 1


def test_a_request_that_the_mall_settled_by_itself_is_told_too(kita, bought):
    line = {"out_sku_id": bought["lines"][0]["out_sku_id"], "quantity": 1}
    request = {"request_no": "IGR7", "kind": "return", "state": "refunded", "reason": "", "lines": [line]}
    request["asked_at"] = bought["paid_at"]
    told = bought | {"updated_at": None, "requests": [request]}
    inbound.receive(PartnerOrder.objects.get().partner, told, came_by="notice")
    assert "IGR7" in kita.get(part()).content.decode()


def test_what_we_gave_back_ourselves_is_no_reason_to_ask(kita, sandbox, mall, bought):
    give_back(1)
    pull_orders(mall)
    fetch(sandbox, mall)
    assert WARNED not in kita.get(part()).content.decode()
