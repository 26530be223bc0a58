"""A mall that takes in first and tells later: accepted, applied and seen are never confused."""

import re

import pytest
from django.utils import timezone

from catalog.models import Sku
from partners import receipts
from partners import sync as sync_module
from partners.connectors import connect
from partners.connectors.ningbo import Ningbo
from partners.look import look_up
from partners.models import Call, CategoryMap, Listing, PartnerMall, Receipt
from partners.sync import drain, due_partners, step, sync
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, credentials, listable, ningbo_mall
from tests.partners.at_rest import require_own_answers
from tests.partners.convergence import converge, hurry
from tests.partners.deaths import Death, dying
from tests.partners.liar import Reply, between
from tests.partners.mall import Sandbox

pytestmark = pytest.mark.django_db
PAST, FUTURE = "2020-01-01T00:00Z", "2099-01-01T00:00Z"


@pytest.fixture
def product(ningbo):
    product = listable()
    changed(product, "state")
    return product


def collect(mall, *, late=FUTURE):
    Receipt.objects.update(ask_at=PAST, late_at=late)
    return receipts.collect(mall, connect(mall))


def look(mall):
    Listing.objects.filter(look_at__isnull=False).update(look_at=PAST)
    return look_up(mall, connect(mall))


def send(mall):
    Listing.objects.update(next_try_at=PAST)
    return sync(mall)


def price(product, krw):
    Sku.objects.filter(product=product).update(price_krw=krw)
    changed(product, "price")


def shown_name(yonggou, product):
    item = yonggou.state()["items"].get(f"P{product.pk}")
    return item and item["content"] and dict(item["content"])["GoodsName"]


def test_a_receipt_that_comes_while_its_row_is_being_worked_out_is_not_lost(ningbo, product, monkeypatch):
    send(ningbo)
    price(product, 22_000)
    plan = sync_module.plan

    def after_the_receipt(*args, **kwargs):
        assert collect(ningbo) == 1
        return plan(*args, **kwargs)

    monkeypatch.setattr(sync_module, "plan", after_the_receipt)
    step(ningbo, connect(ningbo), quick=False)
    row = Listing.objects.get()
    assert (row.confirmed_hash, row.confirmed_version) == (row.sent_hash, 1)
    monkeypatch.undo()
    send(ningbo)
    assert collect(ningbo) == 1
    assert Listing.objects.get().confirmed_version == Listing.objects.get().version


def test_taken_in_applied_and_seen_are_three_moments(yonggou, ningbo, product):
    send(ningbo)
    row = Listing.objects.get()
    assert (row.outcome, row.confirmed_hash, row.is_shown, row.due_full) == ("accepted", "", False, False)
    assert (row.accepted_at is None, row.applied_at, row.seen_at) == (False, None, None)
    assert collect(ningbo) == 1
    row.refresh_from_db()
    assert (row.outcome, row.confirmed_version, row.is_shown) == ("ok", row.version, False)
    assert (row.applied_at is None, row.seen_at) == (False, None)
    look(ningbo)
    row.refresh_from_db()
    assert (row.is_shown, row.seen_at >= row.applied_at > row.accepted_at) == (True, True)
    assert not Receipt.objects.exists()


def test_an_awaited_receipt_makes_its_partner_due(ningbo, product):
    send(ningbo)
    assert due_partners() == []
    Receipt.objects.update(ask_at=PAST)
    assert due_partners() == [ningbo.pk]


def test_a_receipt_that_is_not_there_yet_is_asked_for_again_later(tmp_path):
    daily_terms()
    with Sandbox(tmp_path, mall="ningbo", work_delay=60) as slow:
        mall, product = ningbo_mall(slow.url), listable()
        changed(product, "state")
        send(mall)
        assert collect(mall) == 1
    receipt = Receipt.objects.get()
    assert (receipt.asks, receipt.ask_at > timezone.now()) == (1, True)
    assert Listing.objects.get().outcome == "accepted"


