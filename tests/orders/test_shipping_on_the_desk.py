"""A seller sends its parcel in the desk; what it does not need to know it does not see."""

import pytest
from django.urls import reverse

from kmall.models import AuditEntry
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import Shopper, paid_order
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db
TRACKING = {"carrier": "sf", "tracking_number": "SF1234567890"}


@pytest.fixture
def parcels():
    """Two sellers' parcels of one paid order."""
    order = paid_order(sku_in_stock(9), sku_in_stock(9))
    return list(order.consignments.order_by("pk"))


def url(parcel):
    return reverse("admin:orders_consignment_change", args=[parcel.pk])


def as_seller(client, parcel):
    client.force_login(member_of(parcel.seller))
    return client


def test_a_tracking_number_sends_the_parcel_and_only_this_one(client, parcels):
    as_seller(client, parcels[0]).post(url(parcels[0]), TRACKING)
    for parcel in parcels:
        parcel.refresh_from_db()
    assert [parcel.state for parcel in parcels] == ["shipped", "to_ship"]
    assert parcels[0].tracking_number == "SF1234567890"


def test_a_second_press_changes_nothing(client, parcels):
    as_seller(client, parcels[0]).post(url(parcels[0]), TRACKING)
    page = client.post(url(parcels[0]), {**TRACKING, "tracking_number": "SF0000000000"}, follow=True)
    parcels[0].refresh_from_db()
    assert parcels[0].tracking_number == "SF1234567890"
    assert [message.level_tag for message in page.context["messages"]][-1] == "error"


def test_a_tracking_number_that_cannot_be_one_is_told_at_its_field(client, parcels):
    page = as_seller(client, parcels[0]).post(url(parcels[0]), {**TRACKING, "tracking_number": "운송장"})
    assert list(page.context["form"].errors) == ["tracking_number"]


def test_the_address_is_whole_while_to_be_sent_and_masked_after(client, parcels):
    assert "王小明" in as_seller(client, parcels[0]).get(url(parcels[0])).content.decode()
    assert AuditEntry.objects.filter(action="read_address").exists()
    client.post(url(parcels[0]), TRACKING)
    assert "王小明" not in client.get(url(parcels[0])).content.decode()


def test_an_unpaid_order_is_not_shown_to_its_seller(client):
    sku = sku_in_stock(3)
    paid_order(sku)  # brings today's terms
    unpaid = Shopper(number="440524188001010014").place((sku, 1), key="unpaid").consignments.get()
    assert as_seller(client, unpaid).get(url(unpaid)).status_code == 404


def test_a_seller_reads_neither_total_nor_the_others_goods(client, parcels):
    order = parcels[0].order
    page = (
        as_seller(client, parcels[0])
        .get(reverse("admin:orders_order_change", args=[order.pk]))
        .content.decode()
    )
    theirs = parcels[1].lines.get()
    assert theirs.name_ko not in page
    assert f"{order.total_fen // 100:,}.{order.total_fen % 100:02d}" not in page


def test_kita_unmasks_once_and_it_is_recorded(client, parcels):
    order, officer = parcels[0].order, kita_officer()
    client.force_login(officer)
    page = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "11010519491231002X" not in page
    page = client.post(reverse("admin:orders_order_unmask", args=[order.pk]), follow=True).content.decode()
    assert "11010519491231002X" in page
    assert list(AuditEntry.objects.filter(action="unmask").values_list("actor", flat=True)) == [officer.pk]
