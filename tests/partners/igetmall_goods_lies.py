"""What either side of docs/partners/igetmall.md could do otherwise with calls, goods and notices: a lie for each
check of the kit."""

import hashlib
import json
import time
import urllib.parse

from tests.partners.igetmall_lies import answering, coded
from tests.partners.liar import Call, Reply
from tests.partners.mall import KEY, SECRET, SHOP, signed

GET, LIST, UPSERT, OFFER = (f"igm.items.{name}" for name in ("get", "list", "upsert", "offer"))


class Request:
    """What a call says, and the same call with something changed, signed anew."""

    def __init__(self, call):
        self.call, self.raw = call, call.raw
        self.query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(call.path).query))
        self.method = self.query["method"]
        self.text = call.raw.decode("utf-8", "replace")

    def is_by(self, secret=SECRET):
        known = {name: text for name, text in self.query.items() if name not in ("sign", "method")}
        again = signed(self.method, self.raw, secret, **known)
        is_whole = self.query["content_sha256"] == hashlib.sha256(self.raw).hexdigest()
        return is_whole and again["sign"] == self.query["sign"]

    @property
    def is_good(self):
        return self.is_by() and self.is_now and self.query["app_key"] == KEY

    @property
    def is_now(self):
        at = time.strptime(self.query["timestamp"], "%Y-%m-%d %H:%M:%S")
        now = time.gmtime(time.time() + 8 * 3600)
        return abs(time.mktime(at) - time.mktime(now)) <= 600

    def anew(self, raw=None):
        usual = {"method", "app_key", "timestamp", "nonce", "v", "sign_method", "content_sha256", "sign"}
        more = {name: text for name, text in self.query.items() if name not in usual}
        raw = self.raw if raw is None else raw
        path = self.call.path.partition("?")[0]
        query = urllib.parse.urlencode(signed(self.method, raw, **more))
        return Call("POST", f"{path}?{query}", raw, self.call.headers)

    def with_items(self, change):
        """The call with each of its items changed."""
        body = json.loads(self.raw)
        return self.anew(json.dumps({"items": [change(item) for item in body["items"]]}).encode())


def _with_a_gap(call, ask):
    """Behind the last page of all items comes an empty one, and another behind that."""
    said, reply = Request(call), ask(call)
    if said.method != LIST or '"category"' in said.text:
        return reply
    told, cursor = json.loads(reply.body), json.loads(said.text)["cursor"]
    if not told["data"]["next_cursor"] and cursor != "~~":
        told["data"]["next_cursor"] = "~~" if cursor == "~" else "~"
    return Reply(reply.status, json.dumps(told).encode(), reply.headers)


def changing(when, change=Request.anew):
    """A lie that asks otherwise: `change` makes another call of a request that is `when`."""

    def lie(call, ask):
        said = Request(call)
        return ask(change(said) if when(said) else call)

    return lie


def is_(method, text=""):
    return lambda said: said.method == method and text in said.text


def of_goods():
    """Those of sections 2 to 6, fresh for a run."""
    return {
        **_of_items(),
        "2: 签名正确的请求被受理": _first(lambda said: True, {"code": "INVALID_SIGNATURE"}),
        "2: 签名错误的请求被拒绝": changing(lambda said: said.is_by("not-the-secret")),
        "2: 正文被改动的请求被拒绝": changing(lambda said: b"KIT-b" in said.raw),
        "2: 参数含中文时按解码后的 UTF-8 签名": _told(
            lambda said: "note" in said.query, {"code": "INVALID_SIGNATURE"}
        ),
        "2: 未知的 app_key 被拒绝": changing(lambda said: said.query["app_key"] == "nobody-00000"),
        "2: 时间偏差 9 分钟可受理，11 分钟被拒绝（前后相同）": changing(
            lambda said: said.is_by() and not said.is_now
        ),
        "2: 重复使用的 nonce 被拒绝": changing(lambda said: said.method == GET and said.is_good),
        "3: 未知方法返回 UNKNOWN_METHOD": coded("igm.items.dance", "INVALID_PARAMETER"),
        "3: 不是 JSON 的正文返回 INVALID_PARAMETER": _told(
            lambda said: said.raw == b"{not json", {"code": "OK"}
        ),
        "3: 超过 50 件的批次返回 TOO_LARGE": changing(
            lambda said: said.text.count('"out_id"') == 51,
            lambda said: said.anew(json.dumps({"items": json.loads(said.raw)["items"][1:]}).encode()),
        ),
        "3: 应答带有每秒上限与余量": _without_limit,
    }


