"""8,000 products with SKUs, stock, parameters and the recipes of their pictures."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from catalog.demo import goods as recipes
from catalog.demo.drawings.palette import colours
from catalog.demo.goods import Goods, net_of
from catalog.demo.numbers import gtin13
from catalog.demo.sellers import Company, companies_of
from catalog.demo.tree import Options, known_options, text_of
from catalog.models import Category, HsCode, Picture, Product, ProductAttribute, Sku, Stock, StockMovement
from kmall.copying import Table
from kmall.demo import Mall

PICTURE_WIDTH = 960
VIEWS = [("", ""), ("옆모습", "侧面"), ("가까이", "细节"), ("함께", "组合"), ("펼친 모습", "平铺")]
DAYS = 400
# What keeps and sells fast lies in the bonded warehouse more often.
BONDED = {"ginseng-health": 0.5, "noodles-meals": 0.55, "snacks-tea": 0.5, "baby": 0.45, "digital": 0.5}


@dataclass
class Tables:
    """Where the rows of products go."""

    product: Table
    sku: Table
    stock: Table
    movement: Table
    value: Table
    picture: Table

    def __init__(self, now):
        for name, model in zip(
            self.__annotations__,
            (Product, Sku, Stock, StockMovement, ProductAttribute, Picture),
            strict=True,
        ):
            setattr(self, name, Table(model, now=now))

    def close(self):
        for name in self.__annotations__:
            getattr(self, name).close()


@dataclass(frozen=True)
class Known:
    """Keys of the rows that products refer to."""

    categories: dict[str, int]
    hs: dict[str, int]
    options: Options


def load(mall: Mall) -> None:
    known = Known(
        dict(Category.objects.values_list("slug", "pk")),
        dict(HsCode.objects.values_list("code", "pk")),
        known_options(),
    )
    tables = Tables(mall.now)
    companies = companies_of(mall)
    counts = _counts(companies, mall)
    for company, count in zip(companies, counts, strict=True):
        chance = mall.chance("products", company.brand[0])
        for _ in range(count):
            _write(company, recipes.make(company, chance), tables, known, mall, chance)
    tables.close()


def _counts(companies: list[Company], mall: Mall) -> list[int]:
    """Products of each company by its weight, together exactly as many as the scale says."""
    total, whole = mall.count(8_000, least=80), sum(company.weight for company in companies)
    counts = [int(total * company.weight / whole) for company in companies]
    at = 0
    while sum(counts) < total:
        counts[at % len(counts)] += 1
        at += 1
    return counts


def _write(company: Company, made: Goods, tables: Tables, known: Known, mall: Mall, chance) -> None:
    key = tables.product.next
    prices, in_stock = _write_skus(company, made, key, tables, mall, chance)
    approved = mall.now - timedelta(days=_age(chance), seconds=chance.randrange(86_400))
    is_bonded = chance.random() < BONDED.get(company.top.slug, 0.25)
    shelf = made.leaf.shelf_months or None
    tables.product.add(
        seller_id=company.key,
        category_id=known.categories[made.leaf.slug],
        slug=f"{made.leaf.slug}-{key}",
        name_ko=made.name[0],
        name_zh_hans=made.name[1],
        brand_ko=company.brand[0],
        brand_zh_hans=company.brand[1],
        description_ko=made.description[0],
        description_zh_hans=made.description[1],
        hs_id=known.hs[made.leaf.hs],
        origin_certificate=_certificate(chance),
        delivery=Product.Delivery.BONDED if is_bonded else Product.Delivery.DIRECT,
        shelf_life_months=shelf,
        best_before=shelf and (mall.now + timedelta(days=30 * chance.randint(shelf // 2, shelf))).date(),
        state=Product.State.ON_SALE,
        approved_at=approved,
        created_at=approved - timedelta(days=chance.randint(2, 20)),
        sort_price_krw=min(prices),
        has_stock=in_stock,
    )
    _write_values(company, made, key, tables, known)
    if mall.pictures:
        _write_pictures(company, made, key, tables, chance)


def _write_skus(company: Company, made: Goods, product: int, tables: Tables, mall: Mall, chance):
    prices, in_stock = [], False
    for position, unit in enumerate(made.units):
        content, net_unit, pieces = net_of(unit, made.leaf)
        key = tables.sku.add(
            product_id=product,
            seller_id=company.key,
            code=f"{made.leaf.slug[:3].upper()}{product:06}-{position + 1}",
            label_ko=unit.label[0],
            label_zh_hans=unit.label[1],
            price_krw=unit.price_krw,
            weight_g=unit.pack.weight_g,
            net_content=content,
            net_unit=net_unit,
            pieces=pieces,
            gtin=gtin13(100_000_000 + (product * 10 + position) % 800_000_000),
            position=position,
        )
        on_hand = _on_hand(chance)
        tables.stock.add(sku_id=key, on_hand=on_hand)
        if on_hand:
            opened = mall.now - timedelta(days=DAYS)
            tables.movement.add(sku_id=key, delta=on_hand, reason=StockMovement.Reason.OPENING, at=opened)
        prices.append(unit.price_krw)
        in_stock = in_stock or on_hand > 0
    return prices, in_stock


def _write_values(company: Company, made: Goods, product: int, tables: Tables, known: Known) -> None:
    keys = known.options
    for code, option in made.options.items():
        tables.value.add(
            product_id=product, attribute_id=keys.attributes[code], option_id=keys.options[code, option]
        )
    ko, zh = made.made_of
    tables.value.add(
        product_id=product, attribute_id=keys.attributes[text_of(company.top)], text_ko=ko, text_zh_hans=zh
    )


def _write_pictures(company: Company, made: Goods, product: int, tables: Tables, chance) -> None:
    ground = chance.randrange(5)
    pair = colours(made.variant.colour, product)
    for view in range(chance.choice([2, 3, 3, 4, 5])):
        art = {
            "kind": made.noun.kind,
            "view": view,
            "brand": company.brand[0],
            "line": made.variant.name[0],
            "label": made.units[0].pack.name[0],
            "colours": list(pair),
            "ground": ground,
            "seed": product,
        }
        text = json.dumps(art, ensure_ascii=False, sort_keys=True)
        ko, zh = VIEWS[view]
        tables.picture.add(
            product_id=product,
            position=view,
            art=art,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            width=PICTURE_WIDTH,
            height=PICTURE_WIDTH,
            ground=(ground + view) % 5,
            alt_ko=f"{made.name[0]} {ko}".strip(),
            alt_zh_hans=f"{made.name[1]} {zh}".strip(),
        )


def _on_hand(chance) -> int:
    lot = chance.random()
    if lot < 0.04:
        return 0
    if lot < 0.12:
        return chance.randint(1, 6)
    return int(20 * 30 ** chance.random())


def _age(chance) -> int:
    """Days since approval: most goods are older than a year, some came this month."""
    lot = chance.random()
    if lot < 0.04:
        return chance.randint(0, 20)
    return chance.randint(370, DAYS) if lot < 0.7 else chance.randint(21, 370)


def _certificate(chance) -> str:
    """A number as the chamber of commerce gives them; some goods have none."""
    return f"002-{chance.choice([25, 26])}-{chance.randrange(10**7):07}" if chance.random() < 0.6 else ""
