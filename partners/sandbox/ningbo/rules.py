"""The contract's rules of fields (section 4). Each finding is (code, field, text)."""

import re
from decimal import Decimal

from partners.sandbox.ningbo.categories import LEAVES

ID = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MONEY = re.compile(r"\d{1,9}\.\d\d\Z")
FORBIDDEN = ("国家级", "世界级", "最高级", "最佳", "第一品牌", "顶级", "全网最低", "包治", "根治")
MOST_PRICE = Decimal(100_000)


def findings(goods, shop_url):
    """What is wrong with a `Goods` element of any of the three types."""
    if not ID.match(goods.findtext("GoodsNo", "")):
        yield "4101", "GoodsNo", "货号格式不符"
    version = goods.findtext("Version", "")
    if not version.isdecimal() or not 1 <= int(version) < 2**53:
        yield "4112", "Version", "版本号须为正整数"
    content, offer = goods.find("Content"), goods.find("Offer")
    if content is not None:
        yield from _content(content, shop_url)
    if offer is not None:
        yield from _offer(offer)
    if content is not None and offer is not None and _numbers(content) != _numbers(offer):
        yield "4109", "Sku", "内容与报价的规格不一致"


def _content(content, shop_url):
    name = content.findtext("GoodsName", "")
    if not 2 <= len(name) <= 60 or not CHINESE.search(name):
        yield "4102", "GoodsName", "商品名称须为 2 至 60 字且含中文"
    for field in ("GoodsName", "Description"):
        for word in FORBIDDEN:
            if word in content.findtext(field, ""):
                yield "4103", field, f"含禁用词“{word}”"
    for field, most in (
        ("GoodsNameKo", 100),
        ("Brand", 100),
        ("Maker", 100),
        ("Place", 100),
        ("Description", 3000),
    ):
        if len(content.findtext(field, "")) > most:
            yield "4104", field, f"不得超过 {most} 字"
    if any(len(spec.text or "") > 100 for spec in content.findall("Skus/Sku/Spec")):
        yield "4104", "Spec", "不得超过 100 字"
    if content.findtext("CategoryCode") not in LEAVES:
        yield "4105", "CategoryCode", "类目不存在或不是末级"
    if content.findtext("Origin") != "KOR":
        yield "4106", "Origin", "原产国须为 KOR"
    pictures = [picture.text or "" for picture in content.findall("Pictures/Picture")]
    if not 1 <= len(pictures) <= 3 or not all(one.startswith(("http://", "https://")) for one in pictures):
        yield "4107", "Picture", "须有 1 至 3 张图片"
    if not content.findtext("Url", "").startswith(shop_url + "/"):
        yield "4108", "Url", "链接须指向供应商登记的网址"
    yield from _skus(content)


def _skus(part):
    numbers = _numbers(part)
    if not 1 <= len(numbers) <= 60 or len(set(numbers)) < len(numbers):
        yield "4109", "Sku", "规格须为 1 至 60 个且不重复"
    if not all(ID.match(number) for number in numbers):
        yield "4101", "SkuNo", "规格编号格式不符"


def _offer(offer):
    yield from _skus(offer)
    for sku in offer.findall("Skus/Sku"):
        price, was, tax, taxed = (
            _money(sku, name) for name in ("SalePrice", "MarketPrice", "Tax", "TaxedPrice")
        )
        if price is None or not 0 < price <= MOST_PRICE:
            yield "4110", "SalePrice", "售价须为 0.01 至 100000.00 元"
        elif was is None or 0 < was <= price:
            yield "4110", "MarketPrice", "市场价须高于售价"
        elif tax is None or taxed != price + tax:
            yield "4110", "TaxedPrice", "含税价须等于售价加税费"
        stock = sku.findtext("Stock", "")
        if not stock.isdecimal() or int(stock) > 9999:
            yield "4111", "Stock", "库存须为 0 至 9999"


def _numbers(part):
    return sorted(number.text or "" for number in part.findall("Skus/Sku/SkuNo"))


def _money(element, name):
    text = element.findtext(name, "")
    return Decimal(text) if MONEY.match(text) else None