def test_a_receipt_that_cannot_be_asked_for_is_not_waited_for_without_end(yonggou, ningbo, product):
    """Looks may still be answered."""
    send(ningbo)
    yonggou.fault("error")
    assert collect(ningbo, late=PAST) == 0
    row = Listing.objects.get()
    assert (row.outcome, row.look_at is None, Receipt.objects.exists()) == ("unknown", False, False)
    converge(ningbo)
    assert shown_name(yonggou, product) == product.name_zh_hans
    assert Listing.objects.get().outcome == "ok"


def test_what_a_connector_without_receipts_took_over_is_looked_up(yonggou, ningbo, product, sandbox):
    send(ningbo)
    CategoryMap.objects.update(remote_code="beauty-skincare")
    PartnerMall.objects.update(connector="igetmall", base_url=sandbox.url, credentials=credentials())
    drain(ningbo.pk)
    assert not Receipt.objects.exists()
    converge(PartnerMall.objects.get())
    assert (Listing.objects.get().outcome, Listing.objects.get().is_shown) == ("ok", True)


def test_what_is_on_its_way_already_is_not_sent_twice(yonggou, ningbo, product):
    send(ningbo)
    changed(product, "text", "price", "state")
    send(ningbo)
    assert yonggou.state()["messages"] == 1
    collect(ningbo)
    assert (Listing.objects.get().outcome, Listing.objects.get().due_full) == ("ok", False)


def test_a_change_back_to_what_is_shown_is_sent_while_another_is_on_its_way(yonggou, ningbo, product):
    converge(ningbo)
    before = shown_name(yonggou, product)
    changed(product, "text", name_zh_hans="另一个 精华液")
    send(ningbo)
    changed(product, "text", name_zh_hans=before)
    send(ningbo)
    converge(ningbo)
    assert shown_name(yonggou, product) == before
    assert Listing.objects.get().is_shown


@pytest.mark.parametrize("version", [b"-1", b"1e9", b"9" * 30])
def test_an_item_whose_version_none_can_be_is_looked_up_and_holds_up_no_other(yonggou, ningbo, version):
    def odd(call, ask):
        reply = ask(call)
        of_item = b"<Version>%s<" % version
        body = re.sub(rb"<Version>\d+<", of_item, reply.body, count=1)
        return Reply(reply.status, body if b"RECEIPT_GET" in call.raw else reply.body, reply.headers)

    for _ in range(2):
        changed(listable(), "state")
    send(ningbo)
    with between(yonggou.url, [odd]) as url:
        PartnerMall.objects.update(base_url=url)
        collect(PartnerMall.objects.get())
    assert sorted(Listing.objects.values_list("outcome", flat=True)) == ["ok", "unknown"]
    PartnerMall.objects.update(base_url=yonggou.url)
    converge(PartnerMall.objects.get())
    assert list(Listing.objects.values_list("outcome", "is_shown")) == [("ok", True)] * 2


def test_a_refused_receipt_is_recorded_like_a_refusal_at_once(yonggou, ningbo):
    product = listable(name_zh_hans="全网最低 精华液")
    changed(product, "state")
    converge(ningbo)
    row = Listing.objects.get()
    assert (row.outcome, row.error_code, row.error_field) == ("refused", "FORBIDDEN_WORD", "title")
    changed(product, "text")
    converge(ningbo)
    assert yonggou.state()["messages"] == 1, "the same would be refused again"
    changed(product, "text", name_zh_hans="好价 精华液")
    converge(ningbo)
    assert (Listing.objects.get().outcome, shown_name(yonggou, product)) == ("ok", "好价 精华液")


def told_backwards(call, ask):
    """A receipt names the items of its message in another order than they were sent in."""
    reply = ask(call)
    items = iter(re.findall(rb"<Item>.*?</Item>", reply.body, re.DOTALL)[::-1])
    body = re.sub(rb"<Item>.*?</Item>", lambda _found: next(items), reply.body, flags=re.DOTALL)
    return Reply(reply.status, body, reply.headers)


