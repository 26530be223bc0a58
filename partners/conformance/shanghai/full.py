"""Sections 1, 4 and 5 of the feed: manifest and parts."""

from itertools import groupby

from partners.conformance.checks import Book, Differs, expect
from partners.conformance.shanghai import rules
from partners.conformance.shanghai.client import FEED, digest, sha256

BOOK = Book()
promise = BOOK.promise
MOST_ITEMS, BURST = 200, 40


@promise(
    "1", "只在对方接受时压缩，摘要按压缩前计算", "받는 쪽이 받을 때만 압축하고 다이제스트는 압축 전 것이다"
)
def compressed(feed):
    address = first_part(feed)
    plain = feed.read(address)
    expect("未要求压缩时的 Content-Encoding", feed.headers.get("Content-Encoding", "identity"), "identity")
    packed = feed.read(address, Accept_Encoding="gzip")
    expect("压缩前的正文", packed, plain)
    if (encoding := feed.headers.get("Content-Encoding", "identity")) not in ("gzip", "identity"):
        raise Differs(f"没有要求的 Content-Encoding：{encoding}")


@promise(
    "4",
    "清单未变时凭 ETag 返回 304，仍带摘要与签名",
    "목록이 그대로면 ETag로 304이고 다이제스트와 서명이 있다",
)
def not_modified(feed):
    not_sent_again(feed, feed.probe)


@promise("4", "清单列出各页，件数逐级相符，每页至多 200 件", "목록의 쪽과 건수가 맞고 한 쪽은 200건까지다")
def manifest(feed):
    whole, _pages = feed.pages()
    pages = whole["pages"]
    places = [(page["category"], page["page"]) for page in pages]
    expect("各页一次", len(set(places)), len(places))
    expect(f"每页至多 {MOST_ITEMS} 件", max(page["items"] for page in pages) <= MOST_ITEMS, True)
    found = {}
    for page in pages:
        found[page["category"]] = found.get(page["category"], 0) + page["items"]
    expect("各类目的件数", found, {one["category"]: one["items"] for one in whole["categories"]})
    expect("件数", sum(found.values()), whole["items"])


@promise(
    "4", "分片地址即其字节的 SHA-256，字节数相符", "조각의 주소는 그 바이트의 SHA-256이고 바이트 수가 맞다"
)
def parts(feed):
    for page in feed.pages()[0]["pages"]:
        raw = feed.part(page["part"])
        expect(
            f"{page['category']}/{page['page']} 的 SHA-256 与字节数",
            (sha256(raw), len(raw)),
            (page["part"], page["bytes"]),
        )


@promise("4", "分片每行一件，按 out_id 排序，页码相符", "조각은 줄마다 하나, out_id 순서이고 쪽이 맞다")
def items_of_parts(feed):
    met = set()
    for page, items in feed.pages()[1]:
        numbers = [item["out_id"] for item in items]
        place = f"{page['category']}/{page['page']}"
        expect(f"{place} 的 out_id", numbers, sorted(set(numbers) - met))
        expect(f"{place} 的件数", len(items), page["items"])
        expect(f"{place} 各商品的 page", {item["page"] for item in items}, {place})
        expect(
            f"{place} 各商品的 category", {item["content"]["category"] for item in items}, {page["category"]}
        )
        met |= set(numbers)


@promise("2", "取分片可重复使用 nonce", "조각을 읽을 때는 nonce를 다시 써도 된다")
def nonce_of_a_part(feed):
    address = first_part(feed)
    sign = feed.authorization(address)
    expect("返回码", [feed.code(address, signed=sign) for _ in range(2)], ["OK", "OK"])


@promise("5", "页、类目与全部的摘要和商品一致", "쪽과 카테고리, 전체의 다이제스트가 상품과 같다")
def digests(feed):
    whole, pages = feed.pages()
    for page, items in pages:
        rows = (
            "\t".join([item["out_id"], str(item["version"]), digest(item["content"]), digest(item["offer"])])
            for item in sorted(items, key=lambda item: item["out_id"])
        )
        found = sha256("".join(f"{row}\n" for row in rows).encode())
        expect(f"{page['category']}/{page['page']} 的摘要", page["digest"], found)
    by_number = sorted((page["category"], page["page"], page["digest"]) for page in whole["pages"])
    above = {
        category: sha256("".join(f"{number}\t{one}\n" for _category, number, one in some).encode())
        for category, some in groupby(by_number, key=lambda page: page[0])
    }
    expect("各类目的摘要", {one["category"]: one["digest"] for one in whole["categories"]}, above)
    lines = "".join(f"{category}\t{one}\n" for category, one in sorted(above.items()))
    expect("全部的摘要", whole["digest"], sha256(lines.encode()))


@promise("4", "内容都合规则", "내용이 모두 규칙에 맞는다")
def content_keeps_the_rules(feed):
    for item in feed.items()[1].values():
        if wrong := list(rules.of_content(item["content"], feed.shop_url)):
            raise Differs(f"{item['out_id']} 违反规则：{wrong}")


@promise("4", "报价都合规则，规格与内容一致", "가격이 모두 규칙에 맞고 규격이 내용과 같다")
def offers_keep_the_rules(feed):
    for item in feed.items()[1].values():
        wrong = list(rules.of_offer(item["offer"]))
        if rules.sku_ids(item["content"]) != rules.sku_ids(item["offer"]):
            wrong.append(("BAD_SKUS", "skus"))
        if wrong or not rules.ID.match(item["out_id"]):
            raise Differs(f"{item['out_id']} 违反规则：{wrong or 'BAD_ID'}")


@promise("3", "40 次以内的突发不受限", "40번까지 몰아서 읽어도 막지 않는다")
def burst(feed):
    answers = feed.at_once(lambda line: line.code(line.probe), BURST)
    expect("返回码", {code for code, _line in answers}, {"OK"})


def not_sent_again(feed, address: str) -> None:
    """Expect a 304 for what was just read, sealed; or the newer state, if it has changed meanwhile."""
    body = feed.read(address)
    etag = feed.headers.get("ETag", "")
    expect("ETag", etag, f'"{sha256(body)}"')
    said = feed.raw(address, If_None_Match=etag)
    if feed.status == 200 and sha256(said) != sha256(body):
        return
    expect("HTTP 状态码与正文", (feed.status, said), (304, b""))
    feed.check_seal(address, body)


def first_part(feed) -> str:
    return f"{FEED}/parts/{feed.pages()[0]['pages'][0]['part']}"
