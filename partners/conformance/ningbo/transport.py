"""Sections 1 to 3: messages, signature, clock, codes, places."""

import secrets
import time

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.ningbo.asked import OFF, OFFER, PUT, Goods
from partners.conformance.ningbo.client import DECLARATION, sign, stamp, xml

BOOK = Book()
promise = BOOK.promise
QUERY, NONE = "GOODS_QUERY", xml("GoodsNo", "KIT-none")
PLACES = 20


@promise(
    "1", "时间偏差 9 分钟可受理，11 分钟被拒绝（前后相同）", "시계 차이 9분은 받고 11분은 거절한다(앞뒤 모두)"
)
def clock(mall):
    for minutes, code in ((-9, "0000"), (9, "0000"), (-11, "1004"), (11, "1004")):
        found = mall.tell(QUERY, NONE, MessageTime=stamp(minutes))
        expect(f"相差 {minutes:+} 分钟时的返回码", found.code, code)
    now = found.body.findtext("Now", "")
    if not (now.isdigit() and len(now) == 14):
        raise Differs(f"1004 没有带 Body/Now（商城时间）：{now!r}")


@promise("1", "元素间的空白与不认识的元素被忽略", "요소 사이 빈칸과 모르는 요소는 무시한다")
def loose(mall):
    raw = mall.message(QUERY, NONE + "<Colour>red</Colour>")
    expect("返回码", mall.post(raw.replace(b"><", b">\n  <")).code, "0000")


@promise("1", "不是规范 XML 的报文返回 1001", "올바른 XML이 아닌 전문은 1001")
def malformed(mall):
    for raw in (b"not XML", mall.message(QUERY, "<GoodsNo>"), b"<Message/>"):
        expect(f"{raw[-40:]!r} 的返回码", mall.post(raw).code, "1001")


@promise("1", "不是 UTF-8 或声明为其他编码的报文返回 1001", "UTF-8이 아니거나 다르게 선언한 전문은 1001")
def other_encodings(mall):
    text = mall.message(QUERY, xml("GoodsNo", "货号")).decode()
    expect("GBK 字节的返回码", mall.post(text.encode("gbk")).code, "1001")
    declared = text.replace('"UTF-8"', '"GBK"')
    expect("声明为 GBK 时的返回码", mall.post(declared.encode("gbk")).code, "1001")


@promise("1", "带 DOCTYPE 的报文不读即拒（1001）", "DOCTYPE이 있는 전문은 읽지 않고 거절한다(1001)")
def doctype(mall):
    raw = mall.message(QUERY, "<GoodsNo>&kit;</GoodsNo>").decode()
    bomb = raw.replace(DECLARATION, DECLARATION + '<!DOCTYPE Message [<!ENTITY kit "KIT-none">]>')
    expect("返回码", mall.post(bomb.encode()).code, "1001")


@promise("1", "缺少报文头元素或格式不符返回 1001", "머리 요소가 없거나 틀리면 1001")
def bad_heads(mall):
    for head in ({"MessageId": ""}, {"MessageId": "short"}, {"MessageId": "a" * 37}, {"MessageTime": "now"}):
        expect(f"{head} 的返回码", mall.code(QUERY, NONE, **head), "1001")


@promise("1", "超过 1 MiB 的报文返回 1006", "1 MiB가 넘는 전문은 1006")
def too_large(mall):
    expect("返回码", mall.code(QUERY, NONE + " " * (1 << 20)), "1006")


@promise("2", "签名正确的报文被受理", "올바르게 서명한 전문은 받아들인다")
def signed(mall):
    expect("返回码", mall.code(QUERY, xml("GoodsNo", "韩国馆")), "0000")


@promise("2", "签名错误的报文返回 1003", "서명이 틀린 전문은 1003")
def wrong_signature(mall):
    raw = mall.message(QUERY, NONE)
    expect("返回码", mall.post(raw, sign=sign(raw, "not-the-secret")).code, "1003")


@promise("2", "缺少签名的报文返回 1003", "서명이 없는 전문은 1003")
def no_signature(mall):
    expect("返回码", mall.post(mall.message(QUERY, NONE), sign=None).code, "1003")


