"""Each call of each connector by itself: what comes of goods, and which fault a failure is told as."""

import contextlib
import datetime
import json
import time

import pytest
from django.utils import timezone

from partners import goods
from partners.connectors import connect
from partners.connectors.connector import (
    BadCredentials,
    Deferred,
    Fault,
    Item,
    Result,
    Transient,
    Unknown,
)
from partners.desired import desired, frame
from tests.factories.partners import listable
from tests.partners.liar import Reply, between
from tests.partners.selling import buy

pytestmark = pytest.mark.django_db
TAKEN = {Result.APPLIED, Result.ACCEPTED, Result.REPEATED}
TOLD_AS = {
    "error": (Transient, Unknown), "busy": (Transient, Deferred), "limited": (Deferred,),
    "suspended": (BadCredentials,), "drop": (Unknown,), "rubbish": (Unknown,),
}  # fmt: skip
NO_ANSWERS = (b"", b"null", b"[]", b"{}", b'"OK"', b"\xff\xfe", b"<Answer/>")
SINCE = "2020-01-01T00:00:00+08:00"


class Goods:
    """What is asked of a mall directly, with nothing of ours around the connector but its record."""

    def __init__(self, played, stand_in, mall, count):
        self.stand, self.can, self.connector = stand_in, played.can, connect(mall)
        made = goods.read(sorted(listable().pk for _ in range(count)))
        common = frame(mall)
        wanted = {f"P{pk}": desired(product, common, timezone.localdate()) for pk, product in made.items()}
        self.parts = {
            out_id: (self.connector.content(one.content), self.connector.offer_part(one.offer))
            for out_id, one in wanted.items()
        }

    def items(self, version, kind="upsert"):
        return [
            Item(
                out_id, version, f"{kind}:{out_id}:{version}",
                content if kind == "upsert" else None, offer if kind != "withdraw" else None,
            )
            for out_id, (content, offer) in self.parts.items()
        ]  # fmt: skip

    def say(self, kind, version):
        """Say it of all goods; {out_id: what came of it}, by the receipts where there are some."""
        answers = getattr(self.connector, kind)(self.items(version, kind))
        assert [answer.out_id for answer in answers] == list(self.parts)
        for _ in range(2 if "feed" in self.can else 0):
            self.stand.operate("/operator/pull/")
        if "receipts" in self.can:
            tickets = sorted({answer.ticket for answer in answers})
            told = self.connector.collect(tickets)
            assert told == self.connector.collect(tickets), "reading a receipt does not use it up"
            answers = [answer for ticket in tickets for answer in told[ticket]]
        return {answer.out_id: answer for answer in answers}

    def shown(self):
        """{out_id: (state, version)}, with what is on the page as it was sent."""
        found = self.connector.look(list(self.parts))
        for row in found:
            if row.state == "shown":
                sent = tuple(map(self.connector.digest, self.parts[row.out_id]))
                assert (row.content_digest, row.offer_digest) == sent
        return {row.out_id: (row.state, row.version) for row in found}

    def all(self, state, version):
        return dict.fromkeys(self.parts, (state, version))


@pytest.fixture
def of(played, stand_in, each_mall):
    return lambda count=3: Goods(played, stand_in, each_mall, count)


def test_what_is_sent_is_shown_as_it_was_sent(of):
    goods = of()
    assert {answer.result for answer in goods.say("upsert", 3).values()} <= TAKEN
    assert goods.shown() == goods.all("shown", 3)
    assert {answer.result for answer in goods.say("offer", 4).values()} <= TAKEN
    assert goods.shown() == goods.all("shown", 4)


def test_a_repeat_and_an_older_version_change_nothing(of):
    goods = of()
    goods.say("upsert", 3)
    assert {answer.result for answer in goods.say("upsert", 3).values()} <= TAKEN
    late = goods.say("upsert", 2).values()
    assert {(answer.result, answer.held_version) for answer in late} == {(Result.STALE, 3)}
    assert goods.shown() == goods.all("shown", 3)


