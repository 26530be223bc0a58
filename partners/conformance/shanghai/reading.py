"""Sections 2 and 4 at the mall: how it reads a feed, which the kit plays for it."""

import time

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.shanghai.client import digest
from partners.conformance.shanghai.export import ask

BOOK = Book()
promise = BOOK.promise
READ_WITHIN = 120  # seconds; "every few seconds"
RULES = [  # what is wrong, the part and the field it is told at, the code
    ({"title": "无"}, {}, "content", "title", "BAD_TITLE"),
    ({"title": "serum without Chinese"}, {}, "content", "title", "BAD_TITLE"),
    ({"title": "免税 精华液"}, {}, "content", "title", "FORBIDDEN_WORD"),
    ({"brand": "长" * 121}, {}, "content", "brand", "TOO_LONG"),
    ({"description": "长" * 2001}, {}, "content", "description", "TOO_LONG"),
    ({"category": "no-such-category"}, {}, "content", "category", "UNKNOWN_CATEGORY"),
    ({"origin": "CN"}, {}, "content", "origin", "BAD_ORIGIN"),
    ({"pictures": []}, {}, "content", "pictures", "BAD_PICTURE"),
    ({"link": "https://elsewhere.example/x"}, {}, "content", "link", "BAD_LINK"),
    ({"skus": [{"out_sku_id": "K 1", "title": "", "barcode": ""}]}, {}, "content", "out_sku_id", "BAD_ID"),
    ({}, {"price_fen": 0, "landed_fen": 1238}, "offer", "price_fen", "BAD_PRICE"),
    ({}, {"was_fen": 13600}, "offer", "was_fen", "BAD_PRICE"),
    ({}, {"landed_fen": 1}, "offer", "landed_fen", "BAD_PRICE"),
    ({}, {"stock": -1}, "offer", "stock", "BAD_STOCK"),
]


@promise("4", "读取的商品上架，摘要一致", "읽은 상품이 진열되고 다이제스트가 같다")
def shown(mall):
    content, offer = put(mall, "shown")
    found = read(mall, "shown")["shown"]
    told = (found["state"], found["version"], found["content_digest"], found["offer_digest"])
    expect("商品", told, ("shown", 1, digest(content), digest(offer)))


@promise("4", "旧版本晚到不覆盖新版本", "늦게 온 옛 버전은 새 버전을 덮지 않는다")
def newest_wins(mall):
    content, _offer = put(mall, "late", 3)
    read(mall, "late")
    put(mall, "late", 2, title="旧版 精华液")
    found = read(mall, "late")["late"]
    expect("版本与内容", (found["version"], found["content_digest"]), (3, digest(content)))


@promise("4", "墓碑使商品下架，更高版本使其重新上架", "묘비가 오면 내리고, 더 높은 버전이 오면 다시 올린다")
def tombstone(mall):
    put(mall, "gone")
    read(mall, "gone")
    feed_of(mall).remove(name_of(mall, "gone"), 2)
    expect("墓碑之后的状态", read(mall, "gone")["gone"]["state"], "withdrawn")
    put(mall, "gone", 3)
    expect("更高版本之后的状态", read(mall, "gone")["gone"]["state"], "shown")


@promise("4", "违反规则的部分被拒绝，按字段与代码说明", "규칙을 어긴 부분은 필드와 코드로 거절한다")
def rules(mall):
    names = [f"rule-{at}" for at in range(len(RULES))]
    for name, (content, offer, *_told) in zip(names, RULES, strict=True):
        put(mall, name, sku=offer, **content)
    found = read(mall, *names)
    for name, (content, offer, *wanted) in zip(names, RULES, strict=True):
        told = [[one["part"], one["field"], one["code"]] for one in found[name]["refusals"]]
        if found[name]["state"] != "refused" or wanted not in told:
            raise Differs(f"{content or offer!r}：应报 {wanted}，实为 {found[name]['state']} {told}")


@promise("4", "只拒绝有误的部分，另一部分照常更新", "틀린 부분만 거절하고 다른 부분은 그대로 바꾼다")
def judged_apart(mall):
    content, _offer = put(mall, "apart")
    read(mall, "apart")
    _content, offer = put(mall, "apart", 2, sku={"stock": 7}, title="免税 精华液")
    found = read(mall, "apart")["apart"]
    told = (found["state"], found["content_digest"], found["offer_digest"])
    expect("状态与展示的部分", told, ("refused", digest(content), digest(offer)))


