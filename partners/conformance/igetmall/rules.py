"""The rules of fields of section 4."""

from partners.conformance.checks import Book, Differs
from partners.conformance.igetmall.asked import UPSERT

BOOK = Book()
promise = BOOK.promise

RULES = [  # what is wrong, the field it is told at, the code
    ({"title": "无"}, "title", "BAD_TITLE"),
    ({"title": "serum without Chinese"}, "title", "BAD_TITLE"),
    ({"title": "全网最低 精华液"}, "title", "FORBIDDEN_WORD"),
    ({"description": "国家级工艺"}, "description", "FORBIDDEN_WORD"),
    ({"brand": "长" * 121}, "brand", "TOO_LONG"),
    ({"description": "长" * 5001}, "description", "TOO_LONG"),
    ({"category": "no-such-category"}, "category", "UNKNOWN_CATEGORY"),
    ({"origin": "CN"}, "origin", "BAD_ORIGIN"),
    ({"pictures": []}, "pictures", "BAD_PICTURE"),
    ({"link": "https://elsewhere.example/x"}, "link", "BAD_LINK"),
    ({"skus": []}, "skus", "BAD_SKUS"),
    ({"skus": [{"out_sku_id": "K 1", "title": "", "barcode": ""}]}, "out_sku_id", "BAD_ID"),
]


@promise("4", "违反规则的内容按字段与代码逐项拒绝", "규칙을 어긴 내용은 필드와 코드로 거절한다")
def rules_of_content(mall):
    items = [mall.item(**wrong) for wrong, _field, _code in RULES]
    for found, (wrong, field, code) in zip(mall.put(UPSERT, *items), RULES, strict=True):
        told = {(error["field"], error["code"]) for error in found["errors"]}
        if found["result"] != "refused" or (field, code) not in told:
            raise Differs(f"{wrong!r}：{field} 应报 {code}，实为 {found['result']} {sorted(told)}")


@promise("4", "违反规则的价格与库存被拒绝", "규칙을 어긴 가격과 재고는 거절한다")
def rules_of_offers(mall):
    for changed, code in (
        ({"price_fen": 0, "landed_fen": 1238}, "BAD_PRICE"),
        ({"was_fen": 13600}, "BAD_PRICE"),
        ({"landed_fen": 1}, "BAD_PRICE"),
        ({"stock": -1}, "BAD_STOCK"),
        ({"price_fen": 136.5}, "BAD_PRICE"),
    ):
        item = mall.item()
        item["offer"]["skus"][0] |= changed
        found = mall.one(UPSERT, item)
        codes = [error["code"] for error in found["errors"]]
        if found["result"] != "refused" or code not in codes:
            raise Differs(f"{changed!r}：应报 {code}，实为 {found['result']} {codes}")
