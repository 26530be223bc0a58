"""A seller says that it cannot fill a parcel; KITA sees line by line what goes back, and gives it back."""

import re

import pytest
from django.urls import reverse

from orders.dispatch import report_obstacle, send
from orders.models import Refund
from orders.refund import refund_consignment
from orders.transitions import WrongState
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel():
    """The first of two parcels, of three units."""
    return paid_order(sku_in_stock(9), sku_in_stock(9), quantity=3).consignments.order_by("pk").first()


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def url(parcel):
    return reverse("admin:orders_order_refund", args=[parcel.order_id, parcel.pk])


def hidden(page) -> dict:
    """The hidden fields of a page, as the browser would send them back."""
    return dict(re.findall(r'type="hidden" name="(key|seen)" value="([^"]+)"', page.content.decode()))


def choice(parcel, units, **how):
    return {"reason": "sold_out", f"units-{parcel.lines.get().pk}": units, **how}


def told(page):
    return [message.level_tag for message in page.context["messages"]]


def test_a_seller_reports_a_parcel_and_kita_is_shown_it(client, parcel):
    client.force_login(member_of(parcel.seller))
    change = reverse("admin:orders_consignment_change", args=[parcel.pk])
    client.post(change, {"cannot_fill": "1", "obstacle": "sold_out", "note": "창고에 없음"})
    parcel.refresh_from_db()
    assert (parcel.state, parcel.obstacle, parcel.obstacle_note) == ("to_ship", "sold_out", "창고에 없음")
    assert "창고에 없음" in client.get(change).content.decode()
    client.force_login(kita_officer())
    listed = client.get(reverse("admin:orders_consignment_changelist"), {"obstacle__isempty": "0"})
    assert list(listed.context["cl"].queryset) == [parcel]
    page = client.get(url(parcel))
    assert "창고에 없음" in page.content.decode()
    assert (page.context["form"]["reason"].initial, page.context["form"]["is_back"].initial) == (
        "sold_out",
        False,
    )


def test_a_refund_tells_its_reason_in_words(kita, parcel):
    refund_consignment(consignment_id=parcel.pk, reason="damaged", is_back=False)
    refund = reverse("admin:orders_refund_change", args=[Refund.objects.get().pk])
    html = kita.get(refund).content.decode()
    assert ("damaged" in html, "상품 파손" in html) == (False, True)


def test_what_was_sent_is_not_reported_and_what_is_sent_after_all_is_settled(parcel):
    report_obstacle(consignment_id=parcel.pk, obstacle="other")
    send(consignment_id=parcel.pk, carrier="sf", tracking_number="SF123456")
    parcel.refresh_from_db()
    assert (parcel.obstacle, parcel.obstacle_at) == ("", None)
    with pytest.raises(WrongState):
        report_obstacle(consignment_id=parcel.pk, obstacle="other")


def test_kita_sees_what_goes_back_before_it_does_and_gets_exactly_that(kita, parcel):
    order_page = kita.get(reverse("admin:orders_order_change", args=[parcel.order_id])).content.decode()
    assert url(parcel) in order_page
    shown = kita.post(url(parcel), choice(parcel, 2, is_back="on"))
    assert not Refund.objects.exists()
    sums = shown.context["sums"]
    again = kita.post(
        url(parcel), choice(parcel, 2, is_back="on", confirmed="1") | hidden(shown), follow=True
    )
    refund = Refund.objects.get()
    assert (told(again), refund.amount_fen) == (["success"], sums["amount_fen"])
    assert refund.lines.get().quantity == 2
    assert refund.order.events.get(kind="refund_due").actor == kita_officer_of(kita)


def kita_officer_of(client):
    from kmall.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


def test_pressing_twice_gives_back_once(kita, parcel):
    shown = kita.post(url(parcel), choice(parcel, 1))
    for _press in range(2):
        kita.post(url(parcel), choice(parcel, 1, confirmed="1") | hidden(shown))
    assert (Refund.objects.count(), parcel.lines.get().refunded_quantity) == (1, 1)


def test_a_choice_that_was_changed_after_the_look_is_shown_anew(kita, parcel):
    shown = kita.post(url(parcel), choice(parcel, 1))
    changed = kita.post(url(parcel), choice(parcel, 2, confirmed="1") | hidden(shown))
    assert (told(changed), Refund.objects.exists()) == (["error"], False)
    kita.post(url(parcel), choice(parcel, 2, confirmed="1") | hidden(changed))
    assert Refund.objects.get().lines.get().quantity == 2


def test_a_parcel_that_was_sent_meanwhile_is_not_refunded_as_unsent(kita, parcel):
    shown = kita.post(url(parcel), choice(parcel, 3, is_back="on"))
    send(consignment_id=parcel.pk, carrier="sf", tracking_number="SF123456")
    page = kita.post(url(parcel), choice(parcel, 3, is_back="on", confirmed="1") | hidden(shown))
    assert (told(page), Refund.objects.exists()) == (["error"], False)


def test_the_second_officer_is_told_that_nothing_is_left(kita, parcel):
    shown = kita.post(url(parcel), choice(parcel, 3))
    refund_consignment(consignment_id=parcel.pk, reason="sold_out", is_back=False)
    page = kita.post(url(parcel), choice(parcel, 3, confirmed="1") | hidden(shown), follow=True)
    assert (told(page), Refund.objects.count()) == (["error"], 1)


@pytest.mark.parametrize("units", ["4", "-1", "0", "x", ""])
def test_units_that_cannot_be_are_told_at_the_form(kita, parcel, units):
    page = kita.post(url(parcel), choice(parcel, units, confirmed="1", seen="to_ship 1"))
    assert page.context["form"].errors
    assert not Refund.objects.exists()


def test_a_seller_cannot_open_or_send_the_refund(client, parcel):
    client.force_login(member_of(parcel.seller))
    assert client.get(url(parcel)).status_code == 403
    assert client.post(url(parcel), choice(parcel, 1, confirmed="1")).status_code == 403


def test_the_seller_packs_only_what_is_left(client, parcel):
    line = parcel.lines.get()
    refund_consignment(consignment_id=parcel.pk, reason="damaged", is_back=False, quantities={line.pk: 1})
    client.force_login(member_of(parcel.seller))
    html = client.get(reverse("admin:orders_consignment_change", args=[parcel.pk])).content.decode()
    assert "<s>× 3</s> <strong>× 2</strong>" in html
    listed = client.get(reverse("admin:orders_consignment_changelist")).content.decode()
    assert f"{line.name_ko} × 2" in listed
