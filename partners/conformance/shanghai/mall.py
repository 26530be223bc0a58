"""The mall's side of the contract: what a supplier may rely on in the mall's export and folders."""

from partners.conformance.checks import Book
from partners.conformance.rate import goes_over
from partners.conformance.shanghai import (
    drops,
    export,
    reading,
    replies,
    requests,
    results,
    statements,
    transport,
)
from partners.conformance.shanghai.client import Client
from partners.conformance.shanghai.feed import PlayedFeed

CONTRACT = "浦江优选接口约定 · 商城一侧（docs/partners/shanghai.md）"
OPTIONS = {  # name -> (what it is unless said, help)
    "feed": ("", "a port: the kit plays a feed there, and the mall has been told to read it"),
    "shop-url": ("", "the supplier's registered address; http://127.0.0.1:PORT of the feed unless said"),
    "day": ("", "a settled day with orders, as 2026-11-24; the last one unless said"),
    "order": ("", "a paid order of two pieces, made for this: it is confirmed, given back in part and sent"),
    "refuse": ("", "a paid order made for this: it is refused"),
    "cancel": ("", "a confirmed order made for this, which its shopper asks to call off: it is given back"),
    "return": ("", "a sent order made for this, which its shopper asks to send back: that is rejected"),
}
DAY = "%Y-%m-%d"
BOOK = Book()


def server(chosen) -> "Mall":
    return Mall(chosen.base_url, chosen)


class Mall(Client):
    probe, missing = "/export/categories", "/export/nothing"

    def __init__(self, base_url: str, chosen):
        super().__init__(base_url, chosen)
        self.feed = PlayedFeed(int(chosen.feed), chosen.key, chosen.secret) if chosen.feed else None
        self.shop_url = (chosen.shop_url or f"http://127.0.0.1:{chosen.feed}").rstrip("/")
        self.dropped = 0  # files of this run
        self.held: dict[str, bytes] = {}  # files of orders and requests: one of a name never changes

    def leaf(self) -> str:
        if not hasattr(self, "_leaf"):
            rows = self.data(self.probe)["categories"]
            self._leaf = next(row["code"] for row in rows if row["leaf"])
        return self._leaf

    def file(self, address: str) -> bytes:
        """A file of orders or requests."""
        if address not in self.held:
            self.held[address] = self.read(address)
        return self.held[address]


@BOOK.promise("3", "超出上限时返回 RATE_LIMITED 与 Retry-After", "한도를 넘으면 RATE_LIMITED와 Retry-After")
def rate_limit(mall):
    goes_over(mall, lambda line: line.code(line.probe), rate=20, burst=40)


*READING, TAKE_OFF = reading.BOOK.checks
PARTS = (transport, export, drops, requests, results, replies, statements)
CHECKS = READING + [check for part in PARTS for check in part.BOOK.checks] + BOOK.checks + [TAKE_OFF]