def test_half_a_message_refused_has_each_its_own_answer(yonggou, ningbo):
    """None that of its neighbour, however the receipt orders them."""
    for _ in range(4):
        changed(listable(), "state")
    yonggou.fault("half", 1)
    send(ningbo)
    with between(yonggou.url, [told_backwards]) as url:
        PartnerMall.objects.update(base_url=url)
        collect(PartnerMall.objects.get())
    taken = require_own_answers(ningbo, "ok")
    PartnerMall.objects.update(base_url=yonggou.url)
    converge(PartnerMall.objects.get())
    shown = {f"P{row.product_id}": row.outcome for row in Listing.objects.filter(is_shown=True)}
    assert shown == dict.fromkeys(taken, "ok")


def test_a_price_goes_on_while_the_text_is_refused(yonggou, ningbo, product):
    converge(ningbo)
    changed(product, "text", name_zh_hans="顶级 精华液")
    converge(ningbo)
    price(product, 9000)
    converge(ningbo)
    row, item = Listing.objects.get(), yonggou.state()["items"][f"P{product.pk}"]
    assert (row.outcome, row.error_code) == ("refused", "FORBIDDEN_WORD")
    assert dict(item["offer"])["SalePrice"] == "50.50"
    assert row.is_shown


def test_a_refusal_of_what_overtook_another_settles_on_what_is_shown(yonggou, ningbo, product):
    converge(ningbo)
    changed(product, "text", name_zh_hans="甲款 精华液")
    send(ningbo)
    changed(product, "text", name_zh_hans="顶级 精华液")
    converge(ningbo)
    row, (shown,) = Listing.objects.get(), connect(ningbo).look([f"P{product.pk}"])
    assert (row.outcome, row.is_shown, shown_name(yonggou, product)) == ("refused", True, "甲款 精华液")
    assert (row.confirmed_hash, row.confirmed_offer_hash) == (shown.content_digest, shown.offer_digest)


def test_a_receipt_of_an_older_message_never_overwrites(yonggou, ningbo, product):
    """The first message waits at the mall; the second is worked through before it and is what counts."""
    yonggou.fault("mute", 1)
    send(ningbo)
    first = Receipt.objects.get()
    changed(product, "text", name_zh_hans="新名字 精华液")
    send(ningbo)
    second = Receipt.objects.get()
    assert first.ticket != second.ticket
    answer = connect(ningbo).collect([second.ticket])[second.ticket][0]
    old = type(answer)(answer.out_id, "refused", code="REVIEW", version=first.version)
    receipts.settle(ningbo, [first.ticket], {first.ticket: [old]})
    assert (Listing.objects.get().outcome, Receipt.objects.get()) == ("accepted", second)
    collect(ningbo)
    assert (Listing.objects.get().outcome, shown_name(yonggou, product)) == ("ok", "新名字 精华液")


def test_a_receipt_that_speaks_of_another_version_tells_nothing(yonggou, ningbo, product):
    send(ningbo)
    receipt = Receipt.objects.get()
    answer = connect(ningbo).collect([receipt.ticket])[receipt.ticket][0]
    other = type(answer)(answer.out_id, answer.result, version=receipt.version + 7)
    receipts.settle(ningbo, [receipt.ticket], {receipt.ticket: [other]})
    assert Listing.objects.get().outcome == "unknown"


@pytest.mark.parametrize("fault", ["mute", "unheard", "vanish", "lose", "twice"])
def test_a_receipt_that_is_lost_leaves_it_unknown_until_it_is_looked_up(yonggou, ningbo, product, fault):
    yonggou.fault(fault, 1)
    converge(ningbo)
    assert (Listing.objects.get().outcome, Listing.objects.get().is_shown) == ("ok", True)
    assert shown_name(yonggou, product) == product.name_zh_hans
    assert len(yonggou.state()["items"]) == 1


def test_what_is_shown_though_its_receipt_is_lost_is_not_sent_again(yonggou, ningbo, product):
    yonggou.fault("unheard", 1)
    send(ningbo)
    collect(ningbo)
    assert Listing.objects.get().outcome == "unknown"
    look(ningbo)
    send(ningbo)
    row = Listing.objects.get()
    assert (row.outcome, row.is_shown, row.due_full) == ("ok", True, False)
    assert yonggou.state()["messages"] == 1