def test_what_is_withdrawn_leaves_the_page_and_comes_back_under_a_higher_version(of):
    goods = of()
    goods.say("upsert", 1)
    assert {answer.result for answer in goods.say("withdraw", 2).values()} <= TAKEN
    assert {state for state, _version in goods.shown().values()} <= {"withdrawn"}
    goods.say("upsert", 3)
    assert goods.shown() == goods.all("shown", 3)


def test_an_offer_of_what_the_mall_does_not_hold_is_of_nothing(of):
    assert {answer.is_of_nothing for answer in of().say("offer", 1).values()} == {True}


def test_a_pass_meets_all_that_is_shown_and_comes_to_its_end(of):
    goods = of()
    goods.say("upsert", 1)
    met, cursor = {}, ""
    for _ in range(10):
        page = goods.connector.walk(cursor)
        met |= {row.out_id: (row.state, row.version) for row in page.rows}
        if not (cursor := page.cursor):
            break
    assert (met, cursor) == (goods.all("shown", 1), "")


@pytest.mark.needs("digests")
def test_digests_are_of_what_is_shown(of):
    goods = of()
    goods.say("upsert", 1)
    (whole,) = goods.connector.digests("")
    (page,) = goods.connector.digests(whole.category)
    rows = sorted(goods.connector.between(page), key=lambda row: row.out_id)
    lines = "".join(f"{row.out_id} {row.content_digest} {row.offer_digest}\n" for row in rows)
    assert {row.out_id for row in rows} == set(goods.parts)
    assert {whole.digest, page.digest} == {goods.connector.total(lines)}


def test_the_mall_takes_as_many_at_once_as_the_connector_says(of):
    goods = of(1)
    (content, offer), connector = next(iter(goods.parts.values())), goods.connector
    goods.parts = {f"P{number}": (content, offer) for number in range(1, connector.most_items + 1)}
    assert {answer.result for answer in goods.say("upsert", 1).values()} <= TAKEN
    assert goods.shown() == goods.all("shown", 1)
    many = [f"P{number}" for number in range(1, connector.most_looks + 1)]
    assert {row.out_id for row in connector.look(many)} >= set(goods.parts) & set(many)
    goods.parts = dict.fromkeys(many[: connector.most_offers], (content, offer))
    assert {answer.result for answer in goods.say("withdraw", 2).values()} <= TAKEN


@pytest.mark.needs("categories")
def test_the_tree_of_categories_hangs_together(played, each_mall):
    rows = {row.code: row for row in connect(each_mall).categories()}
    assert rows[played.skin_care].is_leaf
    parents = {row.parent for row in rows.values()} - {""}
    assert parents == {code for code, row in rows.items() if not row.is_leaf}


def asked_of(connector, can, bought, items):
    """Each call that goes to the mall, by what its connector can; told of an order they may be repeated.

    `bought`: an order, of a mall that tells such.
    """
    day, order = timezone.localdate() - datetime.timedelta(days=1), bought["order_id"] if bought else ""
    line = {"out_sku_id": bought["lines"][0]["out_sku_id"] if bought else "", "quantity": 1}
    parcel = {
        "parcel_no": "1", "carrier": "CJ", "tracking_number": "6012", "shipped_at": timezone.now().isoformat(),
        "lines": [line],
    }  # fmt: skip
    refund = {
        "refund_no": "R1",
        "refund_fen": 1,
        "reason": "other",
        "message": "",
        "lines": [line | {"refund_fen": 1}],
    }
    calls = {
        "look": lambda: connector.look(["P1"]),
        "walk": lambda: connector.walk(""),
        "categories": connector.categories if "categories" in can else None,
        "digests": (lambda: connector.digests("")) if "digests" in can else None,
        "orders": (lambda: connector.orders(SINCE, "")) if "orders" in can else None,
        "confirm": (lambda: connector.confirm(order, "K1")) if "orders" in can else None,
        "ship": (lambda: connector.ship(order, [parcel])) if "orders" in can else None,
        "refund": (lambda: connector.refund(order, refund)) if "refunds" in can else None,
        "requests": (lambda: connector.requests(SINCE, "")) if hasattr(connector, "requests") else None,
        "statement": (lambda: connector.statement(day, "")) if "statements" in can else None,
        "upsert": (lambda: connector.upsert(items)) if "send" in can else None,
        "withdraw": (lambda: connector.withdraw(items)) if "send" in can else None,
        "collect": (lambda: connector.collect(["NONE"])) if "receipts" in can else None,
    }
    return {name: call for name, call in calls.items() if call}