def _of_items():
    def one_version(old, new):
        def change(item):
            key = f"{item['key']}-{new}"
            return item | {"version": new, "key": key} if item["version"] == old else item

        return lambda said: said.with_items(change)

    return {
        "4: 合规商品被受理并上架": _first(
            lambda said: said.method == UPSERT and said.text.count('"out_id"') == 1, _results("stale")
        ),
        "4: 不认识的字段被忽略": _told(is_(UPSERT, "colour_of_the_box"), _results("refused")),
        "4: 重复的幂等键不再处理": _swapped(UPSERT, '"repeated"', '"accepted"'),
        "4: 旧版本晚到不覆盖新版本": changing(is_(UPSERT, "旧版"), one_version(2, 9)),
        "4: 只更新报价时内容不变": changing(
            is_(OFFER, "9900"),
            lambda said: said.anew(said.raw.replace(b": 9900,", b": 9800,").replace(b": 11138,", b": 11038,")),
        ),
        "4: 报价先到后，较旧的内容仍可补上": changing(is_(UPSERT, "补上的标题"), one_version(2, 1)),
        "4: 未上架商品的报价被拒绝": _swapped(OFFER, "UNKNOWN_ITEM", "BAD_ID"),
        "4: 下架后不再展示，重新上架需更高版本": changing(is_(UPSERT, '"version": 6,'), one_version(6, 3)),
        "4: 下架不存在的商品也算完成": _told(is_("igm.items.withdraw", "-unknown"), _results("refused")),
        "4: 一批中有错时，其余照常受理": changing(
            lambda said: is_(UPSERT, '"CN"')(said) and said.text.count('"out_id"') == 3,
            lambda said: said.with_items(lambda item: item | {"content": item["content"] | {"origin": "CN"}}),
        ),
        "4: 违反规则的内容按字段与代码逐项拒绝": changing(
            is_(UPSERT, "elsewhere"), lambda said: said.anew(said.raw.replace(b"https://elsewhere.example", SHOP.encode()))
        ),
        "4: 违反规则的价格与库存被拒绝": changing(
            is_(UPSERT, '"stock": -1'), lambda said: said.anew(said.raw.replace(b'"stock": -1', b'"stock": 1'))
        ),
        "5: 展示内容的摘要与所发一致": _digest_in_capitals("以及 한국어"),
        "5: 查询不到的编号列在 missing": answering(GET, lambda told: told | {"data": told["data"] | {"missing": []}}),
        "5: 列表翻页到底，且包含全部商品": _told(
            lambda said: said.method == LIST and '"category"' not in said.text,
            {"code": "OK", "data": {"items": [], "next_cursor": ""}},
        ),
        "5: 列表没有空的中间页": _with_a_gap,
        "6: 类目有编码、名称、上级与是否末级": answering("igm.categories.list", _orphaned),
        "5: 类目摘要与分页摘要和所列商品一致": _swapped("igm.items.digests", '"digest": "', '"digest": "0'),
        "4: 联调商品全部下架": _told(is_("igm.items.withdraw", '"version": 1000'), _results("refused")),
    }  # fmt: skip


def of_notices():
    """Those of section 8, the supplier's, fresh for a run."""
    return {
        "8: 签名正确的通知被接收": _first(lambda said: True, {"code": "INTERNAL"}),
        "8: 同一通知重复十次仍返回 OK": _tired(),
        "8: 较旧的通知晚到也返回 OK": _told(
            lambda said: '"updated_at": "2020' in said.text, {"code": "INVALID_PARAMETER"}
        ),
        "8: 签名错误的通知被拒绝": changing(lambda said: said.is_by("not-the-secret")),
        "8: 正文被改动的通知被拒绝": changing(
            lambda said: said.raw.endswith(b" "), lambda said: said.anew(said.raw.strip())
        ),
        "8: 过期的通知被拒绝": changing(lambda said: said.is_by() and not said.is_now),
        "8: 未知的 app_key 与方法被拒绝": _told(lambda said: said.method.endswith("danced"), {"code": "OK"}),
        "8: 格式不符的 nonce 返回 INVALID_PARAMETER": _told(
            lambda said: said.query["nonce"] == "short", {"code": "OK"}
        ),
        "8: 重放的通知被拒绝": changing(lambda said: said.is_good and len(said.query["nonce"]) == 32),
        "8: 不是订单的正文返回 INVALID_PARAMETER": _told(lambda said: said.raw == b"[]", {"code": "OK"}),
    }


def _results(result):
    row = {"result": result, "errors": [{"code": "KIT", "field": ""}]}
    return {"code": "OK", "data": {"results": [row]}}


def _told(when, envelope):
    """A lie of our own making, without asking."""

    def lie(call, ask):
        return Reply(200, json.dumps(envelope).encode()) if when(Request(call)) else ask(call)

    return lie


def _first(when, envelope):
    """The same, to the first request alone that is `when`."""
    met = []

    def lie(call, ask):
        if met or not when(Request(call)):
            return ask(call)
        met.append(call)
        return Reply(200, json.dumps(envelope).encode())

    return lie


def _swapped(method, old, new):
    return answering(method, lambda told: json.loads(json.dumps(told).replace(old, new)))


def _without_limit(call, ask):
    reply = ask(call)
    named = ("X-RateLimit-Limit", "X-RateLimit-Remaining")
    return Reply(
        reply.status, reply.body, {name: reply.headers[name] for name in reply.headers if name not in named}
    )


def _orphaned(told):
    rows = [row | ({"parent": "gone"} if row["leaf"] else {}) for row in told["data"]["categories"]]
    return told | {"data": {"categories": rows}}


def _digest_in_capitals(word):
    numbers = []

    def change(told):
        for item in told["data"].get("items", []):
            if item["out_id"] in numbers and item["shown"]:
                item["shown"]["content_digest"] = item["shown"]["content_digest"].upper()
        return told

    lie_of_get = answering(GET, change)

    def lie(call, ask):
        if word in Request(call).text:
            numbers.append(json.loads(call.raw)["items"][0]["out_id"])
        return lie_of_get(call, ask)

    return lie


def _tired():
    times = {}

    def lie(call, ask):
        times[call.raw] = times.get(call.raw, 0) + 1
        return Reply(200, b'{"code": "BUSY"}') if times[call.raw] > 5 else ask(call)

    return lie
