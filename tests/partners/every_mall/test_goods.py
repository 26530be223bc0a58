"""Goods at every mall, through all of the sync: whatever goes wrong there, it ends with what should be shown."""

import json

import pytest

from catalog.models import Stock
from kmall.http import overheard
from partners import breaker
from partners.connectors import connect
from partners.look import look_up
from partners.models import Call, Drift, Listing, PartnerMall
from partners.reconcile import reconcile
from partners.sync import drain, due_partners, step, sync
from tests.factories.partners import changed, listable
from tests.partners.at_rest import version
from tests.partners.convergence import hurry
from tests.partners.liar import Reply, between

pytestmark = pytest.mark.django_db
ONCE = ("error", "busy", "drop", "rubbish", "limited", "lose")


@pytest.fixture
def product(each_mall):
    product = listable()
    changed(product, "state")
    return product


def on_page(stand_in) -> dict[str, str]:
    """What the mall shows: all words of the content, by item."""
    items = stand_in.state()["items"].items()
    return {
        out_id: json.dumps(item["content"], ensure_ascii=False) for out_id, item in items if item["content"]
    }


def shows(stand_in, product, words="") -> bool:
    return (words or product.name_zh_hans) in on_page(stand_in).get(f"P{product.pk}", "")


def test_faults_of_a_while_lose_and_double_nothing(stand_in, each_mall, product, come_to_rest):
    for kind in ONCE:
        stand_in.fault(kind, 2, 1)
    come_to_rest()
    reconcile(each_mall)
    come_to_rest()
    assert stand_in.state()["faults"] == {}, "each was met"
    assert (list(on_page(stand_in)), shows(stand_in, product)) == ([f"P{product.pk}"], True)
    assert (Listing.objects.get().is_shown, Listing.objects.get().outcome) == (True, "ok")


@pytest.mark.needs("send")
def test_an_answer_that_was_lost_is_looked_up_and_not_sent_again(stand_in, each_mall, product):
    stand_in.fault("drop", 1)
    sync(each_mall)
    assert Listing.objects.get().outcome == "unknown"
    hurry(each_mall)
    look_up(each_mall, connect(each_mall))
    calls = stand_in.state()["calls"]
    sync(each_mall)
    listing = Listing.objects.get()
    assert (listing.outcome, listing.is_shown, listing.due_full) == ("ok", True, False)
    assert stand_in.state()["calls"] == calls


@pytest.mark.needs("send")
def test_a_strangers_page_with_200_is_neither_done_nor_failed(stand_in, each_mall, product, come_to_rest):
    """A gateway answered in the mall's place, which has heard nothing: it is looked up, and sent again."""
    met = []

    def gateway(call, ask):
        met.append(call)
        return ask(call) if len(met) > 1 else Reply(200, b"<html><body>Welcome</body></html>")

    with between(stand_in.url, [gateway]) as url:
        PartnerMall.objects.update(base_url=url)
        each_mall.refresh_from_db()
        sync(each_mall)
        for _ in range(2):  # as it is known, and once it was looked up
            row = Listing.objects.get()
            assert (row.outcome, row.is_shown, row.due_full, row.attempts) == ("unknown", False, True, 1)
            assert on_page(stand_in) == {}
            Listing.objects.filter(look_at__isnull=False).update(look_at="2020-01-01T00:00Z")
            look_up(each_mall, connect(each_mall))
        come_to_rest()
    row.refresh_from_db()
    assert (row.outcome, row.is_shown, row.confirmed_version) == ("ok", True, 1)
    assert shows(stand_in, product)
    kinds = Call.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds[:3]) == ["upsert", "look", "upsert"]


def test_a_withdrawal_that_was_lost_is_found_without_a_pass(stand_in, each_mall, product, come_to_rest):
    come_to_rest()
    stand_in.fault("lose", 1)
    changed(product, "state", state="withdrawn")
    come_to_rest()
    assert stand_in.state()["faults"] == {}
    assert on_page(stand_in) == {}


def test_half_a_batch_refused_leaves_the_other_half_on_sale(stand_in, each_mall, come_to_rest):
    """And each has its own answer, none that of its neighbour."""
    for _ in range(4):
        changed(listable(), "state")
    stand_in.fault("half", 1)
    come_to_rest()
    shown = on_page(stand_in)
    rows = {f"P{row.product_id}": row for row in Listing.objects.all()}
    assert len(shown) == 2
    assert {name: (row.outcome, row.error_code, row.is_shown) for name, row in rows.items()} == {
        name: ("ok", "", True) if name in shown else ("refused", "REVIEW", False) for name in rows
    }


@pytest.mark.needs("send")
def test_a_limit_burns_no_try(stand_in, each_mall, product):
    stand_in.fault("limited", 1, 3)
    sync(each_mall)
    listing = Listing.objects.get()
    assert (listing.attempts, listing.outcome, listing.due_full) == (0, "none", True)


def test_a_key_that_is_no_longer_taken_pauses_the_mall(played, each_mall, product, come_to_rest):
    come_to_rest()
    PartnerMall.objects.update(credentials=json.dumps(played.key | {list(played.key)[-1]: "old"}))
    each_mall.refresh_from_db()
    Listing.objects.update(look_at="2020-01-01T00:00Z")
    look_up(each_mall, connect(each_mall))
    each_mall.refresh_from_db()
    assert (each_mall.state, Listing.objects.get().attempts) == ("credentials", 0)


