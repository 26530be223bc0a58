"""A scan of a label or of a display's screen: whom it is credited to, and what today answers to it."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Abs
from django.utils import timezone

from catalog import today
from catalog.cards import Offer, cover_of, lowest_offer, lowest_offers, offer_of
from catalog.models import Category, Product
from catalog.no_prices import NO_PRICE
from catalog.tree import line_of
from partners import credit
from partners.models import Display, DisplayProduct, Label, Scan, Visit

# Who scans or reloads the same product at the same display so soon again is counted and credited once.
BURST = datetime.timedelta(minutes=10)
COOKIE = "ks"  # the phone's last scan at a closed display, which opens no visit
NEAREST = 4


@dataclass(frozen=True)
class Target:
    """What a short link stands for; `label` is None for that of a screen."""

    display: Display
    product: Product
    label: Label | None


@dataclass(frozen=True)
class Near:
    product: Product
    offer: Offer
    cover: object


def target_of(code: str) -> Target | None:
    """What a scanned code stands for, None where it is none of ours."""
    code = code.upper()
    if label := Label.objects.select_related("display__market", "product").filter(code=code).first():
        return Target(label.display, label.product, label)
    if item := DisplayProduct.objects.select_related("display__market", "product").filter(code=code).first():
        return Target(item.display, item.product, None)
    return None


@transaction.atomic
def note(target: Target, *, landing: str, before: Visit | None, last: str = "") -> Visit | None:
    """Note a scan, and the visit that it opens unless the display is closed (writes).

    `before`: the phone's last visit. Within `BURST` of it the same product there is the same scan; where no
    visit is opened, while the phone's cookie says so (`last`).
    """
    if before and _is_again(target, before):
        return before
    if not target.display.is_open and last == _name(target):
        return None
    display, product = target.display, target.product
    visit = None
    if display.is_open:
        visit = credit.open_visit(display=display, product=product, landing=landing, before=before)
    Scan.objects.create(display=display, product=product, label=target.label, visit=visit)
    if target.label and target.label.taken_away_at:  # it hangs for all that was said
        Label.objects.filter(pk=target.label.pk).update(taken_away_at=None)
    return visit


def remember(response, target: Target, *, last: str) -> None:
    """Put a scan that opened no visit into the phone's cookie, until the same would count anew."""
    if last != _name(target):
        response.set_cookie(
            COOKIE,
            _name(target),
            max_age=BURST,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def todays_offer(target: Target) -> Offer | None:
    """The label's option today, or the cheapest where that is gone; None: not on sale, or no price today."""
    product = Product.objects.on_sale().filter(pk=target.product.pk).for_card().first()
    try:
        if product is None or not product.active_skus:
            return None
        sku = next(
            (sku for sku in product.active_skus if target.label and sku.pk == target.label.sku_id), None
        )
        if sku:
            return offer_of(sku, today.terms(), today.table())
        return lowest_offer(product, today.terms(), today.table())
    except NO_PRICE:
        return None


def nearest(product: Product) -> tuple[Category | None, list[Near]]:
    """What one may buy instead, in stock, nearest in price, with the category that it is of.

    That is the product's own, else the first above it that has goods, else None: any of the mall's. At most
    a query for each of these. No goods where no price can be told.
    """
    goods = Product.objects.on_sale().filter(has_stock=True).exclude(pk=product.pk)
    apart = Abs(F("sort_price_krw") - product.sort_price_krw)
    for category in [*reversed(line_of(product.category.path)), None]:
        within = goods.filter(category__path__startswith=category.path) if category else goods
        if rows := list(within.for_card().order_by(apart, "-sold", "pk")[:NEAREST]):
            break
    try:
        offers, _untaxed = lowest_offers(rows, today.terms(), today.table())
    except NO_PRICE:
        offers = {}
    return category, [Near(row, offers[row.pk], cover_of(row)) for row in rows if row.pk in offers]


def _name(target: Target) -> str:
    return f"{target.display.pk}-{target.product.pk}"


def _is_again(target: Target, before: Visit) -> bool:
    same = (before.display_id, before.product_id) == (target.display.pk, target.product.pk)
    return same and before.at > timezone.now() - BURST
