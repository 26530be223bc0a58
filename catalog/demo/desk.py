"""What waits at the desks: edits and new goods that sellers handed in, drafts, one that KITA returned."""

from datetime import timedelta

from catalog.models import Product, Revision, Seller
from catalog.proposal import current
from kmall.copying import Table
from kmall.demo import Mall

SUBMITTED = 25  # a quarter of them new goods
ADDED = [
    ("2026년 10월 생산분부터 뚜껑을 바꿨습니다.", "2026年10月起的批次换了新盖子。"),
    ("포장 상자를 재생지로 바꿨습니다.", "外盒改用再生纸。"),
    ("한국어와 중국어 설명서가 들어 있습니다.", "附韩文和中文说明。"),
    ("개봉한 뒤에는 서늘한 곳에 둡니다.", "开封后请放在阴凉处。"),
]
RETURNED = {
    "description_zh_hans": "중국어 설명에 용량과 사용법이 빠져 있습니다. 한국어와 맞춰 주세요.",
    "pictures": "두 번째 사진에 성분 표시가 보이도록 다시 올려 주세요.",
}


def load(mall: Mall) -> None:
    chance = mall.chance("desk")
    own = Seller.objects.order_by("pk").first()
    others = list(Product.objects.exclude(seller=own).order_by("pk").values_list("pk", flat=True))
    count = min(SUBMITTED, max(8, len(others) // 100))
    waiting = list(Product.objects.filter(pk__in=chance.sample(others, count)).order_by("pk"))
    new = waiting[: count // 4]
    mine = list(Product.objects.filter(seller=own).order_by("-pk")[:6])
    drafts, edits, returned = mine[:2], mine[2:5], mine[5:]
    _unpublish([*new, *drafts])
    with Table(Revision, now=mall.now) as table:
        for product in [*waiting, *edits[:2]]:
            _propose(table, product, Revision.State.SUBMITTED, mall, chance, is_new=product in new)
        for product in [*drafts, *edits[2:]]:
            _propose(table, product, Revision.State.DRAFT, mall, chance, is_new=product in drafts)
        for product in returned:
            _propose(table, product, Revision.State.RETURNED, mall, chance, reasons=RETURNED)


def _unpublish(products: list[Product]) -> None:
    keys = [product.pk for product in products]
    Product.objects.filter(pk__in=keys).update(state=Product.State.DRAFT, approved_at=None)


def _propose(
    table: Table, product: Product, state, mall: Mall, chance, *, is_new=False, reasons=None
) -> None:
    data = current(product)
    if not is_new:
        _change(data, chance)
    elif state == Revision.State.DRAFT:
        data["fields"]["description_zh_hans"] = ""
    at = mall.now - timedelta(hours=chance.uniform(1, 96))
    table.add(
        product_id=product.pk,
        data=data,
        base_version=product.version,
        state=state,
        reasons=reasons or {},
        created_at=at - timedelta(hours=chance.uniform(1, 30)),
        submitted_at=None if state == Revision.State.DRAFT else at,
        decided_at=at + timedelta(minutes=30) if reasons else None,
    )


def _change(data: dict, chance) -> None:
    """An edit as sellers make them: another price, a sentence more, a clearer option."""
    ko, zh = chance.choice(ADDED)
    if chance.random() < 0.75:
        factor = chance.choice([0.95, 1.05, 1.08, 1.1])
        for sku in data["skus"]:
            sku["price_krw"] = round(sku["price_krw"] * factor / 100) * 100
    if chance.random() < 0.7 or "price_krw" not in data["skus"][0]:
        fields = data["fields"]
        fields["description_ko"] = f"{fields['description_ko']}\n\n{ko}"
        fields["description_zh_hans"] = f"{fields['description_zh_hans']}\n\n{zh}"
    else:
        data["fields"]["delivery"] = Product.Delivery.BONDED
