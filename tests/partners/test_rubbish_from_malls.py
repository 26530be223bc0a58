"""Texts no row takes and numbers that are none, at every door by which a mall speaks: the others go on."""

import contextlib
import datetime
import hashlib
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from kmall.database import Busy
from orders.models import Order
from partners import aside, digests, inbound, look, reconcile, reply, statements, sync
from partners.connectors import connect
from partners.connectors.connector import Shown, StatementPage, Unknown, WrongState
from partners.connectors.igetmall import IGetMall
from partners.connectors.reading import FIGURES
from partners.connectors.shanghai import Shanghai
from partners.models import (
    Call,
    Drift,
    FaultyFile,
    Listing,
    PartnerMall,
    PartnerOrder,
    PartnerRequest,
    RemoteCategory,
    Statement,
)
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer
from tests.partners.convergence import converge, hurry, pull_orders, work_orders
from tests.partners.liar import Reply, between
from tests.partners.mall import signed
from tests.partners.selling import asked, buy, told
from tests.partners.test_partner_orders import notify
from tests.partners.test_strange_answers import saying, through

pytestmark = pytest.mark.django_db
HALF = "\ud83d"  # the first half of an emoji, as JSON can write it
NONE = dict.fromkeys(FIGURES, 0)
DEEP = b"[" * 200_000


def of(method, change):
    """The mall's answers to a method, their data changed."""

    def lie(call, ask):
        reply = ask(call)
        if method not in call.path:
            return reply
        envelope = json.loads(reply.body)
        change(envelope["data"])
        return Reply(reply.status, json.dumps(envelope).replace('"1e999"', "1e999").encode(), reply.headers)

    return lie


def first_order():
    """The first order as the mall tells it."""
    return connect(PartnerMall.objects.get()).orders("2020-01-01T00:00:00+08:00", "").rows[0]


def test_half_an_emoji_in_a_refusal_blocks_no_batch(sandbox, mall):
    for product in (listable(), listable()):
        changed(product, "state")
    error = {"code": "REVIEW", "field": f"title{HALF}", "message": f"标题含有 {HALF}"}
    through(sandbox, saying({"result": "refused", "errors": [error]}), sync.sync)
    refused, taken = Listing.objects.order_by("product")
    assert (refused.outcome, refused.error_field, refused.error_text) == ("refused", "title", "标题含有 ")
    assert (taken.outcome, taken.due_full) == ("accepted", False)


def test_half_an_emoji_in_the_number_of_an_item_shown_is_left_out(sandbox, mall):
    changed(listable(), "state")
    changed(listable(), "state")
    converge(mall)
    Listing.objects.update(look_at=timezone.now())
    through(sandbox, saying({"item_id": f"I{HALF}"}, "igm.items.get"), lambda m: look.look_up(m, connect(m)))
    assert set(Listing.objects.values_list("outcome", "look_at", "looks")) == {("ok", None, 0)}
    assert Listing.objects.filter(remote_id="I").count() == 1


@pytest.mark.parametrize("odd", [f"X{HALF}", "P" + "9" * 4400])
def test_a_stranger_whose_name_no_call_can_say_holds_up_no_other(sandbox, mall, odd):
    shown = [Shown(odd, "1", "shown", 1), Shown("X1", "2", "shown", 1)]
    reconcile.ours(mall, connect(mall), shown)
    assert list(Drift.objects.values_list("out_id", flat=True)) == ["X1"]


def test_a_fault_in_such_words_is_kept_with_the_strangers(sandbox, mall):
    def fail(call, ask):
        return Reply(400, json.dumps({"code": "ODD\0", "message": f"不行{HALF}"}).encode(), {})

    with between(sandbox.url, [fail]) as url:
        PartnerMall.objects.update(base_url=url)
        mall.refresh_from_db()
        reconcile.ours(mall, connect(mall), [Shown("X1", "2", "shown", 1)])
    assert Drift.objects.get().error_text == "ODD 不行"


def test_json_without_end_is_an_answer_that_nobody_can_read(sandbox, mall):
    changed(listable(), "state")
    with between(sandbox.url, [lambda call, ask: Reply(200, DEEP, {})]) as url:
        PartnerMall.objects.update(base_url=url)
        sync.sync(PartnerMall.objects.get(), seconds=3)
    PartnerMall.objects.update(base_url=sandbox.url)
    assert list(Listing.objects.values_list("outcome", "attempts", "lease")) == [("unknown", 1, None)]
    hurry(mall)
    converge(mall)
    assert Listing.objects.get().is_shown


def test_a_notice_without_end_is_none(sandbox, mall, client):
    client.raise_request_exception = False
    answer = client.post(
        reverse("links:notice", args=["igetmall"]),
        DEEP,
        content_type="application/json",
        query_params=signed("igm.order.changed", DEEP),
    )
    assert (answer.status_code, PartnerOrder.objects.count()) == (400, 0)


