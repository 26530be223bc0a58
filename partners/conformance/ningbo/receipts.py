"""Section 5: receipts."""

from partners.conformance.checks import Book, Differs, NotAsked, expect

BOOK = Book()
promise = BOOK.promise


@promise("5", "早取的回执为 waiting，不含商品", "일찍 찾은 수신증은 waiting이고 상품이 없다")
def early(mall):
    number = mall.put(mall.goods())
    state, items = mall.receipts(number)[number]
    if state not in ("waiting", "done"):
        raise Differs(f"立即查询时为 {state!r}")
    expect("件数", len(items), 0 if state == "waiting" else 1)


@promise(
    "5", "回执在 300 秒内出具，逐件列出货号与版本", "수신증은 300초 안에 나오고 상품마다 번호와 버전이 있다"
)
def one_item_each(mall):
    goods = [mall.goods(version) for version in (1, 2, 3)]
    found = {(item["GoodsNo"], item["Version"]) for item in mall.receipt(mall.put(*goods))}
    expect("货号与版本", found, {(one.number, str(one.version)) for one in goods})


@promise("5", "生效的商品带有商城编号", "반영된 상품에는 상점 번호가 있다")
def goods_id(mall):
    expect("有 GoodsId", bool(mall.told(mall.goods())[0].get("GoodsId")), True)


@promise("5", "回执可反复读取，内容不变", "수신증은 몇 번이고 읽을 수 있고 바뀌지 않는다")
def read_again(mall):
    number = mall.put(mall.goods())
    first = mall.receipt(number)
    for turn in ("第二次", "第三次"):
        expect(turn, mall.receipts(number)[number], ("done", first))


@promise("5", "一次可取多个回执", "한 번에 여러 수신증을 읽을 수 있다")
def several(mall):
    numbers = [mall.put(mall.goods()) for _ in range(3)]
    wanted = {number: ("done", mall.receipt(number)) for number in numbers}
    expect("一并取的回执", mall.receipts(*numbers), wanted)


@promise("5", "没有的回执为 unknown", "없는 수신증은 unknown")
def unknown(mall):
    expect("状态", mall.receipts("KIT-none")["KIT-none"], ("unknown", []))


@promise("5", "回执保存 7 天", "수신증은 7일 동안 남는다")
def late(mall):
    number = mall.chosen.receipt
    if not number:
        made = mall.put(mall.goods())
        raise NotAsked(f"需要最近 7 天的回执：--receipt 回执号（例如明天用 {made}）")
    expect(f"{number} 的状态", mall.receipts(number)[number][0], "done")
