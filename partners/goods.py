"""The goods that listings are made of, as plain rows.

A first sync or a new rate reads thousands of them. As instances of models they cost more than all that is
worked out from them, so only what a listing says is read, and HS rows, which are few, are shared.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from catalog.models import HsCode, Picture, Product, SalePrice, Sku
from kmall.database import among
from partners import reserve


class ShownPicture(NamedTuple):
    """What the address of a picture is made of."""

    digest: str
    width: int


class Sale(NamedTuple):
    """A sale price in force."""

    price_krw: int


@dataclass(slots=True)
class Option:
    """A SKU on offer: all that its price and its stock at a partner hang on; of its `product` its tax."""

    pk: int
    product_id: int
    label_zh_hans: str
    gtin: str
    price_krw: int
    pieces: int
    net_unit: str
    net_content: Decimal
    on_hand: int | None
    reserved: int | None
    sold_lately: int
    active_sales: list[Sale] = field(default_factory=list)
    product: "Goods | None" = None  # where it was read with its goods


@dataclass(slots=True)
class Goods:
    """A product as a listing tells it."""

    pk: int
    name_zh_hans: str | None
    name_ko: str | None
    brand_zh_hans: str | None
    brand_ko: str | None
    description_zh_hans: str | None
    origin: str
    category_path: str
    seller_zh_hans: str | None
    seller_ko: str | None
    town_zh_hans: str | None
    hs: HsCode
    options: list[Option] = field(default_factory=list)
    pictures: list[ShownPicture] = field(default_factory=list)


_GOODS = (
    "pk", "name_zh_hans", "name_ko", "brand_zh_hans", "brand_ko", "description_zh_hans", "origin",
    "category__path", "seller__name_zh_hans", "seller__name_ko", "seller__town_zh_hans", "hs",
)  # fmt: skip
_OPTION = (
    "pk", "product", "label_zh_hans", "gtin", "price_krw", "pieces", "net_unit", "net_content",
    "stock__on_hand", "stock__reserved", "sold",
)  # fmt: skip


def read(ids: list[int]) -> dict[int, Goods]:
    """Goods by the key of their product, in five statements however many they are.

    Through plain querysets, since those that translate go through each row twice, with the keys as one value.
    """
    these = among(ids)
    rows = list(QuerySet(Product).filter(pk__in=these).order_by().values_list(*_GOODS))
    hs = QuerySet(HsCode).in_bulk({row[-1] for row in rows})
    found = {row[0]: Goods(*row[:-1], hs=hs[row[-1]]) for row in rows}
    for option in options(QuerySet(Sku).filter(product__in=these)):
        option.product = found[option.product_id]
        option.product.options.append(option)
    pictures = QuerySet(Picture).filter(product__in=these, is_current=True)
    for product, *row in pictures.values_list("product", "digest", "width"):
        found[product].pictures.append(ShownPicture(*row))
    return found


def options(skus: QuerySet[Sku]) -> list[Option]:
    """Those of the SKUs that are on offer, in their order, in two statements; without their goods."""
    rows = skus.filter(is_active=True).annotate(sold=reserve.sold_lately()).values_list(*_OPTION)
    found = {row[0]: Option(*row) for row in rows}
    sales = SalePrice.objects.active().filter(sku__in=among(list(found)))
    for sku, price_krw in sales.values_list("sku", "price_krw"):
        found[sku].active_sales.append(Sale(price_krw))
    return list(found.values())