@pytest.mark.parametrize("odd", ["1e999", True])
def test_units_of_a_request_that_are_no_number_stop_no_orders(sandbox, mall, bought, odd):
    asked(sandbox, bought)
    listed = buy(sandbox, listable(on_hand=5))

    def strange(data):
        for order in data["orders"]:
            for request in order.get("requests", []):
                request["lines"] = [{"out_sku_id": "S1", "quantity": odd}]

    through(sandbox, of("igm.orders.list", strange), inbound.pull)
    assert PartnerMall.objects.get().order_cursor
    assert PartnerOrder.objects.get(remote_id=bought["order_id"]).unread_field == "lines"
    work_orders()
    assert told(sandbox, listed)["state"] == "confirmed"
    assert not PartnerRequest.objects.exists()


def test_units_of_a_request_that_are_no_number_are_kept_of_a_notice(sandbox, mall, bought, client):
    asked(sandbox, bought)
    order = first_order()
    order["updated_at"] = "2099-01-01T00:00:00+08:00"
    order["requests"][0]["lines"] = [{"out_sku_id": "S1", "quantity": float("inf")}]
    client.raise_request_exception = False
    assert notify(client, order).status_code == 400
    assert PartnerOrder.objects.get().unread_field == "lines"


@pytest.mark.parametrize("number", ["", "S\0", "S" * 81])
def test_an_item_whose_number_nobody_can_map_makes_an_order_that_cannot_be_read(
    sandbox, mall, client, number
):
    buy(sandbox, listable(on_hand=5))
    order = first_order()
    order["lines"][0]["out_sku_id"] = number
    assert notify(client, order).status_code == 400
    work_orders()
    row = PartnerOrder.objects.get()
    assert (row.raw, row.unread_field) == ("", "out_sku_id")
    aside.set_aside(row.pk, actor=kita_officer())
    assert PartnerOrder.objects.get().state == "refused"


def test_an_item_with_the_longest_number_waits_for_its_mapping(sandbox, mall, client):
    buy(sandbox, listable(on_hand=5))
    order = first_order()
    order["lines"][0]["out_sku_id"] = "颜色 红" * 20
    assert notify(client, order).status_code == 200
    work_orders()
    assert PartnerOrder.objects.get().state == "awaiting"


def test_an_order_called_off_there_while_somebody_holds_ours_is_undone_by_the_next_try(
    sandbox, mall, monkeypatch
):
    first, second = buy(sandbox, listable(on_hand=5)), buy(sandbox, listable(on_hand=5))
    inbound.pull(mall)
    confirm, refund = IGetMall.confirm, reply.refund_order

    def differs(self, order_id, number):
        if order_id == first["order_id"]:
            raise WrongState("ORDER_STATE", state="cancelled")
        return confirm(self, order_id, number)

    def busy(**_order):
        raise Busy

    monkeypatch.setattr(IGetMall, "confirm", differs)
    monkeypatch.setattr(reply, "refund_order", busy)
    inbound.work(mall.pk)
    assert told(sandbox, second)["state"] == "confirmed"
    row = PartnerOrder.objects.get(remote_id=first["order_id"])
    assert (row.reason, row.attempts, row.next_try_at > timezone.now()) == ("cancelled", 1, True)
    monkeypatch.setattr(reply, "refund_order", refund)
    PartnerOrder.objects.filter(pk=row.pk).update(next_try_at=timezone.now())
    inbound.work(mall.pk)
    row.refresh_from_db()
    assert (row.order.state, row.next_try_at) == (Order.State.REFUNDED, None)


def day_of(monkeypatch, day, rows=(), raw=None):
    """The mall's statement of a day is this; all other days are as they are."""
    known = IGetMall.statement

    def statement(self, asked_day, cursor):
        if asked_day != day:
            return known(self, asked_day, cursor)
        told = [{"remote_id": "IGO1", "state": "confirmed", **NONE, **row} for row in rows]
        return StatementPage(told, {"orders": len(told), **NONE}, raw or {})

    monkeypatch.setattr(IGetMall, "statement", statement)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"remote_id": "A\0B"}, ("order_id", "AB")),
        ({"remote_id": f"IGO{HALF}"}, ("order_id", "IGO")),
        ({"state": "\0"}, ("state", "")),
        ({"paid_fen": f"7{HALF}"}, ("paid_fen", "7")),
    ],
)
def test_a_statement_with_such_a_text_is_shown_to_kita(sandbox, mall, bought, monkeypatch, row, fault):
    today = timezone.localdate()
    day_of(monkeypatch, today, [row], raw={"said": HALF})
    with pytest.raises(Unknown, match="does not add up"):
        statements.fetch(mall, today)
    found = FaultyFile.objects.get().faults[0]
    assert (found["column"], found["text"]) == fault


