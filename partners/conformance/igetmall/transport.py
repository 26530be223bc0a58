"""Sections 2 and 3: signature, clock, nonce, codes."""

from partners.conformance.checks import Book, Differs, expect
from partners.conformance.igetmall.asked import GET, UPSERT
from partners.conformance.igetmall.client import stamp

BOOK = Book()
promise = BOOK.promise


@promise("2", "签名正确的请求被受理", "올바르게 서명한 요청은 받아들인다")
def signed(mall):
    expect("返回码", mall.code(GET, {"out_ids": ["KIT-none"]}), "OK")
    expect("HTTP 状态码", mall.status, 200)


@promise("2", "签名错误的请求被拒绝", "서명이 틀린 요청은 거절한다")
def wrong_signature(mall):
    expect("返回码", mall.code(GET, {"out_ids": ["KIT-none"]}, secret="not-the-secret"), "INVALID_SIGNATURE")
    expect("HTTP 状态码", mall.status, 401)


@promise("2", "正文被改动的请求被拒绝", "본문이 바뀐 요청은 거절한다")
def changed_body(mall):
    parameters = mall.signed(GET, b'{"out_ids":["KIT-a"]}')
    expect("返回码", mall.post(parameters, b'{"out_ids":["KIT-b"]}')["code"], "INVALID_SIGNATURE")


@promise("2", "参数含中文时按解码后的 UTF-8 签名", "한자 매개변수는 디코딩한 UTF-8로 서명한다")
def chinese_parameter(mall):
    expect("返回码", mall.code(GET, {"out_ids": ["KIT-none"]}, note="韩国馆 100%"), "OK")


@promise("2", "未知的 app_key 被拒绝", "모르는 app_key는 거절한다")
def unknown_key(mall):
    expect("返回码", mall.code(GET, {"out_ids": ["KIT-none"]}, app_key="nobody-00000"), "INVALID_APP_KEY")


@promise(
    "2", "时间偏差 9 分钟可受理，11 分钟被拒绝（前后相同）", "시계 차이 9분은 받고 11분은 거절한다(앞뒤 모두)"
)
def clock(mall):
    for minutes, code in ((-9, "OK"), (9, "OK"), (-11, "TIMESTAMP_EXPIRED"), (11, "TIMESTAMP_EXPIRED")):
        found = mall.call(GET, {"out_ids": ["KIT-none"]}, timestamp=stamp(minutes))
        expect(f"相差 {minutes:+} 分钟时的返回码", found["code"], code)
    if not found["data"].get("now"):
        raise Differs("TIMESTAMP_EXPIRED 没有带 data.now（商城时间）")


@promise("2", "重复使用的 nonce 被拒绝", "다시 쓴 nonce는 거절한다")
def nonce(mall):
    raw = b'{"out_ids":["KIT-none"]}'
    parameters = mall.signed(GET, raw)
    expect("第一次的返回码", mall.post(parameters, raw)["code"], "OK")
    expect("第二次的返回码", mall.post(parameters, raw)["code"], "REPLAYED_NONCE")


@promise("3", "未知方法返回 UNKNOWN_METHOD", "모르는 메서드는 UNKNOWN_METHOD")
def unknown_method(mall):
    expect("返回码", mall.code("igm.items.dance", {}), "UNKNOWN_METHOD")
    expect("HTTP 状态码", mall.status, 404)


@promise("3", "不是 JSON 的正文返回 INVALID_PARAMETER", "JSON이 아닌 본문은 INVALID_PARAMETER")
def malformed(mall):
    raw = b"{not json"
    expect("返回码", mall.post(mall.signed(GET, raw), raw)["code"], "INVALID_PARAMETER")


@promise("3", "超过 50 件的批次返回 TOO_LARGE", "50건이 넘는 묶음은 TOO_LARGE")
def too_many(mall):
    items = [mall.item(out_id=f"KIT-{mall.run}-many-{at}") for at in range(51)]
    expect("返回码", mall.code(UPSERT, {"items": items}), "TOO_LARGE")


@promise("3", "应答带有每秒上限与余量", "응답에 초당 한도와 남은 횟수가 있다")
def rate_headers(mall):
    mall.data(GET, {"out_ids": ["KIT-none"]})
    for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining"):
        if not str(mall.headers.get(name, "")).isdigit():
            raise Differs(f"{name} 为 {mall.headers.get(name)!r}")
