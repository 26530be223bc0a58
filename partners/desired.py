"""The state that listings should have at a partner: neutral parts, the same for every connector."""

import datetime
import hashlib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from urllib.parse import urljoin

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from catalog.no_prices import NO_PRICE
from catalog.pictures.markup import picture_name
from catalog.pricing import Terms, sku_price, todays_terms
from catalog.tax import TaxTable, landed_price, rates_at
from kmall.money import portion
from partners import reserve
from partners.category_map import codes_of, nearest
from partners.goods import Goods, Option
from partners.links import link
from partners.models import PartnerMall

PRICES = ("price_fen", "was_fen", "tax_fen", "landed_fen")  # of an option in an offer, beside its stock
MOST_PICTURES = 5
PICTURE_WIDTH = 480
LONGEST_OUT_ID = 19  # characters: a key of 18 digits at most, which a bigint has room for


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
    terms: Terms | None
    table: TaxTable
    categories: dict[str, str]  # path of ours to the partner's code
    media: str  # what addresses of pictures begin with
    remote: dict[str, str] = field(default_factory=dict, repr=False)  # codes that were looked for, by path
    missing: Exception | None = None  # why the day has no terms: no price can be told


def frame(partner: PartnerMall, at: datetime.datetime | None = None) -> Frame:
    """Today's terms and the partner's category map. Raises `StaleRate`, `NoPricePolicy`."""
    return _frame(partner, todays_terms(at), at)


def frame_of_any_day(partner: PartnerMall) -> Frame:
    """The same, also of a day without terms: then `missing` says why."""
    try:
        return frame(partner)
    except NO_PRICE as missing:
        return replace(_frame(partner, None, None), missing=missing)


def _frame(partner, terms, at) -> Frame:
    return Frame(
        partner=partner,
        terms=terms,
        table=rates_at(timezone.localdate(at)),
        categories=codes_of(partner),
        media=urljoin(settings.SITE_URL, settings.MEDIA_URL),
    )


def desired(goods: Goods, of: Frame, link_day: datetime.date) -> Desired:
    """The listing of goods as it should be at the partner.

    Raises `NotListable`, `NoTaxRate`, and what its frame is missing.
    """
    return Desired(content=_texts(goods, of, link_day), offer=_offer(goods, of))


def as_before(goods: Goods, of: Frame, link_day: datetime.date, prices: str) -> Desired:
    """The same where today has no price: at the `prices` of an earlier offer, with the stock of today.

    Its options are those of that offer, since the partner knows no others; what is no longer on offer has no
    stock. Raises `NotListable`.
    """
    left = {f"S{option.pk}": shown_stock(option, of.partner) for option in goods.options}
    skus = [
        {"out_sku_id": sku, **dict(zip(PRICES, figures, strict=True)), "stock": left.get(sku, 0)}
        for sku, *figures in orjson.loads(prices or "[]")
    ]
    return Desired(content=_texts(goods, of, link_day), offer={"skus": skus})


def prices_of(offer: dict) -> str:
    """What an offer says of prices, to be kept: JSON, a row for each option, of its id and its `PRICES`."""
    rows = [[sku["out_sku_id"], *(sku[name] for name in PRICES)] for sku in offer["skus"]]
    return orjson.dumps(rows).decode()


def _texts(goods: Goods, of: Frame, link_day: datetime.date) -> dict:
    if not goods.name_zh_hans:
        raise NotListable("NO_CHINESE_NAME", "name_zh_hans", _("The Chinese name is missing."))
    if not goods.options:
        raise NotListable("NO_SKU", "skus", _("No option is on offer."))
    if not goods.pictures:
        raise NotListable("NO_PICTURE", "pictures", _("A picture is missing."))
    return _content(goods, of, link_day)


def canonical(part: dict) -> str:
    """A part as sorted, unescaped JSON without blanks: equal texts, equal parts."""
    return _canonical(part).decode()


def _canonical(part: dict) -> bytes:
    return orjson.dumps(part, option=orjson.OPT_SORT_KEYS)


def digest_of(text: str) -> str:
    """SHA-256, 64 lower-case hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest(part: dict) -> str:
    """SHA-256 over the canonical text of a part: equal digests, equal parts."""
    return hashlib.sha256(_canonical(part)).hexdigest()


def out_id(product_id: int) -> str:
    """Our product as partners know it."""
    return f"P{product_id}"


def product_of(out_id: str) -> int | None:
    """The product behind a partner's `out_id`, or None when it is none of ours."""
    is_key = out_id[:1] == "P" and out_id[1:].isdecimal() and len(out_id) <= LONGEST_OUT_ID
    return int(out_id[1:]) if is_key else None


def _content(goods, of, link_day) -> dict:
    return {
        "title": goods.name_zh_hans,
        "title_ko": goods.name_ko or "",
        "category": _remote_category(goods.category_path, of),
        "brand": goods.brand_zh_hans or goods.brand_ko or "",
        "seller": goods.seller_zh_hans or goods.seller_ko,
        "town": goods.town_zh_hans or "",
        "origin": goods.origin,
        "description": (goods.description_zh_hans or "")[:5000],
        "pictures": [
            of.media + picture_name(picture, PICTURE_WIDTH) for picture in goods.pictures[:MOST_PICTURES]
        ],
        "link": link(of.partner, goods.pk, link_day),
        "skus": [
            {"out_sku_id": f"S{option.pk}", "title": option.label_zh_hans or "", "barcode": option.gtin}
            for option in goods.options
        ],
    }


def _offer(goods, of) -> dict:
    if of.missing:
        raise of.missing.with_traceback(None)
    return {"skus": [_option(option, of) for option in goods.options]}


def _option(option: Option, of: Frame) -> dict:
    price = sku_price(option, of.terms)
    fen, was = (partner_price(fen, of.partner, of.terms) for fen in (price.fen, price.was_fen or 0))
    landed = landed_price(option, fen, of.table)
    return {
        "out_sku_id": f"S{option.pk}",
        "price_fen": fen,
        "was_fen": was if was > fen else 0,
        "tax_fen": landed.tax_fen,
        "landed_fen": landed.landed_fen,
        "stock": shown_stock(option, of.partner),
    }


def partner_price(fen: int, partner: PartnerMall, terms: Terms) -> int:
    """Our price times the partner's factor, to the mall's price ending where the factor is not one."""
    if partner.price_factor == 1:
        return fen
    return portion(fen, Fraction(partner.price_factor), step=terms.step)


def shown_stock(option: Option, partner: PartnerMall) -> int:
    """What the partner may sell: what nobody holds, less what is kept back, times its share, rounded down.

    Kept back is the safety stock, or what may sell elsewhere before the partner knows, whichever is more.
    """
    free = (option.on_hand or 0) - (option.reserved or 0)
    kept_back = max(partner.safety_stock, reserve.units(option.sold_lately, partner.lag_seconds))
    return max(0, int((free - kept_back) * partner.stock_share))


def _remote_category(path: str, of: Frame) -> str:
    """The partner's code of the nearest mapped category upwards."""
    if path not in of.remote:
        of.remote[path] = of.categories.get(nearest(path, of.categories), "")
    if code := of.remote[path]:
        return code
    raise NotListable(
        "CATEGORY_NOT_MAPPED", "category", _("The category is not mapped to one of the partner.")
    )
