"""Yonggou's stand-in as a stranger meets it, by hand-made messages: what its page promises."""

import datetime
import re

import pytest

from kmall.xml_text import UnreadableXml, read
from tests.partners.mall import Sandbox
from tests.partners.ningbo import goods, message, post, put, receipt, signature, tell

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><Message><Head></Head><Body>&c;</Body></Message>"
)


def results(sandbox, number):
    return [item["Result"] for item in receipt(sandbox, number)[1]]


def test_a_message_is_taken_in_first_and_tells_its_fate_later(tmp_path):
    with Sandbox(tmp_path, mall="ningbo", work_delay=60) as slow:
        number = put(slow, goods())
        assert receipt(slow, number) == ("waiting", [])
        assert "积雪草" not in slow.fetch("/hanguo/")


def test_what_was_applied_is_on_the_public_page(yonggou):
    number = put(yonggou, goods(name="淡温 积雪草精华液"), goods("P2", name="短"))
    state, (good, bad) = receipt(yonggou, number)
    assert (state, good["Result"], good["GoodsId"]) == ("done", "applied", "N10000001")
    assert (bad["Result"], bad["Code"], bad["Field"]) == ("refused", "4102", "GoodsName")
    assert "淡温 积雪草精华液" in yonggou.fetch("/hanguo/?c=01")
    assert "没有找到商品" in yonggou.fetch("/hanguo/?q=%E6%B3%A1%E9%9D%A2")


@pytest.mark.parametrize(
    ("word", "is_found"),
    [("%E6%B7%A1%E6%B8%A9", True), ("%E7%A7%AF%E9%9B%AA", True), ("%25", False), ("GoodsName", False)],
)
def test_a_search_is_for_what_stands_in_names_and_brands(yonggou, word, is_found):
    assert receipt(yonggou, put(yonggou, goods()))[0] == "done"
    assert ('data-goods-no="P1"' in yonggou.fetch(f"/hanguo/?page=9&q={word}")) == is_found


def test_categories_count_what_a_search_finds_and_keep_it(yonggou):
    other = goods("P2", name="红参 饮料").replace("0101", "0201")
    assert receipt(yonggou, put(yonggou, goods(), other))[0] == "done"
    page = yonggou.fetch("/hanguo/?q=%E7%BA%A2")
    assert re.findall(r'<a href="(/hanguo/[^"]*)"[^>]*>(\S+?)<small>(\d+)</small>', page) == [
        ("/hanguo/?q=%E7%BA%A2", "全部", "1"),
        ("/hanguo/?q=%E7%BA%A2&amp;c=02", "营养保健", "1"),
    ]


@pytest.mark.parametrize(
    ("word", "found"), [("%25", ["P_2"]), ("_", ["P_2"]), ("GoodsName", []), ("%26", ["P_2"])]
)
def test_the_operator_finds_what_stands_in_numbers_and_names(yonggou, word, found):
    assert receipt(yonggou, put(yonggou, goods(), goods("P_2", name="淡温 &amp; 100%")))[0] == "done"
    assert re.findall("<tr><td>(P.*?)</td>", yonggou.fetch(f"/operator/?q={word}")) == found


def test_a_message_id_is_good_for_one_receipt(yonggou):
    first = put(yonggou, goods(), MessageId="0123456789abcdef")
    assert put(yonggou, goods(version=2, name="另一个 名字"), MessageId="0123456789abcdef") == first
    assert yonggou.state()["items"]["P1"]["content_version"] == 1


def test_the_newest_version_wins_in_whatever_order_it_comes(yonggou):
    put(yonggou, goods(version=5))
    assert results(yonggou, put(yonggou, goods(version=4, name="旧的 名字"))) == ["stale"]
    assert results(yonggou, put(yonggou, goods(version=5))) == ["repeated"]
    off = put(yonggou, goods("P9", version=3, kind="GOODS_OFF"), kind="GOODS_OFF")
    assert results(yonggou, off) == ["applied"]
    assert results(yonggou, put(yonggou, goods("P9", version=2))) == ["stale"]


def test_an_offer_of_what_is_not_held_is_refused(yonggou):
    _state, (item,) = receipt(yonggou, put(yonggou, goods(kind="OFFER_PUT"), kind="OFFER_PUT"))
    assert (item["Result"], item["Code"]) == ("refused", "4113")


