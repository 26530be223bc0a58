"""What a partner told of its shoppers is erased on a date; what was sold stays."""

import datetime
import json

import pytest
from django.db import connection
from django.utils import timezone

from partners import inbound, unread
from partners.connectors.reading import Unread
from partners.erase import erase_due
from partners.models import PartnerOrder, PartnerRequest
from partners.tasks import erase_persons
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, pull_orders, work_orders
from tests.partners.selling import asked, buy

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def orders(sandbox, mall):
    """One that was placed, with a shopper's words, and one that was refused."""
    product = listable(on_hand=3)
    changed(product, "state")
    converge(mall)
    for quantity in (1, 9):
        sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=quantity)
    inbound.pull(mall)
    work_orders()
    placed, refused = PartnerOrder.objects.order_by("pk")
    placed.requests.create(
        remote_id="R1", kind="cancel", stands="open", words="王小明", asked_at=timezone.now()
    )
    return placed, refused


def persons(row):
    row.refresh_from_db()
    return sorted({"buyer", "address", "payment"} & json.loads(row.raw).keys())


def test_a_refused_order_forgets_its_shopper_after_a_month_and_a_placed_one_after_a_year(orders):
    placed, refused = orders
    now = timezone.now()
    assert erase_due(now + 29 * DAY) == 0
    assert erase_due(now + 31 * DAY) == 1
    assert (persons(placed), persons(refused)) == (["address", "buyer", "payment"], [])
    assert erase_due(now + 366 * DAY) == 1
    assert (persons(placed), placed.requests.get().words) == ([], "")
    assert erase_due(now + 900 * DAY) == 0


def test_lines_and_amounts_stay(orders):
    placed, _refused = orders
    before = json.loads(placed.raw)
    erase_due(timezone.now() + 366 * DAY)
    placed.refresh_from_db()
    kept = json.loads(placed.raw)
    assert kept == {name: before[name] for name in kept}
    assert {"order_id", "lines", "paid_fen"} <= kept.keys()
    assert placed.erased_at


def test_the_task_erases_what_is_due(orders):
    PartnerOrder.objects.update(received_at=timezone.now() - 400 * DAY)
    erase_persons()
    assert PartnerOrder.objects.filter(erased_at=None).count() == 0


def test_what_comes_after_it_was_erased_is_erased_as_well(mall, orders):
    _placed, refused = orders
    later = timezone.now() + 31 * DAY
    erase_due(later)
    unread.keep(mall, Unread(refused.remote_id, "王小明", "price_fen"), came_by="pull")
    assert erase_due(later) == 1
    refused.refresh_from_db()
    assert (refused.unread, refused.unread_field) == ("", "")


def test_what_was_never_read_and_is_erased_is_not_read_again(mall):
    unread.keep(mall, Unread("IGO0", "王小明", "price_fen"), came_by="pull")
    erase_due(timezone.now() + 366 * DAY)
    row = PartnerOrder.objects.get()
    assert (row.unread, row.unread_field, row.next_try_at) == ("", "", None)
    assert row.erased_at


def test_a_first_telling_that_can_be_read_is_erased_in_its_time(sandbox, mall):
    bought = buy(sandbox, listable(on_hand=5))
    unread.keep(mall, Unread(bought["order_id"], "王小明", "price_fen"), came_by="pull")
    later = timezone.now() + 366 * DAY
    erase_due(later)
    inbound.receive(mall, bought, came_by="pull")
    assert persons(PartnerOrder.objects.get()) == ["address", "buyer", "payment"]
    assert erase_due(later) == 1
    assert persons(PartnerOrder.objects.get()) == []


def test_what_a_shopper_asks_after_it_was_erased_is_erased_as_well(sandbox, mall):
    bought = buy(sandbox, listable(on_hand=5))
    pull_orders(mall)
    later = timezone.now() + 366 * DAY
    assert erase_due(later) == 1
    asked(sandbox, bought, reason="王小明")
    inbound.pull(mall)
    assert PartnerRequest.objects.get().words == "王小明"
    assert erase_due(later) == 1
    assert PartnerRequest.objects.get().words == ""


@pytest.mark.parametrize("played", ["ningbo", "shanghai"], indirect=True)
def test_what_came_in_the_partners_own_words_is_kept_encrypted_and_erased(stand_in, each_mall):
    bought = buy(stand_in, listable(on_hand=3))
    pull_orders(each_mall)
    row = PartnerOrder.objects.get()
    own = {"ningbo": f"<OrderNo>{bought['order_id']}</OrderNo>", "shanghai": f"\n{bought['order_id']},"}
    name = json.loads(row.raw)["buyer"]["name"]
    assert (own[stand_in.mall] in row.told, name in row.told) == (True, True)
    with connection.cursor() as cursor:
        cursor.execute("select told from partners_partnerorder")
        assert name not in cursor.fetchone()[0]
    erase_due(timezone.now() + 366 * DAY)
    row.refresh_from_db()
    assert row.told == ""


def test_a_mended_order_is_kept_in_its_new_words(yonggou, ningbo):
    yonggou.fault("order-garbled")
    bought = buy(yonggou, listable(on_hand=3))
    inbound.pull(ningbo)
    assert PartnerOrder.objects.get().told == ""
    yonggou.operate("/operator/orders/mend/", order_id=bought["order_id"])
    pull_orders(ningbo)
    assert bought["order_id"] in PartnerOrder.objects.get().told


def test_a_request_is_kept_in_the_partners_own_words_encrypted_and_erased(stand_in, each_mall):
    bought = buy(stand_in, listable(on_hand=3))
    pull_orders(each_mall)
    asked(stand_in, bought, reason="王小明")
    inbound.pull(each_mall)
    request = PartnerRequest.objects.get()
    number = request.remote_id
    own = {
        "igetmall": f'"request_no": "{number}"',
        "ningbo": f"<RequestNo>{number}<",
        "shanghai": f"\n{number},",
    }
    assert (own[stand_in.mall] in request.told, "王小明" in request.told) == (True, True)
    with connection.cursor() as cursor:
        cursor.execute("select told from partners_partnerrequest")
        assert "王小明" not in cursor.fetchone()[0]
    later = timezone.now() + 366 * DAY
    erase_due(later)
    request.refresh_from_db()
    assert request.told == ""
    stand_in.operate("/orders/withdraw/", order_id=bought["order_id"], request_no=number)
    inbound.pull(each_mall)
    assert erase_due(later) == 1
    request.refresh_from_db()
    assert (request.stands, request.told) == ("withdrawn", "")
