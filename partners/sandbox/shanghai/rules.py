"""The contract's rules of fields (section 4). Each finding is {"part", "code", "field", "message"}."""

import re

from partners.sandbox.shanghai.categories import LEAVES
from partners.sandbox.stand.money import is_whole

ID = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FORBIDDEN = (
    "国家级", "世界级", "最高级", "最佳", "第一品牌", "顶级", "全网最低", "包治", "根治", "免税",
)  # fmt: skip
LIMITS = {"title_ko": 120, "brand": 120, "seller": 120, "town": 120, "description": 2000}


def content_faults(content, shop_url):
    found = []

    def wrong(code, field, message):
        found.append({"part": "content", "code": code, "field": field, "message": message})

    title = content.get("title", "")
    if not 2 <= len(title) <= 60 or not CHINESE.search(title):
        wrong("BAD_TITLE", "title", "标题须为 2 至 60 字且含中文")
    for field in ("title", "description"):
        for word in FORBIDDEN:
            if word in content.get(field, ""):
                wrong("FORBIDDEN_WORD", field, f"含禁用词“{word}”")
    for field, limit in LIMITS.items():
        if len(content.get(field, "")) > limit:
            wrong("TOO_LONG", field, f"不得超过 {limit} 字")
    if content.get("category") not in LEAVES:
        wrong("UNKNOWN_CATEGORY", "category", "类目不存在或不是末级")
    if content.get("origin") != "KR":
        wrong("BAD_ORIGIN", "origin", "原产地须为 KR")
    pictures = content.get("pictures", [])
    if not 1 <= len(pictures) <= 5 or not all(str(p).startswith(("http://", "https://")) for p in pictures):
        wrong("BAD_PICTURE", "pictures", "须有 1 至 5 张图片")
    if not content.get("link", "").startswith(shop_url + "/"):
        wrong("BAD_LINK", "link", "链接须指向供应商登记的网址")
    _skus(content, wrong)
    return found


def offer_faults(offer):
    found = []

    def wrong(code, field, message):
        found.append({"part": "offer", "code": code, "field": field, "message": message})

    _skus(offer, wrong)
    for sku in offer.get("skus", []):
        price, was, tax = sku.get("price_fen"), sku.get("was_fen"), sku.get("tax_fen")
        if not is_whole(price, 1, 10_000_000) or not is_whole(tax, 0, 10_000_000):
            wrong("BAD_PRICE", "price_fen", "价格须为 1 至 10000000 分")
        elif not is_whole(was, 0, 10_000_000) or 0 < was <= price:
            wrong("BAD_PRICE", "was_fen", "划线价须高于现价")
        elif sku.get("landed_fen") != price + tax:
            wrong("BAD_PRICE", "landed_fen", "含税价须等于价格加税费")
        if not is_whole(sku.get("stock"), 0, 999_999):
            wrong("BAD_STOCK", "stock", "库存须为 0 至 999999")
    return found


def _skus(part, wrong):
    if not 1 <= len(part.get("skus", [])) <= 60:
        wrong("BAD_SKUS", "skus", "规格须为 1 至 60 个")
    if not all(map(ID.match, sku_ids(part))):
        wrong("BAD_ID", "out_sku_id", "规格编号格式不符")


def sku_ids(part):
    return sorted(str(sku.get("out_sku_id", "")) for sku in part.get("skus", []))
