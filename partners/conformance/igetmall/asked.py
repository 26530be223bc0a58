"""The mall as it is asked: a client with items of this run."""

import secrets
import time

from partners.conformance.checks import Differs, NotAsked
from partners.conformance.igetmall.client import Client

SHOWN_WITHIN = 30  # seconds; "usually within a second"
UPSERT, OFFER, WITHDRAW, GET = "igm.items.upsert", "igm.items.offer", "igm.items.withdraw", "igm.items.get"


class Mall(Client):
    """The mall's server, with items of this run: their numbers are never used again."""

    def __init__(self, address: str, chosen):
        """`chosen`: what was said on the command line."""
        super().__init__(address, chosen.key, chosen.secret)
        self.chosen, self.shop_url = chosen, chosen.shop_url.rstrip("/")
        self.run, self.used = secrets.token_hex(4), []

    def first_code(self) -> str:
        return self.code(GET, {"out_ids": ["KIT-none"]})

    def item(self, version: int = 1, out_id: str = "", **content) -> dict:
        """An item that breaks no rule, of a number of its own unless one is given."""
        if not out_id:
            out_id = f"KIT-{self.run}-{len(self.used) + 1}"
            self.used.append(out_id)
        category = self.leaf()
        return {
            "out_id": out_id, "version": version, "key": f"kit:{out_id}:{version}",
            "content": {
                "title": "联调测试 精华液 50ml", "title_ko": "연동 시험 세럼", "category": category, "brand": "测试", "seller": "시험",
                "town": "首尔", "origin": "KR", "description": "接口联调用，请勿购买。", "pictures": [f"{self.shop_url}/a.webp"],
                "link": f"{self.shop_url}/go/kit/", "skus": [{"out_sku_id": "K1", "title": "50ml", "barcode": ""}],
            } | content,
            "offer": {"skus": [{"out_sku_id": "K1", "price_fen": 13600, "was_fen": 0, "tax_fen": 1238,
                                "landed_fen": 14838, "stock": 0}]},
        }  # fmt: skip

    def leaf(self) -> str:
        if not hasattr(self, "_leaf"):
            rows = self.data("igm.categories.list", {})["categories"]
            self._leaf = next(row["code"] for row in rows if row["leaf"])
        return self._leaf

    def put(self, method: str, *items: dict) -> list[dict]:
        return self.data(method, {"items": list(items)})["results"]

    def one(self, method: str, item: dict) -> dict:
        return self.put(method, item)[0]

    def result(self, method: str, item: dict) -> str:
        """What became of an item; where it is refused, with the reason behind it."""
        found = self.one(method, item)
        told = [
            error[name]
            for error in found["errors"]
            for name in ("code", "field", "message")
            if error.get(name)
        ]
        return " ".join([found["result"], *(told if found["result"] == "refused" else [])])

    def seen(self, out_id: str) -> dict:
        """The item once it is shown or withdrawn. Raises `Differs` if it stays pending."""
        end = time.monotonic() + SHOWN_WITHIN
        while True:
            rows = self.data(GET, {"out_ids": [out_id]})["items"]
            if rows and rows[0]["state"] != "pending":
                return rows[0]
            if time.monotonic() > end:
                raise Differs(f"{out_id} 在 {SHOWN_WITHIN} 秒后仍未展示")
            time.sleep(0.3)


def without(item: dict, part: str) -> dict:
    return {name: value for name, value in item.items() if name != part}


def all_orders(mall) -> list[dict]:
    """Every order that the mall lists. Raises `Differs` where the list has no end."""
    cursor, found, met = "", [], set()
    while cursor not in met:
        met.add(cursor)
        body = {"since": "2020-01-01T00:00:00+08:00", "cursor": cursor, "page_size": 50}
        data = mall.data("igm.orders.list", body)
        found += data["orders"]
        cursor = data["next_cursor"]
        if not cursor:
            return found
    raise Differs(f"next_cursor {cursor!r} 重复出现，列表没有尽头")


def given_order(mall, option: str) -> dict:
    """The order that was named by an option. Raises `NotAsked` without one."""
    number = getattr(mall.chosen, option)
    if not number:
        raise NotAsked(f"需要为此准备的订单：--{option} 订单号")
    for order in all_orders(mall):
        if order["order_id"] == number:
            return order
    raise Differs(f"igm.orders.list 中没有 {number}，请核对 --{option}")
