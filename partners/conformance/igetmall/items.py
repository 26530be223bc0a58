"""Sections 4 to 6: items, what is shown of them, categories."""

from partners.conformance.checks import Book, Differs, expect
from partners.conformance.igetmall.asked import GET, OFFER, UPSERT, WITHDRAW, without
from partners.conformance.igetmall.client import digest, sha256

BOOK = Book()
promise = BOOK.promise


@promise("4", "合规商品被受理并上架", "규칙에 맞는 상품은 받아서 진열한다")
def accepted(mall):
    item = mall.item()
    expect("结果", mall.result(UPSERT, item), "accepted")
    expect("状态", mall.seen(item["out_id"])["state"], "shown")


@promise("4", "不认识的字段被忽略", "모르는 필드는 무시한다")
def unknown_field(mall):
    expect("结果", mall.result(UPSERT, mall.item(colour_of_the_box="red")), "accepted")


@promise("4", "重复的幂等键不再处理", "같은 멱등 키는 다시 처리하지 않는다")
def repeated(mall):
    item = mall.item()
    mall.one(UPSERT, item)
    expect("结果", mall.result(UPSERT, item), "repeated")


@promise("4", "旧版本晚到不覆盖新版本", "늦게 온 옛 버전은 새 버전을 덮지 않는다")
def newest_wins(mall):
    newer = mall.item(3)
    mall.one(UPSERT, newer)
    late = mall.one(UPSERT, mall.item(2, newer["out_id"], title="旧版 精华液"))
    expect("结果", (late["result"], late.get("held_version")), ("stale", 3))
    shown = mall.seen(newer["out_id"])["shown"]
    expect("展示的内容", shown["content_digest"], digest(newer["content"]))


@promise("4", "只更新报价时内容不变", "가격·재고만 바꾸면 내용은 그대로다")
def offer_alone(mall):
    item = mall.item()
    mall.one(UPSERT, item)
    quick = without(mall.item(2, item["out_id"]), "content")
    quick["offer"]["skus"][0] |= {"price_fen": 9900, "landed_fen": 9900 + 1238}
    expect("结果", mall.result(OFFER, quick), "accepted")
    shown = mall.seen(item["out_id"])["shown"]
    found = shown["content_digest"], shown["offer_digest"]
    expect("摘要", found, (digest(item["content"]), digest(quick["offer"])))


@promise("4", "报价先到后，较旧的内容仍可补上", "가격이 먼저 와도 그보다 옛 내용은 받아들인다")
def content_after_offer(mall):
    item = mall.item(1)
    mall.one(UPSERT, item)
    mall.one(OFFER, without(mall.item(3, item["out_id"]), "content"))
    late = mall.item(2, item["out_id"], title="补上的标题 精华液")
    expect("结果", mall.result(UPSERT, late), "accepted")
    expect("内容", mall.seen(item["out_id"])["shown"]["content_digest"], digest(late["content"]))


@promise("4", "未上架商品的报价被拒绝", "없는 상품의 가격은 거절한다")
def offer_of_unknown(mall):
    found = mall.one(OFFER, without(mall.item(), "content"))
    expect("结果", (found["result"], found["errors"][0]["code"]), ("refused", "UNKNOWN_ITEM"))


@promise("4", "下架后不再展示，重新上架需更高版本", "내린 상품은 사라지고, 더 높은 버전으로만 돌아온다")
def withdrawn(mall):
    item = mall.item(1)
    mall.one(UPSERT, item)
    name = {"out_id": item["out_id"], "version": 5, "key": f"kit:{item['out_id']}:5"}
    expect("结果", mall.result(WITHDRAW, name), "accepted")
    expect("状态", mall.seen(item["out_id"])["state"], "withdrawn")
    expect("晚到的旧版本", mall.result(UPSERT, mall.item(4, item["out_id"])), "stale")
    expect("较新的版本", mall.result(UPSERT, mall.item(6, item["out_id"])), "accepted")
    expect("状态", mall.seen(item["out_id"])["state"], "shown")


