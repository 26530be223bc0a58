"""The kit at Pujiang Select of Shanghai and at the feed that it reads: green where the contract is kept, each
check red by its own lie alone."""

import datetime
import urllib.request

import pytest

from partners.connectors.connector import Item
from partners.pull_feed import build, write
from tests.factories.partners import shanghai_mall
from tests.partners.feed_reader import SECRET, authorization
from tests.partners.liar import (
    OVER_THE_RATE,
    between,
    in_all_turns,
    kit,
    told_in,
    unlike,
    without_retry_after,
)
from tests.partners.mall import Sandbox, free_port
from tests.partners.shanghai_feed_lies import of_feed
from tests.partners.shanghai_mall_lies import of_mall
from tests.partners.shanghai_request_lies import of_requests

GMT8 = datetime.timezone(datetime.timedelta(hours=8))
OF_MALL, OF_FEED = of_mall(None) | of_requests(), of_feed()


def ask_a_mall(folder, turn):
    """(exit code, what was found, lies told, page) at a stand-in of its own; no lies without a turn."""
    port, page = free_port(), folder / "report.html"
    shop = f"http://127.0.0.1:{port}"
    mall = Sandbox(folder, shop, mall="shanghai", interval=0.2).start()
    told = told_in(of_mall(mall) | of_requests(), turn)
    try:
        options = prepare(mall)
        with between(mall.url, told.values()) as liar:
            code, found = kit("shanghai", liar, "--feed", port, *options, "--page", page, secret=SECRET)
        return code, found, set(told), page.read_text()
    finally:
        mall.stop()


def prepare(mall):
    """What a mall's engineers prepare, as options: orders, what shoppers ask of two, a settled day with another."""
    bought = {"out_id": "P1,P2", "sku": "SP1,SP2", "quantity": 2}
    order, refuse, settled, cancel, returned = (
        mall.operate("/operator/orders/", **bought)["order_id"] for _ in range(5)
    )
    drop(mall, "answer-1", "order_id,answer,number,reason,text", f"{settled},confirmed,K1,,")
    mall.operate("/operator/statements/back/", days=2)
    for number in (cancel, returned):
        drop(
            mall, f"answer-{number.lower()}", "order_id,answer,number,reason,text", f"{number},confirmed,K2,,"
        )
    drop(
        mall,
        "parcel-1",
        "order_id,parcel_no,carrier,tracking_number,shipped_at,out_sku_id,quantity",
        *(f"{returned},1,SF,SF1,2026-11-24 18:00:00,{sku},2" for sku in ("SP1", "SP2")),
    )
    mall.operate("/orders/ask-cancel/", order_id=cancel)
    first = mall.operate("/orders/ask-return/", order_id=returned, sku="SP1,SP2")
    mall.operate("/orders/withdraw/", order_id=returned, request_no=first["request_no"])
    mall.operate("/orders/ask-return/", order_id=returned, sku="SP1,SP2")
    day = f"{datetime.datetime.now(GMT8) - datetime.timedelta(days=2):%Y-%m-%d}"
    named = {"order": order, "refuse": refuse, "cancel": cancel, "return": returned, "day": day}
    return [word for name, text in named.items() for word in (f"--{name}", text)]


def drop(mall, name, *lines):
    path, raw = f"/drop/results/{name}.csv", "".join(f"{line}\r\n" for line in lines).encode()
    headers = {"Authorization": authorization(path, method="POST", body=raw)}
    urllib.request.urlopen(urllib.request.Request(mall.url + path, data=raw, headers=headers)).close()


def test_the_stand_in_keeps_its_contract_and_each_check_is_red_by_its_own_lie_and_by_no_other(tmp_path):
    """In one test: the turns go side by side, and wait for the mall's intervals most of their time."""
    asked = in_all_turns(OF_MALL, lambda turn: ask_a_mall(tmp_path / str(turn), turn))
    code, found, _told, page = asked.pop(None)
    assert (code, {found[says] for says in OF_MALL}) == (0, {"✓"}), found
    assert found.keys() == {*OF_MALL, OVER_THE_RATE}, "each check has its lie"
    assert "符合接口约定" in page
    assert SECRET not in page
    for turn, (code, found, told, _page) in asked.items():
        assert (code, unlike(found, told)) == (1, set()), turn


@pytest.mark.parametrize(("lies", "sign"), [((), "✓"), ((without_retry_after,), "✗")])
def test_a_mall_must_say_how_long_to_wait_above_its_rate(tmp_path, lies, sign):
    mall = Sandbox(tmp_path, mall="shanghai", interval=0).start()
    try:
        with between(mall.url, lies) as url:
            assert kit("shanghai", url, "--section", "3", secret=SECRET)[1][OVER_THE_RATE] == sign
    finally:
        mall.stop()


def fill_the_feed():
    """Some items, one changed and one taken off since."""
    mall = shanghai_mall()
    write.upsert(mall.pk, [item(number) for number in range(1, 6)])
    write.offer(mall.pk, [item(2, 2, stock=3)])
    write.withdraw(mall.pk, [item(3, 2)])
    build.build(mall.pk)


def item(number, version=1, stock=5):
    content = {
        "title": f"淡温 精华液 {number}", "title_ko": "세럼", "category": "meizhuang-hufu", "brand": "淡温", "seller": "담온",
        "town": "济州", "origin": "KR", "description": "", "pictures": ["https://kmall24.example/a.webp"],
        "link": "https://kmall24.example/go/x/", "skus": [{"out_sku_id": "S1", "title": "50ml", "barcode": ""}],
    }  # fmt: skip
    offer = {
        "out_sku_id": "S1",
        "price_fen": 13600,
        "was_fen": 0,
        "tax_fen": 0,
        "landed_fen": 13600,
        "stock": stock,
    }
    return Item(f"P{number}", version, f"k{number}:{version}", content, {"skus": [offer]})


def ask_feed(url, *options, **how):
    return kit(
        "shanghai-feed", url, "--shop-url", "https://kmall24.example", *options, **{"secret": SECRET} | how
    )


@pytest.mark.django_db(transaction=True)
def test_our_own_feed_keeps_the_contract_and_each_check_is_red_by_its_own_lie(live_mall):
    """In one test: the feed is made once for all turns."""
    fill_the_feed()

    def ask(turn):
        told = told_in(of_feed(), turn)
        with between(live_mall, told.values()) as liar:
            code, found = ask_feed(liar)
        return code, unlike(found, told), set(found), "–" in found.values()

    for turn, answer in in_all_turns(OF_FEED, ask).items():
        assert answer == (turn is not None, set(), OF_FEED.keys(), False), turn


@pytest.mark.django_db(transaction=True)
def test_an_empty_feed_and_a_wrong_secret_are_told_apart(live_mall):
    shanghai_mall()
    code, found = ask_feed(live_mall)
    assert (code, found["2: 签名正确的请求被受理"], found["5: 页、类目与全部的摘要和商品一致"]) == (
        0,
        "✓",
        "–",
    )
    code, found = ask_feed(live_mall, secret="wrong")
    assert (code, found) == (1, {"密钥不对，请核对 --key 与 --secret": "✗"})
