import re

import pytest

from tests.partners.mall import SECRET, item, signed


def results(answer):
    assert answer[1]["code"] == "OK", answer
    return [result["result"] for result in answer[1]["data"]["results"]]


def test_an_item_is_accepted_and_then_shown(sandbox):
    assert results(sandbox.call("igm.items.upsert", {"items": [item()]})) == ["accepted"]
    seen = sandbox.call("igm.items.get", {"out_ids": ["P1", "P2"]})[1]["data"]
    assert (seen["items"][0]["state"], seen["items"][0]["shown"]["content_version"], seen["missing"]) == (
        "shown",
        1,
        ["P2"],
    )
    assert "淡温 积雪草舒缓精华液 50ml" in sandbox.fetch("/korea/?q=%E7%A7%AF%E9%9B%AA")


@pytest.mark.parametrize(
    ("word", "is_found"),
    [("%E6%B7%A1%E6%B8%A9", True), ("%25", False), ("_", False), ("%5C", False), ("title", False)],
)
def test_a_search_is_for_what_stands_in_titles_and_brands(sandbox, word, is_found):
    sandbox.call("igm.items.upsert", {"items": [item()]})
    page = sandbox.fetch(f"/korea/?q={word}")
    assert ('data-out-id="P1"' in page, "没有找到商品" in page) == (is_found, not is_found)


def test_categories_count_what_a_search_finds_and_keep_it(sandbox):
    others = [item("P2", title="淡温 面霜"), item("P3", title="红参 饮料")]
    others[1]["content"]["category"] = "health-ginseng"
    sandbox.call("igm.items.upsert", {"items": [item(), *others]})
    page = sandbox.fetch("/korea/?q=%E9%9D%A2")
    assert re.findall(r'<a href="(/korea/[^"]*)"[^>]*>(\S+) <small>(\d+)</small>', page) == [
        ("/korea/?q=%E9%9D%A2", "全部", "1"),
        ("/korea/?q=%E9%9D%A2&amp;c=beauty", "美妆个护", "1"),
    ]
    assert re.findall('data-out-id="(.*?)"', sandbox.fetch("/korea/?q=%E9%9D%A2&c=beauty")) == ["P2"]


@pytest.mark.parametrize(
    ("word", "found"),
    [("%25", ["P_2"]), ("_", ["P_2"]), ("title", []), ("+%E6%B7%A1%E6%B8%A9+", ["P1", "P_2"])],
)
def test_the_operator_finds_what_stands_in_numbers_and_titles(sandbox, word, found):
    sandbox.call("igm.items.upsert", {"items": [item(), item("P_2", title="淡温 100% 面膜")]})
    assert sorted(re.findall("<tr><td>(P.*?)</td>", sandbox.fetch(f"/operator/?q={word}"))) == found


def test_behind_the_last_page_is_the_last(sandbox):
    sandbox.call("igm.items.upsert", {"items": [item(f"P{number}") for number in range(25)]})
    page = sandbox.fetch("/korea/?page=9999")
    assert (page.count("data-out-id"), "<b>2 / 2</b>" in page) == (1, True)


def test_the_newest_version_wins_in_whatever_order(sandbox):
    sandbox.call("igm.items.upsert", {"items": [item(version=3, title="第三版 面膜")]})
    late = sandbox.call("igm.items.upsert", {"items": [item(version=2, title="第二版 面膜")]})
    assert late[1]["data"]["results"][0] | {"item_id": ""} == {
        "out_id": "P1", "version": 2, "result": "stale", "item_id": "", "errors": [], "held_version": 3,
    }  # fmt: skip
    assert sandbox.state()["items"]["P1"]["content"]["title"] == "第三版 面膜"


def test_an_offer_does_not_hide_an_older_content_that_comes_late(sandbox):
    sandbox.call("igm.items.upsert", {"items": [item(version=1)]})
    quick = item(version=3, price_fen=9900)
    del quick["content"]
    sandbox.call("igm.items.offer", {"items": [quick]})
    assert results(sandbox.call("igm.items.upsert", {"items": [item(version=2, title="新标题 面膜")]})) == [
        "accepted"
    ]
    held = sandbox.state()["items"]["P1"]
    assert (held["content"]["title"], held["offer"]["skus"][0]["price_fen"]) == ("新标题 面膜", 9900)


def test_a_repeated_key_changes_nothing(sandbox):
    sandbox.call("igm.items.upsert", {"items": [item()]})
    assert results(sandbox.call("igm.items.upsert", {"items": [item()]})) == ["repeated"]
    assert len(sandbox.state()["items"]) == 1


