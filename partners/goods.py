"""The goods that listings are made of, as plain rows.

A first sync or a new rate reads thousands of them. As instances of models they cost more than all that is
worked out from them, so only what a listing says is read, and HS rows, which are few, are shared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import DateTimeField, QuerySet
from django.utils import timezone

from catalog.models import HsCode, Picture, Product, SalePrice, Sku
from catalog.models.price import SalePriceQuerySet
from kmall.database import Prepared, among_parameter, columns, instances, parameter
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


_IDS = {"ids": "bigint[]"}
_THESE, _NOW, _SINCE = (
    among_parameter("ids"),
    parameter("now", DateTimeField()),
    parameter("since", DateTimeField()),
)


def _on_offer(skus: QuerySet[Sku], since=None) -> QuerySet:
    """In their order."""
    return skus.filter(is_active=True).annotate(sold=reserve.sold_lately(since)).values_list(*_OPTION)


_READ_GOODS = Prepared(
    "goods_of_listings",
    lambda: QuerySet(Product).filter(pk__in=_THESE).order_by().values_list(*_GOODS),
    _IDS,
)
_READ_OPTIONS = Prepared(
    "options_of_goods",
    lambda: _on_offer(QuerySet(Sku).filter(product__in=_THESE), _SINCE),
    _IDS | {"since": "timestamptz"},
)
_READ_PICTURES = Prepared(
    "pictures_of_goods",
    lambda: (
        QuerySet(Picture)
        .filter(product__in=_THESE, is_current=True)
        .values_list("product", "digest", "width")
    ),
    _IDS,
)
_READ_SALES = Prepared(
    "sales_of_options",
    lambda: SalePriceQuerySet(SalePrice).active(_NOW).filter(sku__in=_THESE).values_list("sku", "price_krw"),
    _IDS | {"now": "timestamptz"},
)


_READ_HS = Prepared(
    "hs_rows_of_goods",
    lambda: QuerySet(HsCode).filter(pk__in=_THESE).order_by().values_list(*columns(HsCode)),
    _IDS,
)


def read(ids: list[int]) -> dict[int, Goods]:
    """Goods by the key of their product, in five statements however many they are."""
    rows = _READ_GOODS.rows(ids=ids)
    hs = {row.pk: row for row in instances(HsCode, _READ_HS.rows(ids=list({row[-1] for row in rows})))}
    found = {row[0]: Goods(*row[:-1], hs=hs[row[-1]]) for row in rows}
    for option in _with_sales(_READ_OPTIONS.rows(ids=ids, since=timezone.now() - reserve.WEEK)):
        option.product = found[option.product_id]
        option.product.options.append(option)
    for product, *row in _READ_PICTURES.rows(ids=ids):
        found[product].pictures.append(ShownPicture(*row))
    return found


def options(skus: QuerySet[Sku]) -> list[Option]:
    """Those of the SKUs that are on offer, in their order, in two statements; without their goods."""
    return _with_sales(_on_offer(skus))


def _with_sales(rows: Iterable[tuple]) -> list[Option]:
    found = {row[0]: Option(*row) for row in rows}
    for sku, price_krw in _READ_SALES.rows(ids=list(found), now=timezone.now()):
        found[sku].active_sales.append(Sale(price_krw))
    return list(found.values())
