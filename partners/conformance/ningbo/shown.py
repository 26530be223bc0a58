"""Sections 6 and 7: what the mall shows, its categories."""

from partners.conformance.checks import Book, Differs, expect
from partners.conformance.ningbo.asked import OFF, OFFER, Goods, values
from partners.conformance.ningbo.client import md5, xml

BOOK = Book()
promise = BOOK.promise


@promise("6", "展示内容的摘要与所发一致", "보여 주는 내용의 다이제스트가 보낸 것과 같다")
def digests(mall):
    goods = mall.goods(Description='空格 与 <尖括号> & 引号"\n以及 한국어', GoodsNameKo="")
    mall.told(goods)
    expect("摘要", mall.digests(goods.number), goods.digests())


@promise("6", "版本为内容与报价中较高者", "버전은 내용과 가격 가운데 높은 것이다")
def version(mall):
    goods = mall.goods()
    mall.told(goods)
    mall.told(mall.goods(4, goods.number), kind=OFFER)
    expect("版本", mall.seen(goods.number)["Version"], "4")


@promise("6", "未展示的商品摘要为空", "진열하지 않는 상품의 다이제스트는 비어 있다")
def nothing_shown(mall):
    goods = mall.goods()
    mall.told(goods)
    mall.told(Goods(goods.number, 2), kind=OFF)
    expect("摘要", mall.digests(goods.number), ("", ""))


@promise("6", "商城没有的商品不在查询结果中", "없는 상품은 조회 결과에 없다")
def left_out(mall):
    goods = mall.goods()
    mall.told(goods)
    rows = mall.done("GOODS_QUERY", xml("GoodsNo", "KIT-none") + xml("GoodsNo", goods.number)).findall(
        "Goods"
    )
    expect("商品", [values(row)["GoodsNo"] for row in rows], [goods.number])


@promise(
    "6", "列表按货号翻页到底，且包含全部商品", "목록은 상품 번호 순서로 끝까지 넘길 수 있고 모든 상품이 있다"
)
def listing(mall):
    wanted = [mall.goods() for _ in range(3)]
    mall.told(*wanted)
    numbers = [one.findtext("GoodsNo", "") for body in _pages(mall) for one in body.findall("Goods")]
    if lost := [one.number for one in wanted if one.number not in numbers]:
        raise Differs(f"已生效，却不在列表中：{lost}")
    expect("按货号排列，各一次", numbers, sorted(set(numbers)))


@promise("6", "列表没有空的中间页", "목록 중간에 빈 페이지가 없다")
def no_page_is_empty(mall):
    empty = [body.findtext("Next") for body in _pages(mall) if body.find("Goods") is None]
    if gaps := [after for after in empty if after]:
        raise Differs(f"末页之前有空页，其 Next 为 {gaps}")


def _pages(mall):
    """The list, page by page. Raises `Differs` where it has no end."""
    after, given = "", set()
    while after not in given:
        given.add(after)
        body = mall.done("GOODS_LIST", xml("After", after))
        yield body
        after = body.findtext("Next", "")
        if not after:
            return
    raise Differs(f"Next {after!r} 重复出现，列表没有尽头")


@promise("6", "类目摘要与分页摘要和所列商品一致", "카테고리와 쪽의 다이제스트가 목록의 상품과 같다")
def digests_of_pages(mall):
    goods = mall.goods()
    mall.told(goods)
    mall.seen(goods.number)
    code = xml("CategoryCode", mall.leaf())
    lines, met = "", set()
    for page in map(values, mall.done("DIGEST_LIST", code).findall("Digest")):
        asked = xml("After", "") + code + xml("First", page["First"]) + xml("Last", page["Last"])
        rows = [values(row) for row in mall.done("GOODS_LIST", asked).findall("Goods")]
        there = [row for row in rows if row["ContentDigest"]]
        some = "".join(f"{row['GoodsNo']} {row['ContentDigest']} {row['OfferDigest']}\n" for row in there)
        expect(
            f"{page['First']} 至 {page['Last']} 的摘要",
            (page["Count"], page["Value"]),
            (str(len(there)), md5(some)),
        )
        lines += some
        met |= {row["GoodsNo"] for row in there}
    expect("联调商品在其中一页", goods.number in met, True)
    whole = map(values, mall.done("DIGEST_LIST", xml("CategoryCode", "")).findall("Digest"))
    found = {row["CategoryCode"]: row["Value"] for row in whole}
    expect(f"{mall.leaf()} 的摘要", found.get(mall.leaf()), md5(lines))


@promise("7", "类目编码两位，末级四位，上级存在", "카테고리 코드는 두 자리, 말단은 네 자리이고 상위가 있다")
def categories(mall):
    rows = [values(row) for row in mall.done("CATEGORY_LIST").findall("Category")]
    codes = [row["CategoryCode"] for row in rows]
    expect("代码，各一次", len(set(codes)), len(codes))
    for row in rows:
        code, parent = row["CategoryCode"], row["Parent"]
        is_right = code.isdigit() and row["Name"] and parent == ("" if len(code) == 2 else code[:2])
        if len(code) not in (2, 4) or not is_right or (parent and parent not in codes):
            raise Differs(f"类目与约定不符：{row!r}")
