"""A mall chokes on one item, or on many at once: the others get through, and what is left says why."""

import json

import pytest
from django.utils import timezone

from partners import breaker, inbound
from partners.connectors import connect
from partners.look import look_up
from partners.models import Call, Listing, PartnerMall
from partners.sync import sync
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, hurry
from tests.partners.liar import Reply
from tests.partners.test_strange_answers import through

pytestmark = pytest.mark.django_db
CODES = {"INVALID_PARAMETER": 400, "INTERNAL": 500, "TOO_LARGE": 413}
XML = '<?xml version="1.0" encoding="UTF-8"?><Answer><Head></Head><Result><Code>{}</Code></Result><Body/></Answer>'


@pytest.fixture
def make_due():
    goods = [listable() for _ in range(5)]

    def of(mall):
        for product in goods:
            changed(product, "state")
        return goods

    return of


def error(code):
    """What I Get Mall answers to a whole call."""
    envelope = {"code": code, "message": "不行", "request_id": "1", "data": {}}
    return Reply(CODES[code], json.dumps(envelope).encode(), {"Content-Type": "application/json"})


def choking_on(product, method, code):
    """The mall fails each call of a method that has a product in it."""
    number = f'"P{product.pk}"'.encode()

    def lie(call, ask):
        return error(code) if method in call.path and number in call.raw else ask(call)

    return lie


def taking(most, method, sign, reply):
    """The mall takes so many items in one call; each has one `sign` in the body."""

    def lie(call, ask):
        is_of_it = method in call.path.encode() + call.raw
        return reply if is_of_it and call.raw.count(sign) > most else ask(call)

    return lie


@pytest.mark.parametrize(("code", "outcome"), [("INVALID_PARAMETER", "failed"), ("INTERNAL", "unknown")])
def test_an_item_that_fails_its_calls_ends_alone_and_the_others_are_sent(
    sandbox, mall, make_due, code, outcome
):
    choked = make_due(mall)[2]

    def work(mall):
        for _ in range(4):
            hurry(mall)
            sync(mall)

    through(sandbox, choking_on(choked, "igm.items.upsert", code), work)
    row = Listing.objects.get(product=choked)
    others = Listing.objects.exclude(pk=row.pk).values_list("outcome", "due_full", "attempts")
    assert set(others) == {("accepted", False, 0)}
    assert (row.outcome, row.attempts, row.error_text) == (outcome, 4, f"{code} 不行")
    assert Call.objects.filter(kind="upsert").exclude(outcome="ok").latest("pk").listings == 1


def try_again(mall, times):
    for _ in range(times):
        Listing.objects.update(next_try_at=timezone.now())
        sync(mall)


def test_an_item_that_is_not_understood_holds_nothing_else_off(sandbox, mall, make_due):
    """It alone is left over, is tried eight times, and what comes up then goes out in the same minute."""
    choked = make_due(mall)[2]

    def work(mall):
        try_again(mall, 8)
        changed(listable(), "state")
        sync(mall)

    through(sandbox, choking_on(choked, "igm.items.upsert", "INVALID_PARAMETER"), work)
    row = Listing.objects.get(product=choked)
    assert set(Listing.objects.exclude(pk=row.pk).values_list("outcome", flat=True)) == {"accepted"}
    assert (row.attempts, PartnerMall.objects.get().breaker_failures) == (8, 1)


def test_healthy_items_go_out_in_the_sync_in_which_one_is_not_understood(sandbox, mall, make_due):
    choked = make_due(mall)[-1]  # what is due longest goes last
    PartnerMall.objects.update(batch_size=1)
    through(sandbox, choking_on(choked, "igm.items.upsert", "INVALID_PARAMETER"), sync)
    assert sorted(Listing.objects.values_list("outcome", flat=True)) == ["accepted"] * 4 + ["failed"]


def test_a_mall_that_understands_nothing_is_left_alone_until_something_goes_through(sandbox, mall, make_due):
    make_due(mall)
    PartnerMall.objects.update(batch_size=1)
    standing = []

    def work(mall):
        for something_else in (False, False, True):
            PartnerMall.objects.exclude(breaker_open_until=None).update(breaker_open_until=timezone.now())
            if something_else:
                inbound.pull(mall)
            try_again(mall, 1)
            mall.refresh_from_db()
            is_open = mall.breaker_open_until > timezone.now()
            standing.append((mall.breaker_pauses, mall.breaker_trials, is_open))

    through(
        sandbox, lambda call, ask: error("INVALID_PARAMETER") if "upsert" in call.path else ask(call), work
    )
    assert standing == [(1, 0, True), (2, 0, True), (2, 1, False)]


def test_an_item_that_fails_its_looks_is_asked_for_alone_ever_less(sandbox, mall, make_due):
    choked = make_due(mall)[2]
    sync(mall)

    def work(mall):
        """Always those whose time comes first."""
        for _ in range(12):
            waiting = Listing.objects.filter(look_at__isnull=False)
            first = waiting.order_by("look_at").first()
            waiting.filter(look_at__lte=first.look_at).update(look_at=timezone.now())
            PartnerMall.objects.update(**breaker.CLOSED)
            look_up(mall, connect(mall))

    through(sandbox, choking_on(choked, "igm.items.get", "INVALID_PARAMETER"), work)
    row = Listing.objects.get(product=choked)
    others = Listing.objects.exclude(pk=row.pk).values_list("is_shown", "look_at")
    assert set(others) == {(True, None)}
    assert (row.look_at - timezone.now()).total_seconds() > 10


@pytest.mark.parametrize(
    ("played", "lie"),
    [
        (("sandbox", "mall"), taking(2, b"igm.items.upsert", b'"out_id"', error("TOO_LARGE"))),
        (
            ("yonggou", "ningbo"),
            taking(2, b"GOODS_PUT", b"<GoodsNo>", Reply(200, XML.format("1006").encode(), {})),
        ),
    ],
)
def test_more_than_a_mall_takes_at_once_goes_in_smaller_calls(request, make_due, played, lie):
    """It stops no other call, and says nothing against the mall."""
    stand_in, mall = (request.getfixturevalue(name) for name in played)
    make_due(mall)
    PartnerMall.objects.update(batch_size=4)
    after_one = []

    def work(mall):
        sync(mall)
        after_one.extend(Listing.objects.order_by("outcome").values_list("outcome", flat=True))
        after_one.append(PartnerMall.objects.get().breaker_failures)
        converge(mall)

    through(stand_in, lie, work)
    assert after_one == ["accepted"] + ["failed"] * 4 + [0]
    assert set(Listing.objects.values_list("is_shown", "attempts")) == {(True, 0)}
