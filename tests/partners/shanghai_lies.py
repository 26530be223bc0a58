"""Requests and answers of docs/partners/shanghai.md, told otherwise; lies about sections 2 and 3, which both sides keep."""

import gzip
import json
import re
import time
from itertools import groupby

from tests.partners.feed_reader import KEY, SECRET, authorization, mac, sha
from tests.partners.liar import Call, Reply


class Request:
    """What a call says."""

    def __init__(self, call):
        self.call, self.path, self.raw = call, call.path, call.raw
        self.given = call.headers.get("Authorization", "")
        fields = dict(part.strip().partition("=")[::2] for part in self.given.partition(" ")[2].split(","))
        self.key, self.nonce, self.sign = (fields.get(name, "") for name in ("key", "nonce", "sign"))
        self.at = int(fields.get("time", "0"))

    def is_by(self, secret=SECRET, method="", path=""):
        text = "\n".join(
            [method or self.call.method, path or self.path, self.key, str(self.at), self.nonce, sha(self.raw)]
        )
        return self.sign == mac(text, secret)

    @property
    def is_good(self):
        is_now = abs(time.time() - self.at) < 600
        return self.is_by() and is_now and re.fullmatch("[A-Za-z0-9]{16,64}", self.nonce) and self.key == KEY


def anew(call, path="", raw=None):
    """The call signed anew, perhaps to another address."""
    path, raw = path or call.path, call.raw if raw is None else raw
    sign = authorization(path, method=call.method, body=raw)
    return Call(call.method, path, raw, call.headers | {"Authorization": sign})


def sealed(call, body, reply, back=0):
    """The reply with another body, sealed, so many seconds ago; without it where the reader has that already."""
    at, digest = str(int(time.time()) - back), sha(body)
    seal = {"X-PJ-Digest": digest, "X-PJ-Time": at, "X-PJ-Sign": mac(f"{call.path}\n{at}\n{digest}")}
    headers = {name: text for name, text in reply.headers.items() if name != "Content-Encoding"} | seal
    if "ETag" in headers:
        headers["ETag"] = f'"{digest}"'
    if headers.get("ETag", "") == call.headers.get("If-None-Match"):
        return Reply(304, b"", headers)
    return Reply(reply.status, body, headers)


def plain(reply):
    return gzip.decompress(reply.body) if reply.headers.get("Content-Encoding") == "gzip" else reply.body


def refusal(status, code, headers=None, **more):
    return Reply(status, json.dumps({"code": code, "message": "", **more}).encode(), headers or {})


def changing(when, change=anew):
    """A lie that asks otherwise, where a request is `when`."""
    return lambda call, ask: ask(change(call) if when(Request(call)) else call)


def answering(when, change):
    """A lie that changes what is answered to a request that is `when`: `change(call, reply)`."""

    def lie(call, ask):
        reply = ask(call)
        return change(call, reply) if when(Request(call)) else reply

    return lie


def saying(when, change):
    """A lie in the JSON of good answers to requests that are `when`: `change` makes another value of it."""

    def lie(call, ask):
        reply = ask(call)
        if reply.status != 200 or not when(Request(call)):
            return reply
        body = json.dumps(
            change(json.loads(plain(reply))), ensure_ascii=False, separators=(",", ":")
        ).encode()
        return sealed(call, body, reply)

    return lie


def to(path):
    return lambda said: said.path.startswith(path)


def of_transport(probe, missing):
    """Those of sections 2 and 3, which both sides keep."""
    is_probe = lambda said: said.path == probe  # noqa: E731
    return {
        "2: 重复使用的 nonce 被拒绝": changing(lambda said: is_probe(said) and said.is_good),
        "2: 签名正确的请求被受理": answering(
            lambda said: len(said.nonce) == 64, lambda call, reply: refusal(400, "INVALID_PARAMETER")
        ),
        "2: 签名错误的请求被拒绝": changing(lambda said: said.is_by("not-the-secret")),
        "2: 签名含方法、路径与参数，改动即被拒绝": changing(
            lambda said: said.path == f"{probe}?kit=1", lambda call: anew(call, probe)
        ),
        "2: 没有签名的请求返回 INVALID_PARAMETER": changing(lambda said: not said.given),
        "2: 未知的 key 返回 INVALID_KEY": changing(lambda said: said.key == "nobody-00000"),
        "2: 时间偏差 9 分钟可受理，11 分钟被拒绝（前后相同）": changing(
            lambda said: is_probe(said) and said.is_by() and abs(time.time() - said.at) > 600
        ),
        "2: 格式不符的 nonce 返回 INVALID_PARAMETER": changing(lambda said: said.nonce == "short"),
        "2: 应答带有摘要与签名，十分钟内签发": answering(
            is_probe,
            lambda call, reply: (
                sealed(call, plain(reply), reply, back=3600) if reply.status == 200 else reply
            ),
        ),
        "1: 错误应答为 JSON，带 code 与 message，不签名": answering(
            lambda said: said.path == missing, lambda call, reply: sealed(call, reply.body, reply)
        ),
        "3: 不存在的地址返回 NOT_FOUND": answering(
            lambda said: said.path == missing,
            lambda call, reply: refusal(400, "INVALID_PARAMETER", reply.headers),
        ),
    }


def canonical(part):
    return json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def summed(whole):
    """A manifest whose digests of categories and of the whole are those of its pages."""
    categories = []
    for category, some in groupby(whole["pages"], key=lambda page: page["category"]):
        pages = list(some)
        digest = sha("".join(f"{page['page']}\t{page['digest']}\n" for page in pages).encode())
        items = sum(page["items"] for page in pages)
        categories.append({"category": category, "items": items, "digest": digest})
    lines = "".join(f"{one['category']}\t{one['digest']}\n" for one in categories)
    return whole | {"categories": categories, "digest": sha(lines.encode())}