@promise("2", "签名按原始字节计算，多一个换行即不符", "서명은 원래 바이트로 하며 줄바꿈 하나로도 틀린다")
def changed_body(mall):
    raw = mall.message(QUERY, NONE)
    expect("返回码", mall.post(raw + b"\n", sign=sign(raw, mall.secret)).code, "1003")


@promise("2", "未知供应商返回 1002", "모르는 공급자는 1002")
def unknown_supplier(mall):
    raw = mall.message(QUERY, NONE, Supplier="nobody-00000")
    expect("返回码", mall.post(raw, supplier="nobody-00000").code, "1002")


@promise("2", "先验签名，再读 XML，再看时间、版本与类型", "서명, XML, 시각, 버전과 종류의 차례로 본다")
def order_of_looking(mall):
    expect("XML 与签名都有误时的返回码", mall.post(b"not XML", sign="0" * 32).code, "1003")
    old = mall.code("GOODS_DANCE", NONE, MessageTime=stamp(-11), Version="1.0")
    expect("类型未知且已过期时的返回码", old, "1004")


@promise("3", "应答带回报文类型与编号", "응답은 전문 종류와 번호를 되돌려준다")
def head_of_answers(mall):
    number = secrets.token_hex(8)
    head = mall.tell(QUERY, NONE, MessageId=number).head
    expect("报文头", (head.get("MessageType"), head.get("MessageId")), (QUERY, number))
    expect("AnswerTime 的位数", len(head.get("AnswerTime", "")), 14)


@promise("3", "未知类型或版本返回 1005", "모르는 종류나 버전은 1005")
def unknown_type(mall):
    expect("类型未知时的返回码", mall.code("GOODS_DANCE", NONE), "1005")
    expect("版本 1.0 的返回码", mall.code(QUERY, NONE, Version="1.0"), "1005")


@promise("3", "条数超限返回 1006", "건수가 넘으면 1006")
def too_many(mall):
    for kind, most, entry in (
        (PUT, 40, Goods("KIT-none", 1).xml(PUT)), (OFFER, 100, Goods("KIT-none", 1).xml(OFFER)),
        (OFF, 100, Goods("KIT-none", 1).xml(OFF)), (QUERY, 50, NONE), ("RECEIPT_GET", 20, xml("ReceiptNo", "KIT")),
    ):  # fmt: skip
        expect(f"{kind} 含 {most + 1} 条时的返回码", mall.code(kind, entry * (most + 1)), "1006")


@promise("3", "查询报文可原样重发", "조회 전문은 그대로 다시 보내도 된다")
def repeated_query(mall):
    raw = mall.message(QUERY, NONE)
    expect("返回码", [mall.post(raw).code for _ in range(2)], ["0000", "0000"])


@promise(
    "3", "待处理报文至多 20 件，满则返回 2001 与等待秒数", "기다리는 전문은 20건까지, 차면 2001과 기다릴 초"
)
def places(mall):
    """One after the other as fast as they are taken in: a mall that works faster is never full."""
    taken = []
    for number in range(3 * PLACES):
        answer = mall.tell(OFF, Goods(f"KIT-{mall.run}-place-{number}", 1).xml(OFF))
        if answer.code == "2001":
            break
        expect("返回码", answer.code, "0000")
        taken.append(answer.body.findtext("ReceiptNo", ""))
    states = [state for some in _chunks(taken) for state, _items in mall.receipts(*some).values()]
    waiting = states.count("waiting")
    if waiting > PLACES:
        raise Differs(f"同时有 {waiting} 件报文等待，却没有拒收")
    if answer.code != "2001":
        raise NotAsked(f"连发 {len(taken)} 件报文，商城随到随办，没有排满")
    wait = answer.body.findtext("RetryAfter", "")
    if not wait.isdigit():
        raise Differs(f"2001 的 RetryAfter 为 {wait!r}")
    time.sleep(min(int(wait), 60))
    for number in taken:
        mall.receipt(number)
    expect("有空位后的返回码", mall.code(OFF, Goods(f"KIT-{mall.run}-place", 1).xml(OFF)), "0000")


def _chunks(numbers: list[str]):
    return [numbers[start : start + 20] for start in range(0, len(numbers), 20)]
