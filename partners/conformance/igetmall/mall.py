"""The mall's side of the contract: what a supplier may rely on."""

from partners.conformance.checks import Book, expect
from partners.conformance.igetmall import items, orders, requests, rules, statements, transport
from partners.conformance.igetmall.asked import GET, WITHDRAW, Mall
from partners.conformance.rate import goes_over

CONTRACT = "爱购商城接口约定 · 商城一侧（docs/partners/igetmall.md）"
OPTIONS = {  # name -> (what it is unless said, None: it must be said; help)
    "shop-url": (None, "the supplier's address as the mall has registered it: links begin with it"),
    "order": ("", "a paid order of two pieces, made for this: it is confirmed, given back in part and sent"),
    "refuse": ("", "a paid order made for this: it is refused"),
    "cancel": ("", "a confirmed order made for this, which its shopper asks to call off: it is given back"),
    "return": ("", "a sent order made for this, which its shopper asks to send back: that is rejected"),
    "day": ("", "a settled day with orders, as 2026-11-24; the last one unless said"),
}
DAY = "%Y-%m-%d"
BOOK = Book()
promise = BOOK.promise


def server(chosen) -> Mall:
    address = f"{chosen.base_url.rstrip('/')}/router/rest"
    return Mall(address, chosen)


@promise("3", "超出上限时返回 RATE_LIMITED 与 Retry-After", "한도를 넘으면 RATE_LIMITED와 Retry-After")
def rate_limit(mall):
    goes_over(mall, lambda line: line.code(GET, {"out_ids": ["KIT-none"]}), rate=20, burst=40)


@promise("4", "联调商品全部下架", "시험 상품을 모두 내린다", is_always=True)
def take_off(mall):
    """The last: nothing of this run stays on the mall's pages."""
    for start in range(0, len(mall.used), 100):
        some = mall.used[start : start + 100]
        rows = [{"out_id": name, "version": 1000, "key": f"kit:{name}:1000"} for name in some]
        expect("结果", {row["result"] for row in mall.put(WITHDRAW, *rows)}, {"accepted"})


PARTS = (transport, items, rules, orders, requests, statements)
CHECKS = [check for part in PARTS for check in part.BOOK.checks] + BOOK.checks
