"""The state that listings should have at a partner: neutral parts, the same for every connector."""

import datetime
import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from catalog.models import Category, Picture, Product, SalePrice, Sku
from catalog.pictures.markup import picture_url
from catalog.pricing import Terms, sku_price, todays_terms
from catalog.tax import TaxTable, landed_price, rates_at
from kmall.money import half_up
from partners import reserve
from partners.category_map import codes_of, nearest
from partners.links import link
from partners.models import PartnerMall

MOST_PICTURES = 5
PICTURE_WIDTH = 480


class NotListable(Exception):
    """The product lacks something that no partner lists without. `field` names it, `text` is a msgid."""

    def __init__(self, code: str, field: str, text: str):
        super().__init__(code)
        self.code, self.field, self.text = code, field, text


@dataclass(frozen=True)
class Desired:
    """What a listing should say (`content`) and what it should cost and have (`offer`)."""

    content: dict
    offer: dict


@dataclass(frozen=True)
class Frame:
    """What all listings of a batch have in common."""

    partner: PartnerMall
    terms: Terms
    table: TaxTable
    categories: dict[str, str]  # path of ours to the partner's code


def frame(partner: PartnerMall, at: datetime.datetime | None = None) -> Frame:
    """Today's terms and the partner's category map. Raises `StaleRate`, `NoPricePolicy`."""
    return Frame(
        partner=partner,
        terms=todays_terms(at),
        table=rates_at(timezone.localdate(at)),
        categories=codes_of(partner),
    )


def skus_on_offer() -> QuerySet[Sku]:
    """SKUs with all that an offer of them hangs on: stock, sales in force, how fast they sell."""
    sales = Prefetch("sales", queryset=SalePrice.objects.active(), to_attr="active_sales")
    skus = Sku.objects.filter(is_active=True).annotate(sold_lately=reserve.sold_lately())
    return skus.select_related("stock").prefetch_related(sales)


def products(ids: list[int]) -> dict[int, Product]:
    """Products with all that a listing says of them, in a fixed number of queries."""
    rows = (
        Product.objects.filter(pk__in=ids)
        .select_related("seller", "hs", "category")
        .prefetch_related(
            Prefetch("skus", queryset=skus_on_offer(), to_attr="active_skus"),
            Prefetch("pictures", queryset=Picture.objects.filter(is_current=True), to_attr="shown_pictures"),
        )
    )
    return {product.pk: product for product in rows}


def desired(product: Product, of: Frame, link_day: datetime.date) -> Desired:
    """The listing of a product as it should be at the partner. Raises `NotListable`."""
    for sku in product.active_skus:
        sku.product = product
    if not product.name_zh_hans:
        raise NotListable("NO_CHINESE_NAME", "name_zh_hans", _("The Chinese name is missing."))
    if not product.active_skus:
        raise NotListable("NO_SKU", "skus", _("No option is on offer."))
    if not product.shown_pictures:
        raise NotListable("NO_PICTURE", "pictures", _("A picture is missing."))
    return Desired(content=_content(product, of, link_day), offer=_offer(product, of))


def canonical(part: dict) -> str:
    """A part as sorted, unescaped JSON: equal texts, equal parts."""
    return json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(text: str) -> str:
    """SHA-256, 64 lower-case hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest(part: dict) -> str:
    """SHA-256 over a part as sorted, unescaped JSON: equal digests, equal parts."""
    return digest_of(canonical(part))


def out_id(product_id: int) -> str:
    """Our product as partners know it."""
    return f"P{product_id}"


def product_of(out_id: str) -> int | None:
    """The product behind a partner's `out_id`, or None when it is none of ours."""
    return int(out_id[1:]) if out_id[:1] == "P" and out_id[1:].isdecimal() else None


def _content(product, of, link_day) -> dict:
    return {
        "title": product.name_zh_hans,
        "title_ko": product.name_ko or "",
        "category": _remote_category(product.category, of),
        "brand": product.brand_zh_hans or product.brand_ko or "",
        "seller": product.seller.name_zh_hans or product.seller.name_ko,
        "town": product.seller.town_zh_hans or "",
        "origin": product.origin,
        "description": (product.description_zh_hans or "")[:5000],
        "pictures": [_picture(picture) for picture in product.shown_pictures[:MOST_PICTURES]],
        "link": link(of.partner, product, link_day),
        "skus": [
            {"out_sku_id": f"S{sku.pk}", "title": sku.label_zh_hans or "", "barcode": sku.gtin}
            for sku in product.active_skus
        ],
    }


def _offer(product, of) -> dict:
    return {"skus": [_sku_offer(sku, of) for sku in product.active_skus]}


def _sku_offer(sku: Sku, of: Frame) -> dict:
    price = sku_price(sku, of.terms)
    fen, was = (partner_price(fen, of.partner, of.terms) for fen in (price.fen, price.was_fen or 0))
    landed = landed_price(sku, fen, of.table)
    return {
        "out_sku_id": f"S{sku.pk}",
        "price_fen": fen,
        "was_fen": was if was > fen else 0,
        "tax_fen": landed.tax_fen,
        "landed_fen": landed.landed_fen,
        "stock": shown_stock(sku, of.partner),
    }


def partner_price(fen: int, partner: PartnerMall, terms: Terms) -> int:
    """Our price times the partner's factor, to the mall's price ending where the factor is not one."""
    if partner.price_factor == 1:
        return fen
    return half_up(fen * Fraction(partner.price_factor), step=terms.step)


def shown_stock(sku: Sku, partner: PartnerMall) -> int:
    """What the partner may sell: what nobody holds, less what is kept back, times its share, rounded down.

    Kept back is the safety stock, or what may sell elsewhere before the partner knows, whichever is more.
    `sku` is one of `skus_on_offer`.
    """
    stock = getattr(sku, "stock", None)
    free = stock.on_hand - stock.reserved if stock else 0
    kept_back = max(partner.safety_stock, reserve.units(sku.sold_lately, partner.lag_seconds))
    return max(0, int((free - kept_back) * Fraction(partner.stock_share)))


def _remote_category(category: Category, of: Frame) -> str:
    """The partner's code of the nearest mapped category upwards."""
    if path := nearest(category.path, of.categories):
        return of.categories[path]
    raise NotListable(
        "CATEGORY_NOT_MAPPED", "category", _("The category is not mapped to one of the partner.")
    )


def _picture(picture: Picture) -> str:
    return urljoin(settings.SITE_URL, picture_url(picture, PICTURE_WIDTH))
