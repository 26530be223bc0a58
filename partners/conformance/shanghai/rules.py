"""The rules of fields of section 4: what the mall would refuse of an item, and why."""

import re

ID = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FORBIDDEN = ("国家级", "世界级", "最高级", "最佳", "第一品牌", "顶级", "全网最低", "包治", "根治", "免税")
LIMITS = {"title_ko": 120, "brand": 120, "seller": 120, "town": 120, "description": 2000}


def of_content(content: dict, shop_url: str):
    """(code, field) of each rule that is broken. `shop_url`: the supplier's registered address."""
    title = content["title"]
    if not 2 <= len(title) <= 60 or not CHINESE.search(title):
        yield "BAD_TITLE", "title"
    for field in ("title", "description"):
        if any(word in content[field] for word in FORBIDDEN):
            yield "FORBIDDEN_WORD", field
    for field, most in LIMITS.items():
        if len(content[field]) > most:
            yield "TOO_LONG", field
    if content["origin"] != "KR":
        yield "BAD_ORIGIN", "origin"
    if not 1 <= len(content["pictures"]) <= 5:
        yield "BAD_PICTURE", "pictures"
    if not content["link"].startswith(f"{shop_url}/"):
        yield "BAD_LINK", "link"
    yield from _of_skus(content)


def of_offer(offer: dict):
    """(code, field) of each rule that is broken."""
    for sku in offer["skus"]:
        price, was, tax = sku["price_fen"], sku["was_fen"], sku["tax_fen"]
        if not _is_whole(price, 1, 10_000_000):
            yield "BAD_PRICE", "price_fen"
        elif not _is_whole(was, 0, 10_000_000) or 0 < was <= price:
            yield "BAD_PRICE", "was_fen"
        elif sku["landed_fen"] != price + tax:
            yield "BAD_PRICE", "landed_fen"
        if not _is_whole(sku["stock"], 0, 999_999):
            yield "BAD_STOCK", "stock"
    yield from _of_skus(offer)


def sku_ids(part: dict) -> list[str]:
    return sorted(sku["out_sku_id"] for sku in part["skus"])


def _of_skus(part: dict):
    if not 1 <= len(part["skus"]) <= 60:
        yield "BAD_SKUS", "skus"
    if not all(ID.match(out_sku_id) for out_sku_id in sku_ids(part)):
        yield "BAD_ID", "out_sku_id"


def _is_whole(value, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
