"""Partner malls, listings and displays for tests."""

import json
from itertools import count

from catalog.models import Category, Picture
from catalog.search.index import reindex
from catalog.signals import product_changed
from partners.models import PartnerMall
from partners.setup import open_partner
from tests.factories.catalog import CategoryFactory, ProductFactory, sku_in_stock

_numbers = count(1)
CREDENTIALS = {"app_key": "kmall24", "app_secret": "igetmall-sandbox-secret"}


def skin_care() -> Category:
    """The one mapped category: the partner's `beauty-skincare`."""
    return Category.objects.filter(slug="skin-care").first() or CategoryFactory(slug="skin-care")


def listable(on_hand: int = 10, **fields):
    """A product on sale with all that a partner asks for: Chinese name, picture, SKU in stock, mapped category."""
    product = ProductFactory(category=skin_care(), **fields)
    sku_in_stock(on_hand, product=product)
    Picture.objects.create(
        product=product,
        original="originals/x.png",
        digest=f"{next(_numbers):064}",
        state="ready",
        widths=[480],
    )
    reindex([product.pk])
    return product


def partner_mall(
    base_url: str = "http://127.0.0.1:9", code: str = "igetmall", skin_code: str = "beauty-skincare", **fields
) -> PartnerMall:
    """I Get Mall, or what `fields` make of it. `skin_code`: what it calls the one mapped category."""
    skin_care()
    usual = {"connector": "igetmall", "safety_stock": 0, "calls_per_second": 1000, "credentials": CREDENTIALS}
    return open_partner(
        code=code,
        name_ko="아이겟몰",
        name_zh_hans="爱购商城",
        base_url=base_url,
        home_url=base_url,
        categories={"skin-care": skin_code},
        **usual | fields,
    )


def ningbo_mall(base_url: str = "http://127.0.0.1:9", **fields) -> PartnerMall:
    known = {"supplier": "kmall24", "secret": "ningbo-sandbox-secret"}
    return partner_mall(
        base_url, code="ningbo", skin_code="0101", **{"connector": "ningbo", "credentials": known} | fields
    )


def changed(product, *kinds: str, **fields):
    """What a writing function of the catalogue does: change the row, say so in the same transaction."""
    type(product).objects.filter(pk=product.pk).update(**fields)
    product_changed.send(None, product_ids=[product.pk], kinds=set(kinds or {"text"}))


def credentials(**changes) -> str:
    return json.dumps(CREDENTIALS | changes)


def shanghai_mall(base_url: str = "http://127.0.0.1:9", **fields) -> PartnerMall:
    skin_care()
    fields = {"safety_stock": 0, "calls_per_second": 1000, "batch_size": 200} | fields
    return open_partner(
        code="shanghai",
        connector="shanghai",
        name_ko="푸장셀렉트",
        name_zh_hans="浦江优选",
        base_url=base_url,
        home_url=base_url,
        credentials={"key": "kmall24", "secret": "shanghai-sandbox-secret"},
        categories={"skin-care": "meizhuang-hufu"},
        **fields,
    )
