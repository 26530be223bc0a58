"""The partner malls, a market hall in Liangjiang New Area, and what came from all of them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from catalog.demo.logins import PARTNER
from catalog.models import Category, Product
from kmall.demo import Mall, on_return, step
from orders.demo.baskets import sells_few
from partners.demo import credits, passers, settled
from partners.demo.malls import MALLS
from partners.displays import open_market
from partners.labels import number_labels
from partners.mark import rules_changed
from partners.models import Display, DisplayProduct, PartnerMall, PartnerMember
from partners.setup import open_partner

# code, names, person, top categories
DISPLAYS = [
    ("lj-beauty", "뷰티 진열대", "美妆展台", "陈雪", ["001.", "002.", "003."]),
    ("lj-ginseng", "홍삼 진열대", "红参滋补展台", "罗敏", ["004."]),
    ("lj-food", "식품 진열대", "食品展台", "何军", ["005.", "006."]),
    ("lj-life", "생활 진열대", "母婴家居展台", "周婷", ["007.", "008.", "013."]),
]
ON_A_DISPLAY = 24
# As if each had been printed when the display opened, or when its product came to the mall.
PRINTED = """
    UPDATE partners_label l
    SET printed_at = was.moment, rate_day = (was.moment AT TIME ZONE 'Asia/Shanghai')::date
    FROM (SELECT id, greatest(approved_at, %s) + interval '1 hour' AS moment FROM catalog_product) was
    WHERE was.id = l.product_id
"""


@step(30, "partners")
def load(mall: Mall) -> None:
    for agreed in MALLS:
        url = getattr(settings, agreed.setting)
        partner = open_partner(
            code=agreed.code, connector=agreed.code, base_url=url, home_url=url, **agreed.terms
        )
        _agree_on_commissions(partner, agreed.commissions, timezone.localdate(mall.now))
    viewer = get_user_model().objects.get(email=PARTNER)
    PartnerMember.objects.create(partner=PartnerMall.objects.get(code="igetmall"), user=viewer)
    chance = mall.chance("displays")
    open_market(
        code="liangjiang",
        name_ko="량장신구 수입상품관",
        name_zh_hans="两江新区进口商品馆",
        place_ko="충칭시 위베이구 진위대로 68호",
        place_zh_hans="重庆市渝北区金渝大道68号",
        displays=[
            {
                "code": code,
                "name_ko": ko,
                "name_zh_hans": zh,
                "person": person,
                "products": _displayed(paths, chance),
            }
            for code, ko, zh, person, paths in DISPLAYS
        ],
    )
    number_labels(DisplayProduct.objects.order_by("pk"))
    with connection.cursor() as cursor:
        cursor.execute(PRINTED, [mall.now - timedelta(days=400)])


@sells_few
def displayed() -> dict[int, list[int]]:
    """The goods of each display, by its channel."""
    return {
        display.channel_id: [item.product_id for item in display.products.all()]
        for display in Display.objects.prefetch_related("products")
    }


@on_return
def readdress() -> None:
    """A sandbox's port follows PORT, which may be another today, and its items lead to ours."""
    for agreed in MALLS:
        url = getattr(settings, agreed.setting)
        for partner in PartnerMall.objects.filter(code=agreed.code, base_url__startswith="http://127.0.0.1:"):
            if partner.base_url != url:
                partner.base_url = partner.home_url = url
                partner.save(update_fields=["base_url", "home_url"])
                rules_changed(partner)


@step(50, "visits and credits")
def credit(mall: Mall) -> None:
    credits.load(mall)


@step(52, "visitors who bought nothing")
def pass_by(mall: Mall) -> None:
    passers.load(mall)


@step(58, "statements and requests of partners")
def settle(mall: Mall) -> None:
    settled.load(mall)


def _agree_on_commissions(partner: PartnerMall, commissions, today) -> None:
    partner.commission_rules.all().delete()
    slugs = dict(Category.objects.values_list("slug", "pk"))
    for slug, days, rate in commissions:
        day = today + timedelta(days=days)
        partner.commission_rules.create(category_id=slugs.get(slug), valid_from=day, rate=rate)


def _displayed(paths: list[str], chance) -> list[int]:
    found = []
    for path in paths:
        goods = Product.objects.on_sale().filter(category__path__startswith=path, has_stock=True)
        keys = list(goods.order_by("pk").values_list("pk", flat=True))
        found += chance.sample(keys, min(ON_A_DISPLAY // len(paths), len(keys)))
    return found