def test_a_late_upsert_does_not_undo_a_withdrawal(sandbox):
    sandbox.call("igm.items.withdraw", {"items": [{"out_id": "P1", "version": 5, "key": "k5"}]})
    assert results(sandbox.call("igm.items.upsert", {"items": [item(version=4)]})) == ["stale"]
    assert "P1" not in sandbox.fetch("/korea/")
    assert results(sandbox.call("igm.items.upsert", {"items": [item(version=6)]})) == ["accepted"]
    assert sandbox.state()["items"]["P1"]["state"] == "shown"


def test_an_item_that_breaks_a_rule_is_refused_with_its_field(sandbox):
    bad = item(title="全网最低 面膜")
    answer = sandbox.call("igm.items.upsert", {"items": [bad, item("P2")]})
    assert results(answer) == ["refused", "accepted"]
    assert [(e["code"], e["field"]) for e in answer[1]["data"]["results"][0]["errors"]] == [
        ("FORBIDDEN_WORD", "title")
    ]


def test_a_refused_item_stays_on_the_operators_page_until_it_is_mended(sandbox):
    sandbox.call("igm.items.upsert", {"items": [item(title="全网最低 面膜")]})
    sandbox.call("igm.items.offer", {"items": [{**item("P9"), "content": None}]})
    sandbox.call("igm.orders.dance", {})
    for _ in range(31):
        sandbox.call("igm.categories.list", {})
    desk = sandbox.fetch("/operator/")
    assert "<td>P1</td><td>含禁用词“全网最低”</td><td>FORBIDDEN_WORD</td><td>title</td><td>上架</td>" in desk
    assert "<td>P9</td><td>商品不存在</td><td>UNKNOWN_ITEM</td><td>out_id</td><td>改价与库存</td>" in desk
    assert "<td>igm.orders.dance</td><td>UNKNOWN_METHOD</td>" in desk
    sandbox.call("igm.items.upsert", {"items": [item(version=2), item("P9", version=2)]})
    assert "没有被拒的商品" in sandbox.fetch("/operator/")


def test_requests_that_are_not_rightly_signed_are_refused(sandbox):
    def code(**changed):
        return sandbox.call("igm.items.get", {"out_ids": ["P1"]}, **changed)[1]["code"]

    assert code(secret="wrong") == "INVALID_SIGNATURE"
    assert code(content_sha256="0" * 64) == "INVALID_SIGNATURE"
    assert code(timestamp="2020-01-01 00:00:00") == "TIMESTAMP_EXPIRED"
    assert code(app_key="stranger") == "INVALID_APP_KEY"
    assert code(nonce="short") == "INVALID_PARAMETER"
    assert (code(nonce="a" * 20), code(nonce="a" * 20)) == ("OK", "REPLAYED_NONCE")


def test_a_body_changed_on_the_way_is_refused(sandbox):
    parameters = signed("igm.items.get", b'{"out_ids":["P1"]}', SECRET)
    assert sandbox.post(parameters, b'{"out_ids":["P2"]}')[1]["code"] == "INVALID_SIGNATURE"


def test_too_many_requests_are_told_when_to_come_back(sandbox):
    sandbox.fault("limited", 1, 7)
    status, answer = sandbox.call("igm.categories.list", {})
    assert (status, answer["code"]) == (429, "RATE_LIMITED")


def test_the_state_survives_a_kill(sandbox):
    sandbox.call("igm.items.upsert", {"items": [item()]})
    sandbox.stop()
    sandbox.start()
    assert sandbox.state()["items"]["P1"]["state"] == "shown"


def test_an_order_can_be_placed_listed_confirmed_and_shipped(sandbox):
    sandbox.call("igm.items.upsert", {"items": [item()]})
    order = sandbox.operate("/operator/orders/", out_id="P1", quantity=2)
    since = {"since": "2026-01-01T00:00:00+08:00"}
    assert sandbox.call("igm.orders.list", since)[1]["data"] == {"orders": [order], "next_cursor": ""}
    assert order["paid_fen"] == 27200
    confirm = {"order_id": order["order_id"], "out_order_id": "K1"}
    assert [sandbox.call("igm.orders.confirm", confirm)[0] for _ in range(2)] == [200, 200]
    assert (
        sandbox.call("igm.orders.refuse", {"order_id": order["order_id"], "reason": "out_of_stock"})[0] == 409
    )
    parcel = {"parcel_no": "1", "carrier": "CJ", "tracking_number": "T1", "lines": []}
    sandbox.call("igm.orders.ship", {"order_id": order["order_id"], "parcels": [parcel]})
    assert sandbox.state()["orders"][order["order_id"]]["state"] == "shipped"
