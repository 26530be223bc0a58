"""Section 4: goods, their versions, the idempotency key."""

import secrets

from partners.conformance.checks import Book, expect
from partners.conformance.ningbo.asked import OFF, OFFER, PUT, Goods

BOOK = Book()
promise = BOOK.promise


@promise("4", "合规商品经回执生效并上架", "규칙에 맞는 상품은 수신증으로 반영되고 진열된다")
def applied(mall):
    goods = mall.goods()
    expect("结果", mall.result(goods), "applied")
    expect("状态", mall.seen(goods.number)["State"], "shown")


@promise("4", "有误的商品也先收下，错在回执里说明", "틀린 상품도 먼저 받고, 잘못은 수신증에서 말한다")
def taken_in_first(mall):
    number = mall.put(mall.goods(Origin="CHN"))
    expect("结果", mall.receipt(number)[0]["Result"], "refused")


@promise("4", "相同 MessageId 只处理一次，回执号不变", "같은 MessageId는 한 번만 처리하고 수신증 번호도 같다")
def repeated_id(mall):
    goods, name = mall.goods(), secrets.token_hex(16)
    first = mall.put(goods, MessageId=name)
    mall.receipt(first)
    other = mall.goods(2, goods.number, GoodsName="另一个名称 精华液")
    expect("第二次的 ReceiptNo", mall.put(other, MessageId=name), first)
    expect("展示的内容", mall.digests(goods.number)[0], goods.digests()[0])


@promise("4", "同一版本另发一次答 repeated", "같은 버전을 다시 보내면 repeated")
def repeated_version(mall):
    goods = mall.goods()
    mall.told(goods)
    expect("结果", mall.result(goods), "repeated")


@promise("4", "旧版本晚到答 stale，不覆盖新版本", "늦게 온 옛 버전은 stale이고 새 버전을 덮지 않는다")
def newest_wins(mall):
    newer = mall.goods(3)
    mall.told(newer)
    late = mall.told(mall.goods(2, newer.number, GoodsName="旧版 精华液"))[0]
    expect("结果", (late["Result"], late.get("HeldVersion")), ("stale", "3"))
    expect("展示的内容", mall.digests(newer.number)[0], newer.digests()[0])


@promise("4", "只更新报价时内容不变", "가격·재고만 바꾸면 내용은 그대로다")
def offer_alone(mall):
    goods = mall.goods()
    mall.told(goods)
    quick = mall.goods(2, goods.number, sku={"SalePrice": "99.00", "TaxedPrice": "111.38"})
    expect("结果", mall.result(quick, OFFER), "applied")
    expect("摘要", mall.digests(goods.number), (goods.digests()[0], quick.digests()[1]))


@promise("4", "报价先到后，较旧的内容仍可补上", "가격이 먼저 와도 그보다 옛 내용은 받아들인다")
def content_after_offer(mall):
    goods = mall.goods()
    mall.told(goods)
    quick = mall.goods(3, goods.number, sku={"Stock": "7"})
    mall.told(quick, kind=OFFER)
    late = mall.goods(2, goods.number, GoodsName="补上的名称 精华液")
    expect("结果", mall.result(late), "applied")
    expect("摘要", mall.digests(goods.number), (late.digests()[0], quick.digests()[1]))


@promise("4", "商城没有的商品的报价被拒绝（4113）", "없는 상품의 가격은 거절한다(4113)")
def offer_of_unknown(mall):
    found = mall.told(Goods(f"KIT-{mall.run}-none", 1, offer=mall.goods().offer), kind=OFFER)[0]
    expect("结果", (found["Result"], found.get("Code")), ("refused", "4113"))


@promise("4", "下架后不再展示，重新上架需更高版本", "내린 상품은 사라지고, 더 높은 버전으로만 돌아온다")
def taken_off(mall):
    goods = mall.goods()
    mall.told(goods)
    expect("结果", mall.result(Goods(goods.number, 5), OFF), "applied")
    expect("状态", mall.seen(goods.number)["State"], "off")
    expect("晚到的旧版本", mall.result(mall.goods(4, goods.number)), "stale")
    expect("较新的版本", mall.result(mall.goods(6, goods.number)), "applied")
    expect("状态", mall.seen(goods.number)["State"], "shown")


@promise(
    "4",
    "下架没有的商品也生效，此前的旧版本不再上架",
    "없는 상품을 내리는 것도 반영되고, 그 앞의 버전은 오르지 않는다",
)
def off_before_put(mall):
    number = mall.goods().number
    expect("结果", mall.result(Goods(number, 5), OFF), "applied")
    expect("其后到的旧版本", mall.result(mall.goods(4, number)), "stale")


@promise("4", "一个报文中有错时，其余商品照常生效", "한 전문에 틀린 것이 있어도 나머지는 반영된다")
def half_a_message(mall):
    found = mall.told(mall.goods(), mall.goods(Origin="CHN"), mall.goods(), kind=PUT)
    expect("结果", [row["Result"] for row in found], ["applied", "refused", "applied"])
