"""Section 8: the supplier's address that takes notices. Only cancelled orders are told of: nothing is shipped."""

import datetime
import hashlib
import json
import secrets

from partners.conformance.checks import Book, Differs, expect
from partners.conformance.igetmall.client import GMT8, Client, stamp

CONTRACT = "爱购商城接口约定 · 供应商一侧（docs/partners/igetmall.md）"
OPTIONS = {}
BOOK = Book()
promise = BOOK.promise
METHOD = "igm.order.changed"


def server(chosen) -> "Supplier":
    return Supplier(f"{chosen.base_url.rstrip('/')}/partners/api/igetmall/", chosen.key, chosen.secret)


class Supplier(Client):
    pace = 0.0  # the rate of section 3 is the mall's

    def first_code(self) -> str:
        return self.code(METHOD, {})

    def order(self) -> dict:
        """An order of section 7 that its shopper called off."""
        now = datetime.datetime.now(GMT8).isoformat(timespec="seconds")
        return {
            "order_id": f"KIT{secrets.token_hex(6).upper()}", "state": "cancelled",
            "created_at": now, "paid_at": now, "updated_at": now,
            "lines": [{"line_no": 1, "out_id": "P0", "out_sku_id": "S0", "quantity": 1, "price_fen": 13600, "tax_fen": 1238}],
            "freight_fen": 0, "paid_fen": 14838, "payment": {"payer": "alipay", "number": "2026112422001"},
            "buyer": {"name": "测试", "id_number": "500103199003077657", "phone": "13800138000"},
            "address": {"name": "测试", "phone": "13800138000", "province": "重庆市", "city": "重庆市", "district": "渝中区",
                        "street": "解放碑街道", "region_code": "500103", "detail": "测试地址 1 号", "postcode": "400010"},
        }  # fmt: skip


@promise("8", "签名正确的通知被接收", "올바르게 서명한 통지를 받는다")
def taken(supplier):
    expect("返回码", supplier.code(METHOD, supplier.order()), "OK")


@promise("8", "同一通知重复十次仍返回 OK", "같은 통지가 열 번 와도 OK")
def again(supplier):
    order = supplier.order()
    expect("返回码", {supplier.code(METHOD, order) for _ in range(10)}, {"OK"})


@promise("8", "较旧的通知晚到也返回 OK", "늦게 온 옛 통지에도 OK")
def out_of_order(supplier):
    order = supplier.order()
    older = order | {"updated_at": "2020-01-01T00:00:00+08:00"}
    expect("返回码", [supplier.code(METHOD, row) for row in (order, older)], ["OK", "OK"])


@promise("8", "签名错误的通知被拒绝", "서명이 틀린 통지는 거절한다")
def wrong_signature(supplier):
    expect("返回码", supplier.code(METHOD, supplier.order(), secret="not-the-secret"), "INVALID_SIGNATURE")


@promise("8", "正文被改动的通知被拒绝", "본문이 바뀐 통지는 거절한다")
def changed_body(supplier):
    raw = json.dumps(supplier.order()).encode()
    parameters = supplier.signed(METHOD, raw)
    expect("返回码", supplier.post(parameters, raw + b" ")["code"], "INVALID_SIGNATURE")
    parameters = supplier.signed(METHOD, raw, content_sha256=hashlib.sha256(b"").hexdigest())
    expect("摘要错误时的返回码", supplier.post(parameters, raw)["code"], "INVALID_SIGNATURE")


@promise("8", "过期的通知被拒绝", "오래된 통지는 거절한다")
def old(supplier):
    found = supplier.call(METHOD, supplier.order(), timestamp=stamp(-11))
    expect("返回码", found["code"], "TIMESTAMP_EXPIRED")
    if not found["data"].get("now"):
        raise Differs("TIMESTAMP_EXPIRED 没有带 data.now（接收方时间）")


@promise("8", "未知的 app_key 与方法被拒绝", "모르는 app_key와 메서드는 거절한다")
def unknown(supplier):
    found = supplier.code(METHOD, supplier.order(), app_key="nobody-00000")
    expect("app_key 未知时的返回码", found, "INVALID_APP_KEY")
    expect("方法未知时的返回码", supplier.code("igm.order.danced", supplier.order()), "UNKNOWN_METHOD")


@promise("8", "格式不符的 nonce 返回 INVALID_PARAMETER", "틀린 nonce는 INVALID_PARAMETER")
def bad_nonce(supplier):
    for text in ("short", "a" * 65, "with-a-hyphen-0000"):
        found = supplier.code(METHOD, supplier.order(), nonce=text)
        expect(f"{text!r} 的返回码", found, "INVALID_PARAMETER")


@promise("8", "重放的通知被拒绝", "다시 보낸 통지(nonce)는 거절한다")
def replayed(supplier):
    raw = json.dumps(supplier.order()).encode()
    parameters = supplier.signed(METHOD, raw)
    found = [supplier.post(parameters, raw)["code"] for _ in range(2)]
    expect("返回码", found, ["OK", "REPLAYED_NONCE"])


@promise("8", "不是订单的正文返回 INVALID_PARAMETER", "주문이 아닌 본문은 INVALID_PARAMETER")
def rubbish(supplier):
    for raw in (b"[]", b"{}", b"not json", b'{"order_id": 1}'):
        found = supplier.post(supplier.signed(METHOD, raw), raw)["code"]
        expect(f"{raw!r} 的返回码", found, "INVALID_PARAMETER")


CHECKS = BOOK.checks
