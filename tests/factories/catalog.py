"""Rows of the catalogue for tests: believable, valid by every constraint, different from each other."""

import datetime
from decimal import Decimal

import factory
from django.utils import timezone

from catalog import models


def brn(serial: int) -> str:
    """A business registration number with the right check digit."""
    digits = [int(digit) for digit in f"{100000000 + serial:09}"]
    total = sum(d * w for d, w in zip(digits, [1, 3, 7, 1, 3, 7, 1, 3, 5], strict=True)) + digits[8] * 5 // 10
    return "".join(map(str, digits)) + str(-total % 10)


class SellerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Seller

    slug = factory.Sequence(lambda n: f"seller-{n}")
    name_ko = factory.Sequence(lambda n: f"담온{n}")
    name_zh_hans = factory.Sequence(lambda n: f"淡温{n}")
    brn = factory.Sequence(brn)
    town_ko, town_zh_hans = "제주 서귀포", "济州 西归浦"
    state = models.Seller.State.ADMITTED


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Category

    slug = factory.Sequence(lambda n: f"category-{n}")
    name_ko, name_zh_hans = "세럼", "精华"
    path = factory.Sequence(lambda n: f"{n:05}.")  # five digits: tests name their own of three
    position = factory.Sequence(lambda n: n)


class HsCodeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.HsCode
        django_get_or_create = ("code", "valid_from")

    code = "3304990039"
    name_ko, name_zh_hans = "기타 화장품", "其他护肤品"
    valid_from = datetime.date(2019, 4, 1)


class ProductFactory(factory.django.DjangoModelFactory):
    """On sale; with one SKU of ¥-believable price by `SkuFactory(product=…)` or `sku()` below."""

    class Meta:
        model = models.Product

    seller = factory.SubFactory(SellerFactory)
    category = factory.SubFactory(CategoryFactory)
    hs = factory.SubFactory(HsCodeFactory)
    slug = factory.Sequence(lambda n: f"product-{n}")
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


class AttributeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Attribute

    code = factory.Sequence(lambda n: f"attribute-{n}")
    name_ko, name_zh_hans = "피부 타입", "肤质"


class OptionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.AttributeOption

    attribute = factory.SubFactory(AttributeFactory)
    code = factory.Sequence(lambda n: f"option-{n}")
    label_ko, label_zh_hans = "건성", "干性"


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


def without_tax_rate(product: models.Product) -> None:
    """Put it under an HS row whose rate of VAT ended yesterday; that of all others is in force."""
    hs = models.HsCode.objects.get(pk=product.hs_id)
    hs.pk, hs.code, hs.vat = None, "4901990000", models.HsCode.Vat.LOWER
    hs.save()
    models.Product.objects.filter(pk=product.pk).update(hs=hs)
    ended = timezone.localdate() - datetime.timedelta(days=1)
    models.TaxRate.objects.filter(kind=models.TaxRate.Kind.VAT_LOWER).update(valid_to=ended)


class PictureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Picture

    product = factory.SubFactory(ProductFactory)
    position = 0
    art = factory.Sequence(lambda n: {"kind": "serum", "primary": "#8fb8a8", "brand": "담온", "n": n})
    digest = factory.Sequence(lambda n: f"{n:064x}")
    width = height = 1200
    alt_ko, alt_zh_hans = "담온 병풀 진정 세럼", "淡温积雪草舒缓精华液"


class SalePriceFactory(factory.django.DjangoModelFactory):
    """In force since yesterday, for three more days, at 80 %."""

    class Meta:
        model = models.SalePrice

    sku = factory.SubFactory(SkuFactory)
    price_krw = factory.LazyAttribute(lambda sale: sale.sku.price_krw * 4 // 5)
    starts_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=1))
    ends_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=3))
    label_ko, label_zh_hans = "12.12", "双12"


def shown_product(*, on_hand: int = 50, pictures: int = 1, **fields) -> models.Product:
    """A product as the mall shows it: SKU in stock, pictures, texts."""
    fields.setdefault("description_zh_hans", "换季干燥时使用，清爽不黏。")
    fields.setdefault("description_ko", "환절기 건조할 때 씁니다.")
    product = ProductFactory(**fields)
    sku_in_stock(on_hand, product=product)
    for position in range(pictures):
        PictureFactory(product=product, position=position)
    return product


def review(product: models.Product, **fields) -> models.Review:
    """A shown review, counted on the product."""
    defaults = {
        "purchase": f"order-{models.Review.objects.count()}-{product.pk}",
        "byline": "林**",
        "place": "重庆",
        "stars": 5,
        "text": "从下单到收到 7 天，物流每一步都看得到。",
        "words": ["补水", "物流快"],
        "created_at": timezone.now(),
    }
    made = models.Review.objects.create(product=product, **defaults | fields)
    product.rating_sum, product.rating_count = product.rating_sum + made.stars, product.rating_count + 1
    product.save(update_fields=["rating_sum", "rating_count"])
    return made