@promise("4", "下架不存在的商品也算完成", "없는 상품을 내리는 것도 완료로 답한다")
def withdraw_unknown(mall):
    name = f"KIT-{mall.run}-unknown"
    found = mall.one(WITHDRAW, {"out_id": name, "version": 1, "key": f"kit:{name}:1"})
    expect("结果", found["result"], "accepted")


@promise("4", "一批中有错时，其余照常受理", "묶음에 틀린 것이 있어도 나머지는 받는다")
def half_a_batch(mall):
    found = mall.put(UPSERT, mall.item(), mall.item(origin="CN"), mall.item())
    expect("结果", [row["result"] for row in found], ["accepted", "refused", "accepted"])


@promise("5", "展示内容的摘要与所发一致", "보여 주는 내용의 다이제스트가 보낸 것과 같다")
def digests(mall):
    item = mall.item(description='空格 与 "引号" / 斜线 \\ 换行\n以及 한국어')
    mall.one(UPSERT, item)
    shown = mall.seen(item["out_id"])["shown"]
    found = shown["content_digest"], shown["offer_digest"]
    expect("摘要", found, (digest(item["content"]), digest(item["offer"])))


@promise("5", "查询不到的编号列在 missing", "없는 번호는 missing에 나온다")
def missing(mall):
    expect("missing 所列", mall.data(GET, {"out_ids": ["KIT-none"]})["missing"], ["KIT-none"])


@promise("5", "列表翻页到底，且包含全部商品", "목록은 끝까지 넘길 수 있고 모든 상품이 있다")
def listing(mall):
    item = mall.item()
    mall.one(UPSERT, item)
    if item["out_id"] not in {row["out_id"] for page in _pages(mall) for row in page["items"]}:
        raise Differs(f"{item['out_id']} 已受理，却不在列表中")


@promise("5", "列表没有空的中间页", "목록 중간에 빈 페이지가 없다")
def no_page_is_empty(mall):
    if gaps := [page["next_cursor"] for page in _pages(mall) if page["next_cursor"] and not page["items"]]:
        raise Differs(f"末页之前有空页，其 next_cursor 为 {gaps}")


def _pages(mall):
    """The list, page by page. Raises `Differs` where it has no end."""
    cursor, given = "", set()
    while cursor not in given:
        given.add(cursor)
        page = mall.data("igm.items.list", {"cursor": cursor, "page_size": 100})
        yield page
        cursor = page["next_cursor"]
        if not cursor:
            return
    raise Differs(f"next_cursor {cursor!r} 重复出现，列表没有尽头")


@promise("6", "类目有编码、名称、上级与是否末级", "카테고리에 코드·이름·상위·말단 여부가 있다")
def categories(mall):
    rows = mall.data("igm.categories.list", {})["categories"]
    for row in rows:
        if not {"code", "name", "parent", "leaf"} <= row.keys():
            raise Differs(f"类目缺少字段：{row!r}")
    codes = {row["code"] for row in rows}
    if lost := [row["parent"] for row in rows if row["parent"] and row["parent"] not in codes]:
        raise Differs(f"上级不在类目中：{lost}")


@promise("5", "类目摘要与分页摘要和所列商品一致", "카테고리와 쪽의 다이제스트가 목록의 상품과 같다")
def digests_of_pages(mall):
    item = mall.item()
    mall.one(UPSERT, item)
    mall.seen(item["out_id"])
    code, method = item["content"]["category"], "igm.items.digests"
    pages = mall.data(method, {"category": code, "page_size": 2})["digests"]
    lines, met = "", set()
    for page in pages:
        body = {
            "cursor": "",
            "page_size": 100,
            "category": code,
            "first": page["first"],
            "last": page["last"],
        }
        some = ""
        for row in mall.data("igm.items.list", body)["items"]:
            if row["shown"]:
                met.add(row["out_id"])
                some += f"{row['out_id']} {row['shown']['content_digest']} {row['shown']['offer_digest']}\n"
        expect(f"{page['first']} 至 {page['last']} 的摘要", page["digest"], sha256(some))
        lines += some
    expect("联调商品在其中一页", item["out_id"] in met, True)
    whole = {row["category"]: row["digest"] for row in mall.data(method, {"category": ""})["digests"]}
    expect(f"{code} 的摘要", whole[code], sha256(lines))
