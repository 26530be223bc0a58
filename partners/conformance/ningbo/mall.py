"""The mall's side of the contract, the only one: what a supplier may rely on."""

from partners.conformance.checks import Book, expect
from partners.conformance.ningbo import (
    goods,
    orders,
    receipts,
    requests,
    rules,
    shown,
    statements,
    transport,
)
from partners.conformance.ningbo.asked import OFF, Goods, Mall

CONTRACT = "甬购汇接口约定（docs/partners/ningbo.md）"
OPTIONS = {  # name -> (what it is unless said, None: it must be said; help)
    "shop-url": (None, "the supplier's address as the mall has registered it: links begin with it"),
    "day": ("", "a settled day with orders, as 20261124; the last one unless said"),
    "receipt": ("", "a receipt of the last 7 days"),
    "order": ("", "a paid order of two pieces, made for this: it is confirmed, given back in part and sent"),
    "refuse": ("", "a paid order made for this: it is refused"),
    "cancel": ("", "a confirmed order made for this, which its shopper asks to call off: it is given back"),
    "return": ("", "a sent order made for this, which its shopper asks to send back: that is rejected"),
}
PARTS = (transport, goods, rules, receipts, shown, orders, requests, statements)
DAY = "%Y%m%d"
BOOK = Book()


def server(chosen) -> Mall:
    return Mall(f"{chosen.base_url.rstrip('/')}/kj/service", chosen)


@BOOK.promise("4", "联调商品全部下架", "시험 상품을 모두 내린다", is_always=True)
def take_off(mall):
    """The last: nothing of this run stays on the mall's pages."""
    for start in range(0, len(mall.used), 100):
        some = [Goods(number, 1000) for number in mall.used[start : start + 100]]
        expect("结果", {row["Result"] for row in mall.told(*some, kind=OFF)}, {"applied"})


CHECKS = [check for part in PARTS for check in part.BOOK.checks] + BOOK.checks
