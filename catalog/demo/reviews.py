"""Reviews in Chinese of what was delivered, varied by category; some are answered by the seller."""

from collections import defaultdict
from datetime import timedelta

from catalog.demo import words
from catalog.models import Product, Review
from kmall.copying import Table
from kmall.demo import Mall

SHARE = 0.42
STARS = ([5, 4, 3, 2, 1], [76, 17, 4.5, 1.5, 1])
GENERAL = [
    "从下单到收到八天，物流每一步都看得到。",
    "清关很快，没有让我补材料。",
    "税费下单前就写清楚了，没有多付。",
    "包装结实，盒子一点没压。",
    "附了原产地证明，放心。",
    "客服回得快，中文也顺。",
    "趁活动囤的，价格合适。",
    "朋友推荐来的，没失望。",
    "日期新鲜，是今年做的。",
    "快递小哥送到门口，外箱完好。",
    "身份证填一次就记住了，省事。",
    "下午拍的，第二天就从韩国发出。",
    "比代购省心，还能查到通关。",
    "客服提前说了要等几天，心里有数。",
    "多件一起寄，运费划算。",
    "已经推荐给同事。",
    "家里人都说好，会再来。",
    "和实体店看到的一样。",
    "寄得比写的早两天。",
    "箱子里垫了纸，没用塑料泡沫，喜欢。",
    "名字写得清楚，韩文中文都有。",
]
POOR = [
    "东西还行，物流比预想慢了几天。",
    "外盒压了一个角，里面没事。",
    "和想象的有点不一样，自己用吧。",
    "说明可以再详细一点。",
    "量比想的少，别的没问题。",
    "等了半个月才到，客服有解释。",
]
BAD = ["收到时破了一件，已经联系客服处理。", "不太适合我，转给朋友了。", "发错了颜色，正在换。"]
TAGS = ["物流快", "包装好", "描述相符", "会回购", "性价比高", "送礼合适"]
SHORT = ["不错。", "很好，会回购。", "第二回买了。", "喜欢。", "收到，包装完好。", "和描述一致。"]
ANSWERS = {
    True: [
        "谢谢您的评价，我们会继续用心做。",
        "看到您喜欢，我们很高兴。",
        "感谢支持，新一批下个月到。",
        "谢谢您写得这么细，已经给做的人看了。",
    ],
    False: [
        "给您添麻烦了，客服已联系您补寄。",
        "谢谢提醒，包装会再加一层。",
        "抱歉让您久等，清关那几天包裹多。",
    ],
}


def load(mall: Mall, delivered) -> None:
    """Write reviews of some of the delivered lines (`line, product_id, sku_id, person, received_at`)."""
    chance = mall.chance("reviews")
    phrases = words.reviews()
    leaf_of = dict(Product.objects.values_list("pk", "category__slug"))
    said = defaultdict(set)
    with Table(Review, now=mall.now) as table:
        for sold in delivered:
            at = sold.received_at + timedelta(hours=chance.uniform(1, 120))
            if chance.random() > SHARE or at > mall.now:
                continue
            stars = chance.choices(*STARS)[0]
            text = _text(phrases[leaf_of[sold.product_id]], stars, said[sold.product_id], chance)
            table.add(
                product_id=sold.product_id,
                sku_id=sold.sku_id,
                user_id=sold.person.user_id,
                purchase=f"line:{sold.line}",
                byline=sold.person.byline,
                place=_short(sold.person.place),
                stars=stars,
                text=text,
                words=chance.sample(TAGS, chance.choice([0, 1, 1, 2])) if stars > 3 else [],
                answer=chance.choice(ANSWERS[stars > 3])
                if chance.random() < (0.12 if stars > 3 else 0.6)
                else "",
                created_at=at,
            )


def _text(phrases: list[str], stars: int, said: set[str], chance) -> str:
    """A text that the product does not have yet, if there is one."""
    for _ in range(12):
        text = _composed(phrases, stars, chance)
        if text not in said:
            said.add(text)
            return text
    return ""


def _composed(phrases: list[str], stars: int, chance) -> str:
    if stars <= 2:
        return chance.choice(BAD)
    if stars == 3:
        return chance.choice(POOR) + (chance.choice(phrases) if chance.random() < 0.4 else "")
    lot = chance.random()
    if lot < 0.08:
        return chance.choice(SHORT)
    parts = chance.sample(phrases, 2 if lot > 0.7 else 1)
    if lot > 0.45:
        parts.append(chance.choice(GENERAL))
    return "".join(parts)


def _short(place) -> str:
    """The city as one says it: 重庆, 杭州; or 仙桃, which belongs to no city and stands under a grouping."""
    if place.city.endswith("直辖县级行政区划"):
        name = place.district
    else:
        name = place.province if place.city in ("市辖区", "县", "") else place.city
    return name.removesuffix("市").removesuffix("省")
