"""The mall's side of the contract: what a supplier may rely on."""

import time

from partners.conformance.checks import Book, Differs, expect
from partners.conformance.igetmall import items, orders, rules, transport
from partners.conformance.igetmall.asked import GET, WITHDRAW, Mall

CONTRACT = "docs/partners/igetmall.md, mall"
BURST = 40
BOOK = Book()
promise = BOOK.promise


def server(chosen) -> Mall:
    address = f"{chosen.base_url.rstrip('/')}/router/rest"
    return Mall(address, chosen.key, chosen.secret, chosen.shop_url, chosen.order)


@promise("3", "超出上限时返回 RATE_LIMITED 与 Retry-After", "한도를 넘으면 RATE_LIMITED와 Retry-After")
def rate_limit(mall):
    """Twice as many at once as a burst may have; then wait until the line is open again."""
    raw = b'{"out_ids":["KIT-none"]}'
    for _ in range(2 * BURST):
        if mall.post(mall.signed(GET, raw), raw)["code"] == "RATE_LIMITED":
            break
    else:
        raise Differs(f"{2 * BURST} calls at once, and none was refused")
    wait = mall.headers.get("Retry-After", "")
    expect("HTTP status", mall.status, 429)
    if not wait.isdigit():
        raise Differs(f"Retry-After is {wait!r}")
    time.sleep(min(int(wait), 60))


@promise("4", "联调商品全部下架", "시험 상품을 모두 내린다")
def take_off(mall):
    """The last: nothing of this run stays on the mall's pages."""
    for start in range(0, len(mall.used), 100):
        some = mall.used[start : start + 100]
        rows = [{"out_id": name, "version": 1000, "key": f"kit:{name}:1000"} for name in some]
        expect("results", {row["result"] for row in mall.put(WITHDRAW, *rows)}, {"accepted"})


CHECKS = [check for part in (transport, items, rules, orders) for check in part.BOOK.checks] + BOOK.checks