@pytest.mark.needs("send")
def test_the_breaker_opens_and_recovers_alone(stand_in, each_mall, product):
    stand_in.fault("error", 100)
    for _ in range(breaker.LEAST_CALLS):
        Listing.objects.update(next_try_at="2020-01-01T00:00Z")
        sync(each_mall)
    each_mall.refresh_from_db()
    assert each_mall.breaker_open_until
    Listing.objects.update(next_try_at="2020-01-01T00:00Z")
    with overheard() as heard:
        sync(each_mall)
    assert heard == []
    stand_in.fault("error", 0)
    PartnerMall.objects.update(breaker_open_until="2020-01-01T00:00Z")
    sync(each_mall)
    assert shows(stand_in, product)


def test_a_worker_that_died_after_sending_doubles_nothing(
    stand_in, each_mall, product, come_to_rest, monkeypatch
):
    monkeypatch.setattr("partners.sync._record", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        step(each_mall, connect(each_mall), quick=False)
    monkeypatch.undo()
    assert sync(each_mall) == 0, "the lease still holds"
    come_to_rest()
    (item,) = stand_in.state()["items"].values()
    assert (shows(stand_in, product), version(item)) == (True, Listing.objects.get().version)


def test_a_change_between_reading_and_sending_is_not_lost(
    stand_in, each_mall, product, come_to_rest, monkeypatch
):
    from partners import sync as module

    prepare = module.prepare

    def late(claimed, works):
        changed(product, "text", name_zh_hans="新名字 精华液")
        monkeypatch.setattr(module, "prepare", prepare)
        return prepare(claimed, works)

    monkeypatch.setattr(module, "prepare", late)
    come_to_rest()
    assert shows(stand_in, product, "新名字 精华液")


def test_an_item_that_the_malls_staff_edited_is_mended(stand_in, each_mall, product, come_to_rest):
    come_to_rest()
    stand_in.operate("/operator/items/edit/", out_id=f"P{product.pk}", title="被改的标题")
    assert shows(stand_in, product, "被改的标题")
    assert reconcile(each_mall) == {"different": 1}
    come_to_rest()
    assert shows(stand_in, product)


def test_an_item_that_the_malls_staff_removed_comes_back(stand_in, each_mall, product, come_to_rest):
    come_to_rest()
    stand_in.operate("/operator/items/remove/", out_id=f"P{product.pk}")
    assert on_page(stand_in) == {}
    reconcile(each_mall)
    come_to_rest()
    assert shows(stand_in, product)


def test_an_item_of_a_product_that_is_gone_leaves_the_page(stand_in, each_mall, product, come_to_rest):
    come_to_rest()
    Listing.objects.all().delete()
    product.skus.all().delete()
    product.delete()
    reconcile(each_mall)
    come_to_rest()
    assert on_page(stand_in) == {}


def test_a_quantity_that_returns_to_an_earlier_value_is_sent(
    played, stand_in, each_mall, product, come_to_rest
):
    """By one call each, not because a look finds later that the mall took it for a repeat."""
    come_to_rest()
    for on_hand in (4, 10, 4):
        Stock.objects.update(on_hand=on_hand)
        changed(product, "stock")
        come_to_rest()
        (shown,) = connect(each_mall).look([f"P{product.pk}"])
        row = Listing.objects.get()
        assert (shown.offer_digest, shown.version) == (row.sent_offer_hash, row.version)
    sent = Call.objects.filter(kind__in=["upsert", "offer"]).count()
    assert sent == (4 if "send" in played.can else 0)
    assert not Drift.objects.exists()


def test_a_mall_that_remembers_more_than_we_do_is_overtaken(stand_in, each_mall, product, come_to_rest):
    come_to_rest()
    Listing.objects.update(version=1, sent_version=0, confirmed_version=0)  # we were restored from a backup
    changed(product, "text", name_zh_hans="恢复后 精华液")
    Listing.objects.update(version=1)
    come_to_rest()
    assert shows(stand_in, product, "恢复后 精华液")


def test_a_paused_mall_is_left_alone_and_catches_up(stand_in, each_mall, product, come_to_rest):
    """With what was due already, and with what changed meanwhile."""
    PartnerMall.objects.update(state="paused")
    drain(each_mall.pk)
    changed(product, "text", name_zh_hans="停用期间 精华液")
    other = listable()
    changed(other, "state")
    with overheard() as heard:
        drain(each_mall.pk)
    assert (due_partners(), on_page(stand_in), heard) == ([], {}, [])
    PartnerMall.objects.update(state="active")
    assert due_partners() == [each_mall.pk]
    drain(each_mall.pk)
    come_to_rest()
    assert shows(stand_in, product, "停用期间 精华液")
    assert shows(stand_in, other)


def test_a_rule_that_is_broken_is_told_with_its_field_and_waits_for_a_change(
    stand_in, each_mall, product, come_to_rest
):
    changed(product, "text", name_zh_hans="全网最低 精华液")
    come_to_rest()
    row = Listing.objects.get()
    assert (row.outcome, row.error_code, row.error_field) == ("refused", "FORBIDDEN_WORD", "title")
    assert "全网最低" in row.error_text
    changed(product, "text", name_zh_hans="好价 精华液")
    come_to_rest()
    assert (Listing.objects.get().outcome, shows(stand_in, product, "好价 精华液")) == ("ok", True)