@pytest.fixture
def calls(played, stand_in, each_mall, of):
    bought = buy(stand_in, listable(on_hand=5)) if "orders" in played.can else None
    return lambda mall: asked_of(connect(mall), played.can, bought, of(1).items(1))


def failure(name, call) -> Fault:
    """The fault that a call tells, since it cannot succeed."""
    try:
        call()
    except Fault as fault:
        return fault
    raise AssertionError(f"{name} tells no fault")


def test_every_call_tells_its_failure_as_what_it_is(stand_in, each_mall, calls):
    for name, call in calls(each_mall).items():
        call()
        for kind, classes in TOLD_AS.items():
            stand_in.fault(kind, 1, 1)
            fault = failure(name, call)
            assert isinstance(fault, classes), f"{name}: {kind} is told as {fault!r}"
            assert kind != "limited" or fault.seconds < 60
        assert stand_in.state()["faults"] == {}, name


def test_an_answer_that_cannot_be_read_is_neither_success_nor_failure(stand_in, each_mall, calls):
    said, met = [], []

    def strange(call, ask):
        reply = ask(call)
        body = said[0](reply.body) if said else reply.body
        met.append(body != reply.body)
        return Reply(reply.status, body, reply.headers)

    answers = [lambda _body, raw=raw: raw for raw in NO_ANSWERS] + [lambda body: body[: len(body) // 2]]
    with between(stand_in.url, [strange]) as url:
        each_mall.base_url = url
        for name, call in calls(each_mall).items():
            for said[:] in ([answer] for answer in answers):
                met.clear()
                with contextlib.suppress(Unknown):
                    call()
                    assert met == [False], f"{name}: {said[0](b'half')} is taken for an answer"
            said.clear()
            call()


def test_a_gateways_page_is_no_answer_of_the_mall(stand_in, each_mall, calls):
    status = []

    def gateway(call, ask):
        return Reply(status[0], b"<html><body>Gateway</body></html>", {"Content-Type": "text/html"})

    with between(stand_in.url, [gateway]) as url:
        each_mall.base_url = url
        for name, call in calls(each_mall).items():
            for status[:] in ([302], [400], [401], [404], [413], [429], [502], [503]):
                fault = failure(name, call)
                assert isinstance(fault, Deferred if status == [429] else Unknown), (
                    f"{name}: {status} is {fault!r}"
                )


def test_a_mall_that_is_away_has_done_nothing(each_mall, calls):
    each_mall.base_url = "http://127.0.0.1:9"
    for name, call in calls(each_mall).items():
        assert isinstance(failure(name, call), Transient)


def test_no_call_lasts_longer_than_the_mall_may_be_waited_for(stand_in, each_mall):
    each_mall.call_seconds = 1
    connector = connect(each_mall)
    stand_in.fault("slow", 1, 2)
    began = time.monotonic()
    with pytest.raises(Unknown):
        connector.look(["P1"])
    assert time.monotonic() - began < 1.7


def test_each_part_of_the_key_counts(played, stand_in, each_mall):
    for part in played.key:
        each_mall.credentials = json.dumps(played.key | {part: "another"})
        with pytest.raises(BadCredentials):
            connect(each_mall).walk("")
