"""The rules of fields of section 4: one message with goods that break one rule each."""

from partners.conformance.checks import Book, Differs
from partners.conformance.ningbo.asked import Goods

BOOK = Book()
promise = BOOK.promise

OF_CONTENT = [  # what is wrong, the field it is told at, the code
    ({"GoodsName": "无"}, "GoodsName", "4102"),
    ({"GoodsName": "长" * 61}, "GoodsName", "4102"),
    ({"GoodsName": "serum without Chinese"}, "GoodsName", "4102"),
    ({"GoodsName": "全网最低 精华液"}, "GoodsName", "4103"),
    ({"Description": "国家级工艺"}, "Description", "4103"),
    ({"Brand": "长" * 101}, "Brand", "4104"),
    ({"Description": "长" * 3001}, "Description", "4104"),
    ({"CategoryCode": "no-such-category"}, "CategoryCode", "4105"),
    ({"Origin": "CHN"}, "Origin", "4106"),
    ({"Pictures": []}, "Picture", "4107"),
    ({"Pictures": [("Picture", "https://kmall24.example/a.webp")] * 4}, "Picture", "4107"),
    ({"Url": "https://elsewhere.example/x"}, "Url", "4108"),
    ({"Skus": []}, "Sku", "4109"),
    ({"Skus": [("Sku", [("SkuNo", "K2"), ("Spec", "50ml"), ("Barcode", "")])]}, "Sku", "4109"),
]
OF_OFFER = [
    ({"SalePrice": "0.00", "TaxedPrice": "12.38"}, "SalePrice", "4110"),
    ({"SalePrice": "100000.01", "TaxedPrice": "100012.39"}, "SalePrice", "4110"),
    ({"SalePrice": "136", "TaxedPrice": "148.38"}, "SalePrice", "4110"),
    ({"MarketPrice": "136.00"}, "MarketPrice", "4110"),
    ({"TaxedPrice": "148.39"}, "TaxedPrice", "4110"),
    ({"Stock": "-1"}, "Stock", "4111"),
    ({"Stock": "10000"}, "Stock", "4111"),
]


@promise("4", "违反规则的内容按字段与代码逐项拒绝", "규칙을 어긴 내용은 필드와 코드로 거절한다")
def rules_of_content(mall):
    refused(mall, [(mall.goods(**wrong), field, code) for wrong, field, code in OF_CONTENT])


@promise("4", "违反规则的价格与库存被拒绝", "규칙을 어긴 가격과 재고는 거절한다")
def rules_of_offers(mall):
    refused(mall, [(mall.goods(sku=wrong), field, code) for wrong, field, code in OF_OFFER])


@promise("4", "货号与版本号不符规则被拒绝", "상품 번호와 버전이 규칙에 어긋나면 거절한다")
def rules_of_heads(mall):
    known = mall.goods()
    refused(
        mall,
        [
            (Goods("KIT none", 1, known.content, known.offer), "GoodsNo", "4101"),
            (Goods(f"KIT-{mall.run}-" + "9" * 40, 1, known.content, known.offer), "GoodsNo", "4101"),
            (mall.goods(0), "Version", "4112"),
            (mall.goods(1 << 53), "Version", "4112"),
        ],
    )


def refused(mall, wrong: list[tuple]) -> None:
    """Send all in one message: each goods, the field and the code at which it must be refused."""
    goods = [one for one, _field, _code in wrong]
    for found, (one, field, code) in zip(mall.told(*goods), wrong, strict=True):
        told = found["Result"], found.get("Field"), found.get("Code")
        if told != ("refused", field, code):
            raise Differs(f"{one.number}：{field} 应报 {code}，实为 {told}")
