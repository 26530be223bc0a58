"""One order that nobody can read: kept as it came, seen, read again; the others are taken. At every mall alike."""

import datetime
import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from partners import inbound, unread
from partners.connectors.igetmall_answers import orders
from partners.erase import erase_due
from partners.models import PartnerMall, PartnerOrder
from tests.factories.partners import listable
from tests.factories.people import kita_officer
from tests.partners.convergence import pull_orders, work_again, work_orders
from tests.partners.liar import Reply, between
from tests.partners.mall import ROOT, signed
from tests.partners.selling import asked, buy, told
from tests.partners.test_partner_orders import notify

pytestmark = pytest.mark.django_db
FIELD = {"igetmall": "price_fen", "ningbo": "SalePrice", "shanghai": "price"}
GARBLED = {"igetmall": ('"?"', "9900"), "ningbo": ("?", "99.00"), "shanghai": ("?", "99.00")}


@pytest.fixture
def product(each_mall):
    return listable(on_hand=9)


@pytest.fixture
def bought(stand_in, each_mall, product):
    """Two orders, of which the first has a price that nobody can read; pulled."""
    stand_in.fault("order-garbled", 1)
    both = buy(stand_in, product), buy(stand_in, product)
    pull_orders(each_mall)
    return both


def row_of(order):
    return PartnerOrder.objects.get(remote_id=order["order_id"])


def test_the_other_orders_are_taken_and_the_cursor_goes_on(stand_in, each_mall, product, bought):
    strange, good = bought
    assert (told(stand_in, strange)["state"], told(stand_in, good)["state"]) == ("paid", "confirmed")
    each_mall.refresh_from_db()
    before = each_mall.order_cursor
    later = buy(stand_in, product)
    inbound.pull(each_mall)
    each_mall.refresh_from_db()
    work_orders()
    assert (told(stand_in, later)["state"], each_mall.order_cursor > before > "") == ("confirmed", True)


def test_it_is_kept_as_it_came_and_tried_again(stand_in, each_mall, bought):
    strange = bought[0]
    row = row_of(strange)
    assert strange["address"]["detail"] in row.unread
    for _ in range(2):
        assert (row.state, row.raw, row.unread_field, row.next_try_at is None) == (
            "received", "", FIELD[stand_in.mall], False,
        )  # fmt: skip
        PartnerOrder.objects.filter(pk=row.pk).update(next_try_at="2020-01-01T00:00Z")
        pull_orders(each_mall)
        row = row_of(strange)
    assert row.next_try_at.year > 2020


def test_kita_sees_it_with_the_reason_in_words(stand_in, each_mall, bought, client):
    client.force_login(kita_officer())
    client.cookies["desk_language"] = "en"
    url = f"{reverse('admin:partners_partnerorder_changelist')}?unread_field__isempty=0"
    assert url in client.get(reverse("admin:index")).content.decode()
    page = client.get(url)
    assert list(page.context["cl"].result_list) == [row_of(bought[0])]
    assert f"cannot be read ({FIELD[stand_in.mall]})" in page.content.decode()
    assert '<span class="tag bad">cannot be read</span>' in page.content.decode()
    assert (
        client.get(reverse("admin:partners_partnerorder_change", args=[row_of(bought[0]).pk])).status_code
        == 200
    )


def test_once_the_mall_mends_it_it_is_filled(stand_in, each_mall, bought):
    stand_in.operate("/operator/orders/mend/", order_id=bought[0]["order_id"])
    pull_orders(each_mall)
    row = row_of(bought[0])
    assert (told(stand_in, bought[0])["state"], Order.objects.count()) == ("confirmed", 2)
    assert (row.state, row.unread, row.unread_field) == ("placed", "", "")


def test_once_our_reading_of_it_is_mended_it_is_filled(stand_in, each_mall, bought):
    """As if the text had been readable all along."""
    row = row_of(bought[0])
    PartnerOrder.objects.filter(pk=row.pk).update(unread=row.unread.replace(*GARBLED[stand_in.mall]))
    work_again()
    assert (told(stand_in, bought[0])["state"], row_of(bought[0]).unread_field) == ("confirmed", "")


def test_a_placed_order_whose_next_telling_cannot_be_read_stays_as_it_is(sandbox, mall):
    bought = buy(sandbox, listable(on_hand=9))
    pull_orders(mall)
    before = row_of(bought)
    sandbox.fault("order-garbled", 1)
    asked(sandbox, bought)
    pull_orders(mall)
    row = row_of(bought)
    assert (row.state, row.raw, row.unread_field) == ("placed", before.raw, "price_fen")
    assert not row.requests.exists()
    sandbox.operate("/operator/orders/mend/", order_id=bought["order_id"])
    pull_orders(mall)
    assert (told(sandbox, bought)["state"], row_of(bought).unread_field) == ("refunded", "")


def test_what_has_not_even_a_number_is_kept_under_one_of_ours(mall):
    page = orders({"orders": [7, {"order_id": "\0"}], "next_cursor": ""})
    for one in page.unread * 2:
        unread.keep(mall, one, came_by="pull")
    rows = PartnerOrder.objects.order_by("pk")
    assert [(row.remote_id[0], row.unread) for row in rows] == [("?", "7"), ("?", '{"order_id": "\\u0000"}')]


def test_the_persons_in_it_are_erased_on_their_date(stand_in, each_mall, bought):
    erase_due(timezone.now() + datetime.timedelta(days=4000))
    assert (row_of(bought[0]).unread, row_of(bought[0]).raw) == ("", "")


