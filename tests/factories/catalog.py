<<<<<<< Updated upstream
"""Rows of the catalogue for tests: believable, valid by every constraint, different from each other."""

import datetime
from decimal import Decimal

import factory
from django.utils import timezone
=======
"""Rows of the catalogue: a product on sale with its SKU and stock unless told otherwise."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
>>>>>>> Stashed changes

from catalog import models


<<<<<<< Updated upstream
def brn(serial: int) -> str:
    """A business registration number with the right check digit."""
    digits = [int(digit) for digit in f"{100000000 + serial:09}"]
    total = sum(d * w for d, w in zip(digits, [1, 3, 7, 1, 3, 7, 1, 3, 5], strict=True)) + digits[8] * 5 // 10
    return "".join(map(str, digits)) + str(-total % 10)


class SellerFactory(factory.django.DjangoModelFactory):
=======
class SellerFactory(DjangoModelFactory):
>>>>>>> Stashed changes
    class Meta:
        model = models.Seller

    slug = factory.Sequence(lambda n: f"seller-{n}")
<<<<<<< Updated upstream
    name_ko = factory.Sequence(lambda n: f"담온{n}")
    name_zh_hans = factory.Sequence(lambda n: f"淡温{n}")
    brn = factory.Sequence(brn)
    town_ko, town_zh_hans = "제주 서귀포", "济州 西归浦"
    state = models.Seller.State.ADMITTED


class CategoryFactory(factory.django.DjangoModelFactory):
=======
    name_ko = factory.Sequence(lambda n: f"한라상회 {n}")
    name_zh_hans = factory.Sequence(lambda n: f"汉拿商会{n}")
    town_ko, town_zh_hans = "제주", "济州"
    brn = factory.Sequence(lambda n: f"{n:010}")
    state = models.Seller.State.ADMITTED


class CategoryFactory(DjangoModelFactory):
>>>>>>> Stashed changes
    class Meta:
        model = models.Category

    slug = factory.Sequence(lambda n: f"category-{n}")
<<<<<<< Updated upstream
    name_ko, name_zh_hans = "세럼", "精华"
    path = factory.Sequence(lambda n: f"{n:03}.")
    position = factory.Sequence(lambda n: n)


class HsCodeFactory(factory.django.DjangoModelFactory):
=======
    name_ko, name_zh_hans = "스킨케어", "护肤"
    position = factory.Sequence(int)
    path = factory.LazyAttribute(lambda o: f"{o.parent.path if o.parent else ''}{o.position + 1:03}.")
    depth = factory.LazyAttribute(lambda o: o.parent.depth + 1 if o.parent else 0)
    parent = None


class HsCodeFactory(DjangoModelFactory):
>>>>>>> Stashed changes
    class Meta:
        model = models.HsCode
        django_get_or_create = ("code", "valid_from")

    code = "3304990039"
<<<<<<< Updated upstream
    name_ko, name_zh_hans = "기타 화장품", "其他护肤品"
    valid_from = datetime.date(2019, 4, 1)


class ProductFactory(factory.django.DjangoModelFactory):
    """On sale; with one SKU of ¥-believable price by `SkuFactory(product=…)` or `sku()` below."""

    class Meta:
        model = models.Product
=======
    name_ko, name_zh_hans = "기초화장품", "护肤品"
    valid_from = "2024-01-01"


class ProductFactory(DjangoModelFactory):
    """`price_krw`, `stock` and `skus=0` (none) describe its one SKU."""

    class Meta:
        model = models.Product
        skip_postgeneration_save = True

    class Params:
        price_krw = 15_000
        stock = 100
>>>>>>> Stashed changes

    seller = factory.SubFactory(SellerFactory)
    category = factory.SubFactory(CategoryFactory)
    hs = factory.SubFactory(HsCodeFactory)
    slug = factory.Sequence(lambda n: f"product-{n}")
<<<<<<< Updated upstream
    name_ko = factory.Sequence(lambda n: f"병풀 진정 세럼 {n}호")
    name_zh_hans = factory.Sequence(lambda n: f"积雪草舒缓精华液{n}号")
    state = models.Product.State.ON_SALE
    approved_at = factory.LazyFunction(timezone.now)


class SkuFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Sku

    product = factory.SubFactory(ProductFactory)
    seller = factory.SelfAttribute("product.seller")
    code = factory.Sequence(lambda n: f"SKU-{n}")
    label_ko = label_zh_hans = "50ml"
    price_krw = 18000
    weight_g = 180
    net_content, net_unit = Decimal(50), models.Sku.NetUnit.ML


class StockFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Stock

    sku = factory.SubFactory(SkuFactory)
    on_hand = 10


def sku_in_stock(on_hand: int = 10, **fields) -> models.Sku:
    """A SKU of a product on sale with its stock, the ledger's opening row and the product's own figures."""
    sku = SkuFactory(**fields)
    StockFactory(sku=sku, on_hand=on_hand)
    if on_hand:
        models.StockMovement.objects.create(sku=sku, delta=on_hand, reason="opening")
    product = sku.product
    product.has_stock, product.sort_price_krw = product.has_stock or on_hand > 0, sku.price_krw
    models.Product.objects.filter(pk=product.pk).update(
        has_stock=product.has_stock, sort_price_krw=product.sort_price_krw
    )
    return sku


def daily_terms(*, rate: str = "0.0052", margin: str = "0.08", step_fen: int = 10) -> None:
    """Today's rate and a policy, so that prices can be quoted: ₩18,000 is ¥101.10."""
    models.ExchangeRate.objects.create(date=timezone.localdate(), rate=Decimal(rate), source="test")
    models.PricePolicy.objects.create(valid_from="2026-01-01", margin=Decimal(margin), step_fen=step_fen)
=======
    name_ko, name_zh_hans = "쌀 수분 크림 50ml", "大米保湿面霜 50ml"
    brand_ko, brand_zh_hans = "한라", "HALLA"
    state = models.Product.State.ON_SALE
    approved_at = factory.LazyFunction(timezone.now)
    sort_price_krw = factory.SelfAttribute("price_krw")
    has_stock = factory.LazyAttribute(lambda o: o.stock > 0)

    @factory.post_generation
    def skus(self, create, count, **kwargs):
        if create and count != 0:
            sku = SkuFactory(product=self, seller=self.seller, price_krw=self.sort_price_krw, **kwargs)
            models.Stock.objects.create(sku=sku, on_hand=100 if self.has_stock else 0)


class SkuFactory(DjangoModelFactory):
    class Meta:
        model = models.Sku

    product = factory.SubFactory(ProductFactory, skus=0)
    seller = factory.SelfAttribute("product.seller")
    code = factory.Sequence(lambda n: f"SKU-{n}")
    price_krw = 15_000
    weight_g = 120
    net_content = 50
    net_unit = models.Sku.NetUnit.ML


class AttributeFactory(DjangoModelFactory):
    class Meta:
        model = models.Attribute

    code = factory.Sequence(lambda n: f"attribute-{n}")
    name_ko, name_zh_hans = "피부 타입", "肤质"


class OptionFactory(DjangoModelFactory):
    class Meta:
        model = models.AttributeOption

    attribute = factory.SubFactory(AttributeFactory)
    code = factory.Sequence(lambda n: f"option-{n}")
    label_ko, label_zh_hans = "건성", "干性"
>>>>>>> Stashed changes