def test_a_full_queue_says_when_to_come_again(tmp_path):
    with Sandbox(tmp_path, mall="ningbo", work_delay=60) as slow:
        for number in range(20):
            put(slow, goods(f"P{number}"))
        code, body = tell(slow, "GOODS_PUT", goods("P20"))
        assert (code, body.findtext("RetryAfter")) == ("2001", "1")
        assert tell(slow, "GOODS_LIST")[0] == "0000", "questions take no place"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (BOMB.encode, "1001"),
        (lambda: message("GOODS_LIST", "").replace(b"UTF-8", b"GBK"), "1001"),
        (lambda: '<?xml version="1.0"?><Message><Head/><Body>韩国</Body></Message>'.encode("gbk"), "1001"),
        (lambda: b"<Message><Head></Head>", "1001"),
        (lambda: message("GOODS_LIST", "", Version="1.0"), "1005"),
        (lambda: message("GOODS_STEAL", ""), "1005"),
        (lambda: message("GOODS_LIST", "x" * (1 << 20)), "1006"),
        (lambda: message("GOODS_PUT", goods() * 41), "1006"),
        (lambda: message("GOODS_PUT", ""), "1001"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(yonggou, raw, code):
    assert post(yonggou, raw())[0] == code  # made now: a message of ten minutes ago is refused for its age


def test_a_stranger_or_a_changed_message_is_refused(yonggou):
    raw = message("GOODS_LIST", "")
    assert post(yonggou, raw, supplier="other")[0] == "1002"
    assert post(yonggou, raw, sign="0" * 32)[0] == "1003"
    assert post(yonggou, raw + b" ", sign=signature(raw))[0] == "1003"
    assert post(yonggou, raw)[0] == "0000"


@pytest.mark.parametrize(("minutes", "code"), [(-11, "1004"), (-9, "0000"), (9, "0000"), (11, "1004")])
def test_ten_minutes_are_the_most_that_clocks_may_differ(yonggou, minutes, code):
    gmt8 = datetime.timezone(datetime.timedelta(hours=8))
    at = datetime.datetime.now(gmt8) + datetime.timedelta(minutes=minutes)
    assert tell(yonggou, "GOODS_LIST", MessageTime=f"{at:%Y%m%d%H%M%S}")[0] == code


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("STATEMENT_GET", "<Day>2026-11-24</Day><After></After>"),
        *(("ORDER_REFUND", f"<RefundNo>1</RefundNo><RefundAmount>{yuan}</RefundAmount><Reason>other</Reason>"
           f"<Lines><Line><SkuNo>SP1</SkuNo><Quantity>1</Quantity><RefundAmount>{yuan}</RefundAmount></Line></Lines>")
          for yuan in ("1.5", "1.234")),
    ],
)  # fmt: skip
def test_a_day_and_money_that_are_written_otherwise_are_malformed(yonggou, kind, body):
    order = yonggou.operate("/operator/orders/", out_id="P1", sku="SP1")["order_id"]
    number = f"<OrderNo>{order}</OrderNo>"
    assert tell(yonggou, "ORDER_CONFIRM", f"{number}<SupplierOrderNo>K1</SupplierOrderNo>")[0] == "0000"
    assert tell(yonggou, kind, number + body)[0] == "1001"


def test_state_is_kept_over_a_restart(yonggou):
    number = put(yonggou, goods())
    yonggou.stop()
    yonggou.start()
    assert results(yonggou, number) == ["applied"]


@pytest.mark.parametrize(
    ("fault", "state", "results", "shown"),
    [
        ("mute", "waiting", [], 0),
        ("unheard", "unknown", [], 2),
        ("vanish", "done", [], 0),
        ("lose", "done", ["applied", "applied"], 0),
        ("half", "done", ["applied", "refused"], 1),
    ],
)
def test_faults_of_receipts_are_played_on_request(yonggou, fault, state, results, shown):
    yonggou.fault(fault, 1)
    found, items = receipt(yonggou, put(yonggou, goods(), goods("P2")))
    assert (found, [item["Result"] for item in items]) == (state, results)
    assert len(yonggou.state()["items"]) == shown


def test_our_side_reads_no_document_type_either():
    with pytest.raises(UnreadableXml):
        read(BOMB.encode())
    with pytest.raises(UnreadableXml):
        read(b"<a>" + b" " * (1 << 20) + b"</a>")