def test_what_was_mended_without_a_newer_time_is_fetched_again(sandbox, mall):
    """The pull has long gone on, and the mall tells of it by no newer `updated_at`."""

    def garbled(call, ask):
        reply = ask(call)
        if "igm.orders.list" not in call.path:
            return reply
        return Reply(
            reply.status, re.sub(rb'"price_fen": ?\d+', b'"price_fen":"?"', reply.body), reply.headers
        )

    bought = buy(sandbox, listable(on_hand=9))
    with between(sandbox.url, [garbled]) as url:
        PartnerMall.objects.update(base_url=url)
        inbound.pull(PartnerMall.objects.get())
    assert row_of(bought).unread_field == "price_fen"
    an_hour_on = (timezone.now() + datetime.timedelta(hours=1)).isoformat()
    PartnerMall.objects.update(base_url=sandbox.url, order_cursor=an_hour_on)
    work_again()
    inbound.pull(PartnerMall.objects.get())
    work_again()
    assert (told(sandbox, bought)["state"], row_of(bought).unread_field) == ("confirmed", "")


def test_the_longer_it_stands_the_later_it_is_read_again(mall):
    unread.keep(mall, unread.Unread("", "7", "TypeError"), came_by="pull")
    waits = []
    for days in (0, 1, 30):
        now = timezone.now()
        PartnerOrder.objects.update(received_at=now - datetime.timedelta(days=days), next_try_at=now)
        work_orders()
        waits.append(round((PartnerOrder.objects.get().next_try_at - now).total_seconds() / 60))
    assert waits == [10, 360, 360]


@pytest.mark.parametrize("name", ["paid_at", "updated_at"])
@pytest.mark.parametrize("text", ["2026-11-24T12:00:20", "2026-11-24", "0001-01-01T00:00:00+08:00", 7])
def test_a_time_that_is_no_moment_cannot_be_read(mall, client, name, text):
    order = an_order() | {name: text}
    page = orders({"orders": [order], "next_cursor": ""})
    assert ([one.field for one in page.unread], page.rows) == ([name], [])
    assert notify(client, order).status_code == 400
    work_again()
    assert [(row.state, row.unread_field) for row in PartnerOrder.objects.all()] == [("received", name)]


@pytest.mark.parametrize(("hours", "unread"), [(23, []), (25, ["paid_at"])])
def test_an_order_paid_on_a_day_that_has_not_come_cannot_be_read(mall, client, hours, unread):
    paid_at = timezone.now() + datetime.timedelta(hours=hours)
    notify(client, an_order() | {"paid_at": paid_at.isoformat()})
    assert [row.unread_field for row in PartnerOrder.objects.exclude(unread_field="")] == unread


def test_a_request_asked_at_no_moment_leaves_what_was_read(sandbox, mall, client):
    bought = buy(sandbox, listable(on_hand=9))
    pull_orders(mall)
    asks = {
        "request_no": "IGR1",
        "kind": "cancel",
        "state": "open",
        "lines": [],
        "asked_at": "2026-11-26T09:00",
    }
    newer = {
        "state": "confirmed",
        "updated_at": f"{timezone.now():%Y}-12-31T23:00:00+08:00",
        "requests": [asks],
    }
    assert notify(client, bought | newer).status_code == 400
    row = row_of(bought)
    assert (row.state, row.unread_field, row.requests.exists()) == ("placed", "asked_at", False)


def test_a_notice_that_cannot_be_read_is_kept_and_mended_like_what_is_pulled(sandbox, mall, client):
    bought = buy(sandbox, listable(on_hand=9))
    garbled = bought | {"lines": [bought["lines"][0] | {"price_fen": "?"}]}
    codes = {notify(client, garbled).json()["code"] for _ in range(2)}
    row = row_of(bought)
    assert (codes, row.came_by, row.raw, row.unread_field) == (
        {"INVALID_PARAMETER"},
        "notice",
        "",
        "price_fen",
    )
    assert bought["address"]["detail"] in row.unread
    client.force_login(kita_officer())
    client.cookies["desk_language"] = "en"
    url = f"{reverse('admin:partners_partnerorder_changelist')}?unread_field__isempty=0"
    assert "cannot be read (price_fen)" in client.get(url).content.decode()
    pull_orders(mall)
    assert (told(sandbox, bought)["state"], row_of(bought).unread_field) == ("confirmed", "")
    assert notify(client, garbled).status_code == 400  # late, and no newer than what was read
    assert (row_of(bought).state, row_of(bought).unread_field) == ("placed", "")


def test_a_late_notice_without_a_time_leaves_an_order_that_was_read(sandbox, mall, client):
    bought = buy(sandbox, listable(on_hand=9))
    pull_orders(mall)
    assert notify(client, bought | {"updated_at": "2026-11-24T12:00:20"}).status_code == 400
    assert row_of(bought).unread_field == ""


def test_half_a_character_in_a_notice_is_kept_as_it_came(sandbox, mall, client):
    bought = buy(sandbox, listable(on_hand=9))
    assert notify(client, bought | {"buyer": {"name": "\ud800"}}).status_code == 400
    assert '"buyer": {"name": "\\ud800"}' in row_of(bought).unread


@pytest.mark.parametrize("body", [b"not json", "주문".encode("cp949")])
def test_a_notice_that_is_of_no_format_leaves_nothing(mall, client, body):
    query = signed("igm.order.changed", body)
    answer = client.post("/partners/api/igetmall/", body, "application/json", query_params=query)
    assert (answer.status_code, PartnerOrder.objects.exists()) == (400, False)


def an_order() -> dict:
    """An order of section 7 of the contract, as its page shows it."""
    page = (ROOT / "docs/partners/igetmall.md").read_text()
    return json.loads(re.search(r'```json\n(\{"order_id".*?)```', page, re.DOTALL)[1])