def test_a_statement_with_such_a_text_beside_its_figures_is_kept(sandbox, mall, bought, monkeypatch):
    today = timezone.localdate()
    day_of(monkeypatch, today, raw={"note": f"备注 {HALF}"})
    statements.fetch(mall, today)
    assert Statement.objects.get().raw == '[{"note": "备注 \\ud83d"}]'


def test_a_statement_that_does_not_end_holds_up_no_later_day(sandbox, mall, bought, monkeypatch):
    monkeypatch.setattr(statements, "MOST_PAGES", 3)
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    PartnerOrder.objects.update(received_at=timezone.now() - 2 * day)

    def statement(self, asked_day, cursor):
        more = f"{cursor}+" if asked_day == today - 2 * day else ""
        return StatementPage([], {"orders": 0, **NONE}, {}, cursor=more)

    monkeypatch.setattr(IGetMall, "statement", statement)
    with pytest.raises(Unknown, match="does not end"):
        statements.fetch_missing(mall)
    assert list(Statement.objects.values_list("day", flat=True)) == [today - day]


@pytest.mark.parametrize("odd", ["C\0", f"C{HALF}", 7])
@pytest.mark.parametrize(
    ("method", "work"),
    [("igm.orders.list", inbound.pull), ("igm.items.list", reconcile.reconcile)],
)
def test_a_place_in_a_list_that_cannot_be_kept_ends_the_pass_and_is_recorded(
    sandbox, mall, bought, method, work, odd
):
    def strange(data):
        data["next_cursor"] = odd

    places = PartnerMall.objects.values_list("walk_cursor", "order_cursor")
    before = places.get()
    through(sandbox, of(method, strange), lambda mall: _until_a_fault(work, mall))
    assert (places.get(), Call.objects.latest("pk").outcome) == (before, "unknown")


def _until_a_fault(work, mall):
    with contextlib.suppress(Unknown):
        work(mall)


@pytest.mark.parametrize("name", ["first", "last", "category"])
def test_a_page_of_digests_whose_bounds_cannot_be_sent_back_ends_the_pass(sandbox, mall, name):
    changed(listable(), "state")
    converge(mall)

    def strange(data):
        for row in data["digests"]:
            row |= {"digest": "another", name: f"P{HALF}"}

    through(sandbox, of("igm.items.digests", strange), lambda mall: _until_a_fault(digests.compare, mall))
    assert Call.objects.latest("pk").outcome == "unknown"


@pytest.mark.parametrize(
    ("odd", "kept"),
    [
        ({"name": f"护\0肤{HALF}"}, "护肤"), ({"name": None}, ""), ({"code": 7}, None), ({"code": HALF}, None),
    ],
)  # fmt: skip
def test_a_strange_category_keeps_no_mall_from_being_set_up(sandbox, client, odd, kept):
    daily_terms()
    mall = partner_mall(sandbox.url)
    client.force_login(kita_officer())
    listed = []

    def strange(data):
        listed.extend(row["code"] for row in data["categories"])
        data["categories"][0] |= odd

    with between(sandbox.url, [of("igm.categories.list", strange)]) as url:
        PartnerMall.objects.update(base_url=url)
        client.post(reverse("admin:partners_partnermall_setup", args=[mall.pk, "call"]))
    names = dict(RemoteCategory.objects.values_list("code", "name"))
    assert (names.keys() >= {*listed[1:]}, names.get(listed[0])) == (True, kept)


def test_a_nul_in_a_dropped_file_stops_no_orders(pujiang, shanghai, monkeypatch):
    read, strange = Shanghai._file, buy(pujiang, listable(on_hand=5))
    good = buy(pujiang, listable(on_hand=5))

    def file(self, address):
        raw, _digest = read(self, address)
        number = strange["order_id"].encode()
        raw = raw.replace(number, b"\0" + number)
        return raw, hashlib.sha256(raw).hexdigest()

    monkeypatch.setattr(Shanghai, "_file", file)
    inbound.pull(shanghai)
    assert FaultyFile.objects.get().faults[0]["column"] == "order_id"
    assert PartnerOrder.objects.get(remote_id=good["order_id"]).raw


def test_a_nul_in_a_digest_stops_no_orders(pujiang, shanghai, monkeypatch):
    buy(pujiang, listable(on_hand=5))
    read = Shanghai._file
    monkeypatch.setattr(Shanghai, "_file", lambda self, address: (read(self, address)[0], "\0"))
    PartnerMall.objects.update(order_cursor=(timezone.now() - datetime.timedelta(minutes=9)).isoformat())
    pull_orders(shanghai)
    assert FaultyFile.objects.get().faults[0]["code"] == "NOT_WHOLE"