@promise("2", "摘要或签名不符的应答不予采用", "다이제스트나 서명이 틀린 응답은 쓰지 않는다")
def not_genuine(mall):
    feed = feed_of(mall)
    put(mall, "false")
    read(mall, "false")
    feed.is_spoiling = True
    put(mall, "false", 2, title="改动的标题 精华液")
    wait_until(lambda: feed.spoilt > 1, "商城没有再来读取")
    meanwhile = look(mall, "false")["false"]
    feed.is_spoiling = False
    expect("其间的版本", meanwhile["version"], 1)
    expect("应答正确后的版本", read(mall, "false")["false"]["version"], 2)


@promise("4", "落后太多时取全量，清单外的商品下架", "너무 뒤처지면 전체를 읽고, 목록에 없는 것은 내린다")
def whole_feed(mall):
    put(mall, "left")
    put(mall, "kept")
    read(mall, "left")
    feed_of(mall).forget(name_of(mall, "left"))
    found = read(mall, "left", "kept")
    expect("状态", (found["left"]["state"], found["kept"]["state"]), ("withdrawn", "shown"))


@promise(
    "2",
    "商城的请求签名正确，时间准确，nonce 不重复",
    "상점의 요청은 서명과 시각이 맞고 nonce가 되풀이되지 않는다",
)
def signed_requests(mall):
    feed = feed_of(mall)
    expect("商城来读取", feed.asked > 0, True)
    expect("其请求的错误", feed.problems, [])


@promise("4", "联调商品全部下架", "시험 상품을 모두 내린다", is_always=True)
def take_off(mall):
    """The last: nothing of this run stays on the mall's pages."""
    feed = feed_of(mall)
    names = [name.removeprefix(name_of(mall, "")) for name, item in feed.items.items() if "content" in item]
    for name in names:
        feed.remove(name_of(mall, name), 1000)
    if names:
        found = read(mall, *names).values()
        expect("状态", {item["state"] for item in found}, {"withdrawn"})


def put(mall, name: str, version: int = 1, sku: dict | None = None, **content) -> tuple[dict, dict]:
    """Put an item into the feed that breaks no rule but by what is changed: its content and offer."""
    feed = feed_of(mall)
    known = {
        "title": "联调测试 精华液 50ml", "title_ko": "연동 시험 세럼", "category": mall.leaf(), "brand": "测试", "seller": "시험",
        "town": "首尔", "origin": "KR", "description": "接口联调用，请勿购买。", "pictures": [f"{mall.shop_url}/a.webp"],
        "link": f"{mall.shop_url}/go/kit/", "skus": [{"out_sku_id": "K1", "title": "50ml", "barcode": ""}],
    }  # fmt: skip
    priced = {
        "out_sku_id": "K1", "price_fen": 13600, "was_fen": 0, "tax_fen": 1238, "landed_fen": 14838, "stock": 0,
    }  # fmt: skip
    parts = known | content, {"skus": [priced | (sku or {})]}
    feed.put(name_of(mall, name), version, *parts)
    return parts


def read(mall, *names: str) -> dict[str, dict]:
    """What the export says of items of this run, once the mall has read and shown what is in the feed."""
    feed_of(mall)
    wait_until(lambda: _is_read(mall, *names), "商城没有读完")
    return look(mall, *names)


def look(mall, *names: str) -> dict[str, dict]:
    """What the export says of items of this run. Raises `Differs` where it lacks one."""
    found = {item["out_id"]: item for item in ask(mall, [name_of(mall, name) for name in names])["items"]}
    if lost := [name for name in names if name_of(mall, name) not in found]:
        raise Differs(f"数据中有而导出中没有：{lost}")
    return {name: found[name_of(mall, name)] for name in names}


def feed_of(mall):
    """The feed that is played. Raises `NotAsked` where it is not to be."""
    if mall.feed is None:
        raise NotAsked("需要商城读取本工具的数据：--feed 端口")
    return mall.feed


def name_of(mall, name: str) -> str:
    return f"KIT-{mall.run}-{name}"


def wait_until(is_so, what: str) -> None:
    """Raises `Differs` with the text where it is not so in time."""
    end = time.monotonic() + READ_WITHIN
    while not is_so():
        if time.monotonic() > end:
            raise Differs(f"{what}（限 {READ_WITHIN} 秒）")
        time.sleep(0.2)


def _is_read(mall, *names: str) -> bool:
    """Whether the mall keeps all up to the feed's number, and none of these is still to be shown."""
    found = ask(mall, [name_of(mall, name) for name in names])
    pending = [item for item in found["items"] if item["state"] == "pending"]
    return found["sequence"] == mall.feed.sequence and not pending
