"""The mall as it is asked: a client with goods of this run."""

import secrets
import time
from dataclasses import dataclass, field

from partners.conformance.checks import Differs, NotAsked
from partners.conformance.ningbo.client import Client, digest, xml

SHOWN_WITHIN = 30  # seconds; "usually within a second"
RECEIPT_WITHIN = 300  # the contract's, section 5
PUT, OFFER, OFF = "GOODS_PUT", "OFFER_PUT", "GOODS_OFF"


@dataclass(frozen=True)
class Goods:
    """`content` and `offer`: (name, value) pairs of what is in them."""

    number: str
    version: int
    content: list = field(default_factory=list)
    offer: list = field(default_factory=list)

    def xml(self, kind: str) -> str:
        head = [("GoodsNo", self.number), ("Version", self.version)]
        parts = {
            PUT: [("Content", self.content), ("Offer", self.offer)],
            OFFER: [("Offer", self.offer)],
            OFF: [],
        }
        return xml("Goods", head + parts[kind])

    def digests(self) -> tuple[str, str]:
        """Of content and offer."""
        return digest("Content", self.content), digest("Offer", self.offer)


class Mall(Client):
    """The mall's server, with goods of this run: their numbers are never used again."""

    def __init__(self, address: str, chosen):
        """`chosen`: what was said on the command line."""
        super().__init__(address, chosen.key, chosen.secret)
        self.chosen, self.shop_url = chosen, chosen.shop_url.rstrip("/")
        self.run, self.used = secrets.token_hex(4), []

    def goods(self, version: int = 1, number: str = "", sku: dict | None = None, **content) -> Goods:
        """Goods that break no rule but by what is changed, of a number of their own unless one is given."""
        if not number:
            number = f"KIT-{self.run}-{len(self.used) + 1}"
            self.used.append(number)
        known = {
            "GoodsName": "联调测试 精华液 50ml", "GoodsNameKo": "연동 시험 세럼", "CategoryCode": self.leaf(), "Brand": "测试",
            "Maker": "시험", "Place": "首尔", "Origin": "KOR", "Description": "接口联调用，请勿购买。",
            "Pictures": [("Picture", f"{self.shop_url}/a.webp")], "Url": f"{self.shop_url}/go/kit/",
            "Skus": [("Sku", [("SkuNo", "K1"), ("Spec", "50ml"), ("Barcode", "")])],
        }  # fmt: skip
        priced = {
            "SkuNo": "K1", "SalePrice": "136.00", "MarketPrice": "0.00", "Tax": "12.38", "TaxedPrice": "148.38", "Stock": "0",
        }  # fmt: skip
        offer = [("Skus", [("Sku", list((priced | (sku or {})).items()))])]
        return Goods(number, version, list((known | content).items()), offer)

    def leaf(self) -> str:
        if not hasattr(self, "_leaf"):
            codes = [
                one.findtext("CategoryCode", "") for one in self.done("CATEGORY_LIST").findall("Category")
            ]
            self._leaf = next(code for code in codes if len(code) == 4)
        return self._leaf

    def put(self, *goods: Goods, kind: str = PUT, **head: str) -> str:
        """The number of the receipt for a message. Raises `Differs` where it is not taken in."""
        number = self.done(kind, "".join(one.xml(kind) for one in goods), **head).findtext("ReceiptNo")
        if not number:
            raise Differs(f"{kind} 已受理，却没有 ReceiptNo")
        return number

    def told(self, *goods: Goods, kind: str = PUT) -> list[dict]:
        """What the receipt of a message says of each of its goods, in their order."""
        items = {item["GoodsNo"]: item for item in self.receipt(self.put(*goods, kind=kind))}
        if lost := [one.number for one in goods if one.number not in items]:
            raise Differs(f"回执没有提到 {lost}")
        return [items[one.number] for one in goods]

    def result(self, goods: Goods, kind: str = PUT) -> str:
        """What became of goods; where they are refused, with the reason behind it."""
        told = self.told(goods, kind=kind)[0]
        return " ".join(told[name] for name in ("Result", "Code", "Field", "Text") if told.get(name))

    def receipt(self, number: str) -> list[dict]:
        """The items of a receipt, once it is there. Raises `Differs` if it is not in time."""
        end, wait = time.monotonic() + RECEIPT_WITHIN, 0.02
        while True:
            state, items = self.receipts(number)[number]
            if state == "done":
                return items
            if state != "waiting" or time.monotonic() > end:
                raise Differs(f"回执 {number} 为 {state}（限 {RECEIPT_WITHIN} 秒）")
            time.sleep(wait)
            wait = min(2 * wait, 2)

    def receipts(self, *numbers: str) -> dict[str, tuple[str, list[dict]]]:
        """(state, items) of each receipt. Raises `Differs` where one is missing."""
        body = self.done("RECEIPT_GET", "".join(xml("ReceiptNo", number) for number in numbers))
        found = {
            one.findtext("ReceiptNo", ""): (
                one.findtext("State", ""),
                [values(item) for item in one.findall("Item")],
            )
            for one in body.findall("Receipt")
        }
        if lost := [number for number in numbers if number not in found]:
            raise Differs(f"RECEIPT_GET 没有提到 {lost}")
        return found

    def held(self, number: str) -> dict | None:
        """What GOODS_QUERY says of goods, None where the mall does not hold them."""
        rows = self.done("GOODS_QUERY", xml("GoodsNo", number)).findall("Goods")
        return values(rows[0]) if rows else None

    def seen(self, number: str) -> dict:
        """The same, once they are shown or off. Raises `Differs` if they stay queued."""
        end, wait = time.monotonic() + SHOWN_WITHIN, 0.02
        while True:
            row = self.held(number)
            if row and row["State"] != "queued":
                return row
            if time.monotonic() > end:
                raise Differs(f"{number} 在 {SHOWN_WITHIN} 秒后为 {row['State'] if row else '查不到'}")
            time.sleep(wait)
            wait = min(2 * wait, 1)

    def digests(self, number: str) -> tuple[str, str]:
        """Of content and offer as shown."""
        row = self.seen(number)
        return row["ContentDigest"], row["OfferDigest"]


def values(element) -> dict[str, str]:
    return {one.tag: one.text or "" for one in element}


def all_orders(mall) -> list:
    """Every `Order` element that the mall lists. Raises `Differs` where the list has no end."""
    after, met, found = "", set(), []
    while after not in met:
        met.add(after)
        body = mall.done("ORDER_LIST", xml("Since", "20200101000000") + xml("After", after))
        found += body.findall("Order")
        after = body.findtext("Next", "")
        if not after:
            return found
    raise Differs(f"Next {after!r} 重复出现，列表没有尽头")


def given_order(mall, option: str):
    """The `Order` that was named by an option. Raises `NotAsked` without one."""
    number = getattr(mall.chosen, option)
    if not number:
        raise NotAsked(f"需要为此准备的订单：--{option} 订单号")
    for order in all_orders(mall):
        if order.findtext("OrderNo") == number:
            return order
    raise Differs(f"ORDER_LIST 中没有 {number}，请核对 --{option}")
