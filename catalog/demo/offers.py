"""Prices cut for everyone until the next big day, and the collections of the home page."""

from datetime import datetime, time, timedelta

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from catalog.demo.goods import ending
from catalog.models import Collection, CollectionItem, Product, SalePrice, Sku
from catalog.standing import refresh
from kmall.copying import Table
from kmall.demo import Mall

DEALS = 40
SEASONS = [("double-12", "12.12 특집", "双12会场", ""), ("new-year-gifts", "설 선물", "年货礼盒", "home")]


def load(mall: Mall) -> None:
    chance = mall.chance("offers")
    on_sale = Sku.objects.filter(product__state=Product.State.ON_SALE, position=0, price_krw__lt=150_000)
    stocked = on_sale.filter(stock__on_hand__gte=20).order_by("pk")
    skus = list(stocked.values_list("pk", "product_id", "price_krw"))
    chosen = chance.sample(skus, min(mall.count(DEALS, least=10), len(skus)))
    starts, ends = span(mall.now)
    label = ("12.12", "双12") if (ends.month, ends.day) == (12, 13) else ("특가", "限时")
    with Table(SalePrice, now=mall.now) as table:
        for sku, _, price in chosen:
            table.add(
                sku_id=sku,
                price_krw=ending(price * chance.choice([0.75, 0.8, 0.85, 0.9])),
                starts_at=starts,
                ends_at=ends,
                label_ko=label[0],
                label_zh_hans=label[1],
            )
    refresh([product for _, product, _ in chosen])
    _collections(mall, [product for _, product, _ in chosen], ends)


def span(now: datetime) -> tuple[datetime, datetime]:
    """From four days ago to the end of the next 12 December; for two weeks if that is near or far."""
    today = timezone.localdate(now)
    ends = today.replace(month=12, day=13)
    if not timedelta(days=2) <= ends - today <= timedelta(days=40):
        ends = today + timedelta(days=14)
    zone = timezone.get_default_timezone()
    return tuple(datetime.combine(day, time(), zone) for day in (today - timedelta(days=4), ends))


def _collections(mall: Mall, deals: list[int], ends: datetime) -> None:
    gifts = Product.objects.filter(category__path__startswith="004.", state=Product.State.ON_SALE)
    of_each_maker = gifts.annotate(turn=Window(RowNumber(), partition_by="seller_id", order_by="pk"))
    in_turn = of_each_maker.order_by("turn", "pk").values_list("pk", flat=True)
    contents = [deals, list(in_turn[: mall.count(60, least=8)])]
    with Table(Collection, now=mall.now) as collections, Table(CollectionItem, now=mall.now) as items:
        for (slug, ko, zh, slot), products in zip(SEASONS, contents, strict=True):
            key = collections.add(slug=slug, title_ko=ko, title_zh_hans=zh, slot=slot, ends_at=ends)
            for position, product in enumerate(products):
                items.add(collection_id=key, product_id=product, position=position)
