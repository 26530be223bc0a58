import pytest
from django.utils import timezone

from orders.dispatch import confirm_receipt, send
from orders.models import Channel, Consignment, Order
from orders.place import PartnerLine, place_partner_order
from orders.refund import refund_order
from orders.signals import consignment_sent, order_refunded
from orders.transitions import CONSIGNMENT_CHANGES, ORDER_CHANGES, WrongState
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import AddressFactory, IdentityFactory, UserFactory
from tests.tables import rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_shop")]


@pytest.mark.parametrize(
    ("caption", "changes"),
    [("changes of an order", ORDER_CHANGES), ("changes of a consignment", CONSIGNMENT_CHANGES)],
)
def test_the_changes_are_those_of_the_page(caption, changes):
    assert {
        row["change"]: ({state.strip() for state in row["from"].split(",")}, row["to"])
        for row in rows("concurrency.md", caption)
    } == {
        change: ({str(state) for state in allowed}, str(state))
        for change, (allowed, state) in changes.items()
    }


@pytest.fixture
def order():
    """A paid order of two parcels, sold by a partner."""
    lines = [PartnerLine(sku_in_stock(5).pk, 1, 10_000, 910) for _ in range(2)]
    return place_partner_order(
        channel=Channel.objects.create(code="igetmall", kind="partner", name="I Get Mall"),
        remote_id="IGO1",
        lines=lines,
        address=AddressFactory.build(user=None),
        buyer=IdentityFactory.build(user=None),
        freight_fen=0,
        paid_fen=21_820,
        placed_at=timezone.now(),
    )


def ship(consignment, **fields):
    return send(consignment_id=consignment.pk, carrier="sf", tracking_number=f"SF{consignment.pk}", **fields)


def test_an_order_has_been_shipped_with_its_last_parcel_and_is_completed_with_the_last_receipt(order):
    first, second = order.consignments.order_by("pk")
    states = []
    for step in (ship, ship, None, None):
        consignment = (first, second)[len(states) % 2]
        if step:
            step(consignment)
        else:
            confirm_receipt(consignment_id=consignment.pk, actor=None)
        states.append(Order.objects.get().state)
    assert states == ["paid", "shipped", "shipped", "completed"]
    assert [event.kind for event in order.events.order_by("pk")] == [
        "placed", "paid", "shipped", "shipped", "received", "received", "completed",
    ]  # fmt: skip


def test_a_parcel_is_sent_once_by_whom_and_is_told(order):
    heard, actor = [], UserFactory()

    def listen(consignment, **_):
        heard.append((consignment.pk, consignment.tracking_number))

    consignment_sent.connect(listen)
    first = order.consignments.order_by("pk").first()
    ship(first, actor=actor)
    with pytest.raises(WrongState):
        ship(first)
    consignment_sent.disconnect(listen)
    assert heard == [(first.pk, f"SF{first.pk}")]
    assert order.events.get(kind="shipped").actor == actor


def test_what_was_not_sent_cannot_be_received(order):
    with pytest.raises(WrongState):
        confirm_receipt(consignment_id=order.consignments.first().pk, actor=None)


def test_an_order_that_a_partner_collected_for_is_refunded_at_once(order):
    heard = []

    def listen(order, **_):
        heard.append(order.refunded_fen)

    order_refunded.connect(listen)
    refund_order(order_id=order.pk, reason="partner")
    order_refunded.disconnect(listen)
    order.refresh_from_db()
    assert (order.state, order.refunded_fen) == ("refunded", order.total_fen)
    assert {c.state for c in Consignment.objects.all()} == {"cancelled"}
    assert [line.sku.stock.on_hand for line in order.lines.select_related("sku__stock")] == [5, 5]
    assert heard == [order.total_fen]


def test_a_parcel_that_left_is_not_put_back_by_a_refund(order):
    first, second = order.consignments.order_by("pk")
    ship(first)
    refund_order(order_id=order.pk, reason="partner")
    assert [line.sku.stock.on_hand for line in order.lines.order_by("pk").select_related("sku__stock")] == [
        4,
        5,
    ]
    assert [Consignment.objects.get(pk=c.pk).state for c in (first, second)] == ["refunded", "cancelled"]
