"""A partner's section as a feed: whole items with signed links, a page at a time, in the order of keys."""

import datetime
from copy import copy
from decimal import Decimal

from django.utils import timezone

from catalog.tax import NoTaxRate
from partners import desired, goods
from partners.desired import NotListable
from partners.goods import Goods
from partners.models import PartnerMall, SharedAddress
from partners.select import on_show
from partners.shared import address_of

PAGE_SIZE = 200


def page(partner: PartnerMall, after: int = 0) -> dict:
    """Items whose key is above `after`, and the address of the next page (None on the last).

    An item is what a listing says (`partners.desired`), at our own prices and with all of our stock, since
    its link leads to our shop; with the state of each SKU's stock and a digest over all of it, the link too,
    which credits nobody when it is too old: an equal digest, an item that need not be taken over again.
    What has no tax rate today is left out. Raises one of `NO_PRICE` where that is so of all on the first
    page, and on a day without prices: a few goods on a page behind must not keep anybody from the others.
    """
    ids = list(
        on_show(partner).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: PAGE_SIZE + 1]
    )
    shown, of = ids[:PAGE_SIZE], desired.frame(as_our_shop(partner))
    day = link_day(partner, timezone.localdate())
    found = goods.read(shown)
    items, untaxed = _items([found[pk] for pk in shown], of, day)
    if untaxed and not items and not after:
        raise untaxed
    more = len(ids) > PAGE_SIZE
    address = address_of(partner, SharedAddress.Purpose.FEED)
    return {"partner": partner.code, "items": items, "next": f"{address}?after={shown[-1]}" if more else None}


def as_our_shop(partner: PartnerMall) -> PartnerMall:
    """The mall as it would be if it sold what we sell, at our prices; not to be saved."""
    ours = copy(partner)
    ours.price_factor, ours.stock_share, ours.safety_stock, ours.lag_seconds = Decimal(1), Decimal(1), 0, 0
    return ours


def link_day(partner: PartnerMall, today: datetime.date) -> datetime.date:
    """The day that links carry: the same for half of their time, so that a page stays the same."""
    half = max(partner.link_days // 2, 1)
    return datetime.date.fromordinal(today.toordinal() // half * half)


def _items(shown: list[Goods], of, day) -> tuple[list[dict], NoTaxRate | None]:
    """Those that can be told, and why one cannot."""
    items, untaxed = [], None
    for told_of in shown:
        try:
            if item := _item(told_of, of, day):
                items.append(item)
        except NoTaxRate as missing:
            untaxed = missing
    return items, untaxed


def _item(told_of: Goods, of, day) -> dict | None:
    """None for what lacks something that no partner lists without."""
    try:
        state = desired.desired(told_of, of, day)
    except NotListable:
        return None
    offers = {offer["out_sku_id"]: offer for offer in state.offer["skus"]}
    skus = []
    for sku in state.content["skus"]:
        offer = offers[sku["out_sku_id"]]
        skus.append(sku | offer | {"stock_state": "in_stock" if offer["stock"] else "sold_out"})
    told = state.content | {"skus": skus}
    return {"id": desired.out_id(told_of.pk), "digest": desired.digest(told), **told}
