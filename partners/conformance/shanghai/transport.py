"""Sections 2 and 3, which both sides keep: signatures of requests and answers, clock, nonce, codes."""

import json
import secrets
import time

from partners.conformance.checks import Book, Differs, expect
from partners.conformance.shanghai.client import TOLERANCE

BOOK = Book()
promise = BOOK.promise


@promise("2", "签名正确的请求被受理", "올바르게 서명한 요청은 받아들인다")
def signed(server):
    for length in (16, 64):
        sign = server.authorization(server.probe, nonce=secrets.token_hex(length // 2))
        expect(f"nonce 长 {length} 时的返回码", server.code(server.probe, signed=sign), "OK")


@promise("2", "签名错误的请求被拒绝", "서명이 틀린 요청은 거절한다")
def wrong_signature(server):
    sign = server.authorization(server.probe, secret="not-the-secret")
    expect("返回码", server.code(server.probe, signed=sign), "INVALID_SIGNATURE")


@promise(
    "2", "签名含方法、路径与参数，改动即被拒绝", "서명에는 메서드와 경로, 매개변수가 들어가고 바꾸면 거절한다"
)
def changed_request(server):
    sign = server.authorization(server.probe)
    expect("参数改动后的返回码", server.code(f"{server.probe}?kit=1", signed=sign), "INVALID_SIGNATURE")
    sign = server.authorization(server.probe, method="POST")
    expect("方法改动后的返回码", server.code(server.probe, signed=sign), "INVALID_SIGNATURE")


@promise("2", "没有签名的请求返回 INVALID_PARAMETER", "서명이 없는 요청은 INVALID_PARAMETER")
def no_signature(server):
    expect("返回码", server.code(server.probe, signed=""), "INVALID_PARAMETER")


@promise("2", "未知的 key 返回 INVALID_KEY", "모르는 key는 INVALID_KEY")
def unknown_key(server):
    sign = server.authorization(server.probe, key="nobody-00000")
    expect("返回码", server.code(server.probe, signed=sign), "INVALID_KEY")


@promise(
    "2", "时间偏差 9 分钟可受理，11 分钟被拒绝（前后相同）", "시계 차이 9분은 받고 11분은 거절한다(앞뒤 모두)"
)
def clock(server):
    for minutes, code in ((-9, "OK"), (9, "OK"), (-11, "TIMESTAMP_EXPIRED"), (11, "TIMESTAMP_EXPIRED")):
        sign = server.authorization(server.probe, time=str(int(time.time()) + 60 * minutes))
        expect(f"相差 {minutes:+} 分钟时的返回码", server.code(server.probe, signed=sign), code)
    if not isinstance(server.problem.get("now"), int):
        raise Differs("TIMESTAMP_EXPIRED 没有带 now（接收方的 Unix 时间）")


@promise("2", "重复使用的 nonce 被拒绝", "다시 쓴 nonce는 거절한다")
def nonce(server):
    sign = server.authorization(server.probe)
    found = [server.code(server.probe, signed=sign) for _ in range(2)]
    expect("返回码", found, ["OK", "REPLAYED_NONCE"])


@promise("2", "格式不符的 nonce 返回 INVALID_PARAMETER", "틀린 nonce는 INVALID_PARAMETER")
def bad_nonce(server):
    for text in ("short", "a" * 65, "with-a-hyphen-0000"):
        sign = server.authorization(server.probe, nonce=text)
        expect(f"{text!r} 的返回码", server.code(server.probe, signed=sign), "INVALID_PARAMETER")


@promise("2", "应答带有摘要与签名，十分钟内签发", "응답에 다이제스트와 서명이 있고 10분 안에 서명한 것이다")
def sealed(server):
    server.read(server.probe)
    at = server.headers.get("X-PJ-Time", "")
    if not at.isdigit() or abs(time.time() - int(at)) > TOLERANCE:
        raise Differs(f"X-PJ-Time 为 {at!r}")


@promise(
    "1",
    "错误应答为 JSON，带 code 与 message，不签名",
    "오류 응답은 JSON이고 code와 message가 있으며 서명하지 않는다",
)
def errors(server):
    said = json.loads(server.raw(server.missing))
    expect("code 与 message 为文本", [type(said.get(name)) for name in ("code", "message")], [str, str])
    expect("X-PJ-Sign", server.headers.get("X-PJ-Sign"), None)


@promise("3", "不存在的地址返回 NOT_FOUND", "없는 주소는 NOT_FOUND")
def unknown_address(server):
    expect("返回码", server.code(server.missing), "NOT_FOUND")
