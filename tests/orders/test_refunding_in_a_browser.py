"""KITA gives a part of an order back with the mouse, on a desktop."""

from django.urls import reverse

from orders.models import Refund
from tests.browser import accessibility_faults
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.people import PASSWORD, kita_officer


def test_a_parcel_of_two_is_refunded_from_the_orders_page(live_mall, desktop):
    order = paid_order(sku_in_stock(9), sku_in_stock(9), quantity=3)
    parcel = order.consignments.order_by("pk").first()
    desktop.goto(f"{live_mall}/admin/")
    desktop.fill("#id_username", kita_officer().email)
    desktop.fill("#id_password", PASSWORD)
    desktop.click("[type=submit]")
    desktop.goto(live_mall + reverse("admin:orders_order_change", args=[order.pk]))
    desktop.click(f"main a[href$='/refund/{parcel.pk}/'], #content a[href$='/refund/{parcel.pk}/']")
    assert accessibility_faults(desktop) == []
    desktop.click("form.editor button.button")
    assert accessibility_faults(desktop) == []
    desktop.click("[name=confirmed]")
    desktop.wait_for_load_state()
    assert Refund.objects.get().consignment == parcel
