"""Sections 6 and 7: the mall's export of what it shows, its categories."""

import json

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.shanghai.client import sha256

BOOK = Book()
promise = BOOK.promise
STATES = {"shown", "pending", "refused", "withdrawn", "removed"}
ITEM = {"out_id", "item_id", "state", "version", "content_digest", "offer_digest", "refusals"}


@promise("6", "汇总的件数逐级相符，并带有序号", "요약의 건수가 맞고 번호가 있다")
def summary(mall):
    whole = mall.data("/export/summary")
    expect("sequence 为数字", isinstance(whole["sequence"], int), True)
    found = {}
    for page in whole["pages"]:
        found[page["category"]] = found.get(page["category"], 0) + page["items"]
    expect("各类目的件数", found, {one["category"]: one["items"] for one in whole["categories"]})
    expect("件数", sum(found.values()), whole["items"])


@promise("6", "汇总的摘要逐级相符", "요약의 다이제스트가 맞는다")
def digests_of_the_summary(mall):
    whole = mall.data("/export/summary")
    for one in whole["categories"]:
        pages = sorted(
            (row["page"], row["digest"]) for row in whole["pages"] if row["category"] == one["category"]
        )
        lines = "".join(f"{number}\t{digest}\n" for number, digest in pages)
        expect(f"{one['category']} 的摘要", one["digest"], sha256(lines.encode()))
    above = sorted((one["category"], one["digest"]) for one in whole["categories"])
    lines = "".join(f"{category}\t{digest}\n" for category, digest in above)
    expect("全部的摘要", whole["digest"], sha256(lines.encode()))


@promise("6", "页中商品与汇总的摘要一致", "쪽의 상품이 요약의 다이제스트와 같다")
def pages(mall):
    for page in pages_there(mall):
        items = mall.data(f"/export/pages/{page['category']}/{page['page']}")["items"]
        rows = sorted(
            (item["out_id"], str(item["version"]), item["content_digest"], item["offer_digest"])
            for item in items
            if item["content_digest"] and item["offer_digest"]
        )
        lines = "".join("\t".join(row) + "\n" for row in rows)
        found = len(rows), sha256(lines.encode())
        expect(f"{page['category']}/{page['page']} 的件数与摘要", (page["items"], page["digest"]), found)


@promise("6", "商品字段齐全，被拒的说明原因", "상품에 빠진 것이 없고 거절에는 까닭이 있다")
def items(mall):
    for item in some_items(mall):
        if item["state"] not in STATES or not item.keys() >= ITEM:
            raise Differs(f"与约定不符：{item!r}")
        if (item["state"] == "refused") != bool(item["refusals"]):
            raise Differs(f"{item['out_id']} 为 {item['state']}，却带有 {item['refusals']!r}")
        for one in item["refusals"]:
            if one["part"] not in ("content", "offer") or not one["code"] or not one["message"]:
                raise Differs(f"{item['out_id']}：拒绝没有说明：{one!r}")


@promise("6", "按编号查询与页中一致，没有的不列出", "번호로 물은 것이 쪽과 같고 없는 것은 나오지 않는다")
def asked_by_number(mall):
    wanted = some_items(mall)[:50]
    found = ask(mall, [*(item["out_id"] for item in wanted), "KIT-none"])["items"]
    expect("件数", sorted(map(_figures, found)), sorted(map(_figures, wanted)))


@promise("6", "一次至多 500 个编号，超出返回 TOO_LARGE", "한 번에 500개까지, 넘으면 TOO_LARGE")
def too_many(mall):
    expect("500 个编号的商品", ask(mall, [f"KIT-{at}" for at in range(500)])["items"], [])
    body = json.dumps({"out_ids": [f"KIT-{at}" for at in range(501)]}).encode()
    expect("501 个编号的返回码", mall.code("/export/items", body), "TOO_LARGE")


@promise("6", "格式不符的正文返回 INVALID_PARAMETER", "틀린 본문은 INVALID_PARAMETER")
def malformed(mall):
    for body in (b"not JSON", b"[]", b"{}", b'{"out_ids": []}'):
        expect(f"{body!r} 的返回码", mall.code("/export/items", body), "INVALID_PARAMETER")


@promise("2", "正文被改动的请求被拒绝", "본문이 바뀐 요청은 거절한다")
def changed_body(mall):
    sign = mall.authorization("/export/items", b'{"out_ids": ["KIT-a"]}')
    found = mall.code("/export/items", b'{"out_ids": ["KIT-b"]}', signed=sign)
    expect("返回码", found, "INVALID_SIGNATURE")


@promise("1", "超过 1 MiB 的正文返回 TOO_LARGE", "1 MiB가 넘는 본문은 TOO_LARGE")
def large_body(mall):
    body = json.dumps({"out_ids": ["KIT-none"], "note": " " * (1 << 20)}).encode()
    expect("返回码", mall.code("/export/items", body), "TOO_LARGE")


@promise("7", "类目有编码、名称、上级与是否末级", "카테고리에 코드·이름·상위·말단 여부가 있다")
def categories(mall):
    rows = mall.data("/export/categories")["categories"]
    for row in rows:
        if not {"code", "name", "parent", "leaf"} <= row.keys():
            raise Differs(f"类目缺少字段：{row!r}")
    codes = {row["code"] for row in rows}
    if lost := [row["parent"] for row in rows if row["parent"] and row["parent"] not in codes]:
        raise Differs(f"上级不在类目中：{lost}")


def ask(mall, out_ids: list[str]) -> dict:
    return mall.data("/export/items", json.dumps({"out_ids": out_ids}).encode())


def pages_there(mall) -> list[dict]:
    """Pages of the summary. Raises `NotAsked` where nothing is shown."""
    found = mall.data("/export/summary")["pages"]
    if not found:
        raise NotAsked("商城没有在架商品，请先让它读取数据")
    return found


def some_items(mall) -> list[dict]:
    """Items of the first page."""
    page = pages_there(mall)[0]
    return mall.data(f"/export/pages/{page['category']}/{page['page']}")["items"]


def _figures(item: dict) -> tuple:
    return item["out_id"], item["state"], item["version"], item["content_digest"], item["offer_digest"]
