"""A mall says of an item what nobody could foresee: its row is written all the same, and so are the others."""

import json

import pytest
from django.utils import timezone

from catalog.models import Sku
from partners import sync
from partners.connectors import connect
from partners.look import look_now, look_up
from partners.models import Call, Drift, Listing, PartnerMall
from partners.receipts import collect
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, hurry
from tests.partners.liar import Reply, between

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(mall):
    goods = [listable(), listable()]
    for product in goods:
        changed(product, "state")
    return goods


def saying(of_first, method="igm.items.upsert"):
    """What the mall says of the first item of a call, changed."""

    def lie(call, ask):
        reply = ask(call)
        if method not in call.path:
            return reply
        envelope = json.loads(reply.body)
        rows = next(iter(envelope["data"].values()))
        rows[0] |= of_first
        return Reply(reply.status, json.dumps(envelope).encode(), reply.headers)

    return lie


def through(sandbox, lie, work):
    """The mall at the address of a liar, for as long as `work` lasts."""
    with between(sandbox.url, [lie]) as url:
        PartnerMall.objects.update(base_url=url)
        work(PartnerMall.objects.get())
    PartnerMall.objects.update(base_url=sandbox.url)


@pytest.mark.parametrize(
    "error", [{"code": "C" * 90}, {"field": "f" * 90}, {"code": "A\0B"}, {"message": "\0"}]
)
def test_a_refusal_in_words_that_do_not_fit_is_kept_as_far_as_they_do(sandbox, mall, goods, error):
    error = {"code": "REVIEW", "field": "title", "message": "不行", **error}
    through(sandbox, saying({"result": "refused", "errors": [error]}), sync.sync)
    refused, taken = Listing.objects.order_by("product")
    kept = (refused.outcome, refused.error_code, refused.error_field, refused.error_text)
    said = tuple(error[name].replace("\0", "")[:60] for name in ("code", "field", "message"))
    assert kept == ("refused", *said)
    assert (taken.outcome, taken.due_full) == ("accepted", False)


@pytest.mark.parametrize("method", ["igm.items.upsert", "igm.items.get"])
def test_a_number_of_an_item_that_does_not_fit_holds_up_nobody(sandbox, mall, goods, method):
    through(sandbox, saying({"item_id": "I" * 200}, method), converge)
    assert Listing.objects.filter(is_shown=True, due_full=False).count() == 2


@pytest.mark.parametrize(
    "odd", [{"held_version": n} for n in (2**63 - 1, 10**30, -1, "7")] + [{"out_id": []}]
)
def test_a_version_or_number_that_cannot_be_is_no_answer(sandbox, mall, goods, odd):
    """The call is one whose outcome is open, so it is looked up and sent again later."""
    through(sandbox, saying({"result": "stale", **odd}), sync.sync)
    assert set(Listing.objects.values_list("outcome", "lease", "attempts")) == {("unknown", None, 1)}
    hurry(mall)
    converge(mall)
    assert Listing.objects.filter(is_shown=True).count() == 2


@pytest.mark.parametrize(("held", "calls"), [(0, 1), (1000, 2)])
def test_a_mall_that_always_holds_more_is_asked_ever_less(sandbox, mall, goods, held, calls):
    """At once only where it tells what we did not know; and what else is due is sent meanwhile."""
    converge(mall)
    Sku.objects.filter(product=goods[0]).update(price_krw=9000)
    changed(goods[0], "price")
    changed(goods[1], "text", name_zh_hans="改名 精华液")
    lie = saying({"result": "stale", "held_version": held}, "igm.items.offer")
    through(sandbox, lie, lambda mall: sync.sync(mall, seconds=1))
    row, other = Listing.objects.order_by("product_id")
    assert (Call.objects.filter(kind="offer").count(), row.attempts, row.outcome) == (calls, calls, "failed")
    assert row.next_try_at > timezone.now()
    assert (other.outcome, other.due_full) == ("accepted", False)
    converge(mall)
    row.refresh_from_db()
    assert (row.outcome, row.attempts, row.is_shown) == ("ok", 0, True)


def test_a_receipt_that_always_says_so_makes_us_wait_as_well(yonggou, ningbo):
    changed(listable(), "state")

    def lie(call, ask):
        reply = ask(call)
        stale = b"<Result>stale</Result><HeldVersion>0</HeldVersion>"
        return Reply(reply.status, reply.body.replace(b"<Result>applied</Result>", stale), reply.headers)

    def work(mall):
        for attempts in (1, 2, 3):
            hurry(mall)
            sync.sync(mall)
            hurry(mall)
            collect(mall, connect(mall))
            row = Listing.objects.get()
            assert (row.outcome, row.attempts) == ("failed", attempts)
            assert (row.next_try_at - timezone.now()).total_seconds() > 2**attempts * 0.7

    through(yonggou, lie, work)
    converge(ningbo)
    assert (Listing.objects.get().attempts, Listing.objects.get().is_shown) == (0, True)


@pytest.mark.parametrize(
    "odd", [{"shown": {"content_digest": "0" * 64, "offer_digest": "0" * 64}}, {"state": "removed"}]
)
def test_a_mall_that_never_shows_it_as_sent_is_sent_it_ever_less(sandbox, mall, odd):
    product, waits = listable(), []
    changed(product, "state")

    def wait():
        return (Listing.objects.get().next_try_at - timezone.now()).total_seconds()

    def work(mall):
        for _ in range(4):
            hurry(mall)
            sync.sync(mall)
            for _ in range(2):  # the second look finds it waiting
                look_now(Listing.objects.all())
                look_up(mall, connect(mall))
            waits.append(wait())

    through(sandbox, saying(odd, "igm.items.get"), work)
    assert waits[0] < 0 < waits[1] < waits[2] < waits[3]
    changed(product, "stock")
    assert wait() < 0
    converge(mall)
    assert (Listing.objects.get().outcome, Listing.objects.get().mendings) == ("ok", 0)


def test_an_item_of_which_the_mall_says_nothing_is_not_taken_for_gone(sandbox, mall, goods):
    converge(mall)
    Listing.objects.update(look_at=timezone.now())

    def cut(call, ask):
        reply = ask(call)
        if "igm.items.get" not in call.path:
            return reply
        envelope = json.loads(reply.body)
        del envelope["data"]["items"][0]
        return Reply(reply.status, json.dumps(envelope).encode(), reply.headers)

    with between(sandbox.url, [cut]) as url:
        PartnerMall.objects.update(base_url=url)
        mall.refresh_from_db()
        look_up(mall, connect(mall))
    assert {(row.is_shown, bool(row.confirmed_hash)) for row in Listing.objects.all()} == {(True, True)}
    assert not Drift.objects.exists()
