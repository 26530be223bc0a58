"""What the supplier of docs/partners/shanghai.md could do otherwise: a lie for each check of the feed."""

import gzip
import json
import re
from dataclasses import replace

from tests.partners.feed_reader import FEED, sha
from tests.partners.shanghai_lies import (
    Request,
    anew,
    answering,
    canonical,
    changing,
    of_transport,
    plain,
    refusal,
    saying,
    sealed,
    summed,
    to,
)


def of_feed():
    """Those of the supplier's side: those about items inmost, since digests are made of
    them, those that take a seal away outmost, since all others put one on."""
    manifest, parts, changes = to(f"{FEED}/manifest"), to(f"{FEED}/parts/"), to(f"{FEED}/changes")
    return {
        "4: 内容都合规则": of_items(
            lambda item: item | {"content": item["content"] | {"title": f"免税 {item['content']['title']}"}}
        ),
        "4: 报价都合规则，规格与内容一致": of_items(
            lambda item: item | {"offer": _one_fen_more(item["offer"])}
        ),
        "1: 只在对方接受时压缩，摘要按压缩前计算": answering(
            parts,
            lambda call, reply: (
                replace(
                    reply,
                    body=gzip.compress(plain(reply)),
                    headers=reply.headers | {"Content-Encoding": "gzip"},
                )
                if reply.status == 200
                else reply
            ),
        ),
        "4: 清单列出各页，件数逐级相符，每页至多 200 件": saying(
            manifest, lambda whole: whole | {"items": whole["items"] + 1}
        ),
        "4: 分片地址即其字节的 SHA-256，字节数相符": saying(
            manifest,
            lambda whole: whole | {"pages": [page | {"bytes": page["bytes"] + 1} for page in whole["pages"]]},
        ),
        "4: 分片每行一件，按 out_id 排序，页码相符": saying(
            manifest,
            lambda whole: summed(
                whole | {"pages": [page | {"page": page["page"] + 1} for page in whole["pages"]]}
            ),
        ),
        "2: 取分片可重复使用 nonce": _replayed(parts),
        "5: 页、类目与全部的摘要和商品一致": saying(manifest, lambda whole: whole | {"digest": "0" * 64}),
        "3: 40 次以内的突发不受限": _limited(f"{FEED}/manifest", range(30, 41)),
        "4: 增量按序号排列，每件一次，至多 500 件": saying(
            changes, lambda some: some | {"changes": some["changes"][::-1]}
        ),
        "4: 全量等于增量之和": saying(changes, _without_the_first_state),
        "4: 墓碑只有编号、版本与序号，且不在全量中": saying(
            changes,
            lambda some: (
                some
                | {
                    "changes": [
                        item | ({"title": ""} if item.get("removed") else {}) for item in some["changes"]
                    ]
                }
            ),
        ),
        "4: 序号超前返回 TOO_FAR_BEHIND": changing(
            lambda said: re.search(r"since=\d{7}", said.path),
            lambda call: anew(call, f"{FEED}/changes?since=0"),
        ),
        "4: 格式不符的序号返回 INVALID_PARAMETER": changing(
            lambda said: said.path.endswith("since=-1"), lambda call: anew(call, f"{FEED}/changes?since=0")
        ),
        **of_transport(f"{FEED}/manifest", f"{FEED}/parts/{'0' * 64}"),
        "4: 清单未变时凭 ETag 返回 304，仍带摘要与签名": _unsealed(manifest),
        "4: 没有更新时增量为空，凭 ETag 返回 304": _unsealed(changes),
    }


def of_items(change):
    """A lie about items that is told alike in parts, manifest and changes, all digests right."""
    known = {}  # part as it is told -> as it is

    def told(raw):
        items = [change(json.loads(line)) for line in raw.decode().splitlines()]
        lines = (json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items)
        return items, "".join(f"{line}\n" for line in lines).encode()

    def page_of(call, ask, page):
        items, raw = told(plain(ask(anew(call, f"{FEED}/parts/{page['part']}"))))
        known[sha(raw)] = page["part"]
        rows = [
            "\t".join(
                [
                    item["out_id"],
                    str(item["version"]),
                    *(sha(canonical(item[part])) for part in ("content", "offer")),
                ]
            )
            for item in items
        ]
        state = sha("".join(f"{row}\n" for row in rows).encode())
        return page | {"part": sha(raw), "bytes": len(raw), "digest": state}

    def lie(call, ask):
        digest = call.path.rpartition("/")[2]
        if digest in known:
            reply = ask(anew(call, f"{FEED}/parts/{known[digest]}"))
            return sealed(call, told(plain(reply))[1], reply) if reply.status == 200 else reply
        asked = {name: value for name, value in call.headers.items() if name != "If-None-Match"}
        reply = ask(replace(call, headers=asked))
        if reply.status != 200 or digest.partition("?")[0] not in ("manifest", "changes"):
            return reply
        value = json.loads(plain(reply))
        if digest == "manifest":
            value = summed(value | {"pages": [page_of(call, ask, page) for page in value["pages"]]})
        else:
            states = [item if item.get("removed") else change(item) for item in value["changes"]]
            value |= {"changes": states}
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return sealed(call, body, reply)

    return lie


def _unsealed(when):
    def change(_call, reply):
        return replace(reply, headers={"ETag": reply.headers["ETag"]}) if reply.status == 304 else reply

    return answering(when, change)


def _replayed(when):
    met = set()

    def lie(call, ask):
        said = Request(call)
        is_met = said.nonce in met
        met.add(said.nonce)
        return refusal(401, "REPLAYED_NONCE") if when(said) and is_met else ask(call)

    return lie


def _limited(path, most):
    in_a_row = []

    def lie(call, ask):
        in_a_row.append(call)
        if call.path != path:
            in_a_row.clear()
        return refusal(429, "RATE_LIMITED") if len(in_a_row) in most else ask(call)

    return lie


def _one_fen_more(offer):
    return {"skus": [sku | {"landed_fen": sku["landed_fen"] + 1} for sku in offer["skus"]]}


def _without_the_first_state(some):
    at = next((at for at, item in enumerate(some["changes"][:-1]) if not item.get("removed")), None)
    return some if at is None else some | {"changes": some["changes"][:at] + some["changes"][at + 1 :]}