def test_only_the_mall_itself_can_say_that_a_receipt_is_late(yonggou, ningbo, product):
    yonggou.fault("mute", 1)
    send(ningbo)
    yonggou.fault("error", 1)
    collect(ningbo, late=timezone.now())
    assert Listing.objects.get().outcome == "accepted", "nobody answered"
    collect(ningbo, late=timezone.now())
    assert Listing.objects.get().outcome == "unknown"


def test_a_listing_that_awaits_its_receipt_is_not_judged_by_a_look(yonggou, ningbo, product):
    converge(ningbo)
    changed(product, "text", name_zh_hans="新名字 精华液")
    yonggou.fault("mute", 1)
    send(ningbo)
    Listing.objects.update(look_at=PAST)
    look(ningbo)
    row = Listing.objects.get()
    assert (row.outcome, row.due_full, row.drifts.count()) == ("accepted", False, 0)


def test_a_withdrawal_counts_when_its_receipt_is_there(yonggou, ningbo, product):
    converge(ningbo)
    changed(product, "state", state="withdrawn")
    send(ningbo)
    assert Listing.objects.get().is_shown, "it may still be on the page"
    collect(ningbo)
    row = Listing.objects.get()
    assert (row.is_shown, row.confirmed_hash, shown_name(yonggou, product)) == (False, "", None)


def test_what_is_withdrawn_before_its_first_receipt_is_withdrawn_there(yonggou, ningbo, product):
    send(ningbo)
    changed(product, "state", state="withdrawn")
    converge(ningbo)
    assert yonggou.state()["items"][f"P{product.pk}"]["state"] == "off"


def sent():
    """Kinds of the calls that said something, in their order."""
    calls = Call.objects.filter(kind__in=["upsert", "offer"])
    return list(calls.order_by("id").values_list("kind", flat=True))


def test_a_price_that_changes_before_the_first_receipt_goes_with_the_text(yonggou, ningbo, product):
    send(ningbo)
    price(product, 9000)
    converge(ningbo)
    assert sent() == ["upsert", "upsert"]
    assert dict(yonggou.state()["items"][f"P{product.pk}"]["offer"])["SalePrice"] == "50.50"


def test_a_price_alone_goes_by_the_quick_lane(yonggou, ningbo, product):
    converge(ningbo)
    price(product, 9000)
    converge(ningbo)
    assert sent() == ["upsert", "offer"]


def test_a_full_queue_burns_no_try(yonggou, ningbo, product):
    yonggou.fault("limited", 1, 3)
    send(ningbo)
    row = Listing.objects.get()
    assert (row.attempts, row.outcome, row.due_full) == (0, "none", True)


def test_a_worker_that_died_after_sending_doubles_nothing(yonggou, ningbo, product, monkeypatch):
    monkeypatch.setattr("partners.sync._record", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        step(ningbo, connect(ningbo), quick=False)
    monkeypatch.undo()
    hurry(ningbo)
    sync(ningbo)
    assert yonggou.state()["messages"] == 1, "the same message id, the same receipt"
    converge(ningbo)
    assert Listing.objects.get().is_shown


def test_one_call_asks_for_many_receipts(yonggou, ningbo):
    ningbo.batch_size = 1
    for _ in range(5):
        changed(listable(), "state")
    send(ningbo)
    assert collect(ningbo) == 5
    assert yonggou.state()["calls"]["RECEIPT_GET 0000"] == 1
    assert set(Listing.objects.values_list("outcome", flat=True)) == {"ok"}


def test_what_was_overtaken_by_what_never_went_out_is_not_forgotten(yonggou, ningbo, product, monkeypatch):
    """A worker dies with the change taken back in its hands, while the mall works through the change."""
    converge(ningbo)
    before = product.name_zh_hans
    changed(product, "text", name_zh_hans="改名 精华液")
    send(ningbo)
    changed(product, "text", name_zh_hans=before)
    with dying(Death("prepared", "upsert"), Ningbo, monkeypatch) as died:
        send(ningbo)
    assert died
    assert shown_name(yonggou, product) == "改名 精华液"
    converge(ningbo)
    assert shown_name(yonggou, product) == before
