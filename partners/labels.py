"""Shelf labels of displays: numbered rows that remember what they show, and which of them are out of date."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.cards import Offer, lowest_offers, offer_of
from catalog.models import Product
from catalog.pricing import Terms, todays_terms
from catalog.tax import NoTaxRate, TaxTable, rates_at
from kmall.templatetags.mall import cny_short
from orders.freight import FreightTable, freight_at
from partners import locks
from partners.models import Display, DisplayProduct, Label, Scan
from partners.models.code import new_code

DELIVERY = {"bonded": ("2–3 天到家", "保税仓发货"), "direct": ("5–9 天到家", "韩国直邮")}


class Fault(StrEnum):
    """Why a label has to be printed again, or taken away."""

    PRICE = "price"
    OPTION = "option"  # the one on the label is no longer sold
    NAME = "name"
    ORIGIN = "origin"
    TEXT = "text"  # delivery, freight, name of the option, or the display's own name
    UNTAXED = "untaxed"  # today's landed price cannot be told: nothing to print, nothing to take away
    OFF_SALE = "off_sale"
    OFF_DISPLAY = "off_display"
    SUPERSEDED = "superseded"  # and nobody has said that the paper is gone


GONE = frozenset({Fault.OFF_SALE, Fault.OFF_DISPLAY, Fault.SUPERSEDED})
# What a label shows besides its prices and number, and what is wrong with it when that has changed.
TEXTS = {
    "name": Fault.NAME,
    "name_ko": Fault.NAME,
    "option": Fault.TEXT,
    "place": Fault.ORIGIN,
    "origin": Fault.ORIGIN,
    "delivery": Fault.TEXT,
    "delivery_from": Fault.TEXT,
    "freight": Fault.TEXT,
    "market": Fault.TEXT,
    "display": Fault.TEXT,
}


@dataclass(frozen=True)
class Outdated:
    """A label that hangs, or may, and is not right; `today` is None where there is nothing to print.

    `scanned_at`: the last scan since the number was superseded, which shows that the paper hangs.
    """

    label: Label
    faults: tuple[Fault, ...]
    today: Offer | None
    scanned_at: datetime.datetime | None

    @property
    def is_to_print(self) -> bool:
        return self.today is not None

    @property
    def is_to_take_away(self) -> bool:
        return not GONE.isdisjoint(self.faults)


@dataclass(frozen=True)
class Day:
    """What today's labels are made with."""

    terms: Terms
    table: TaxTable
    offers: dict[int, Offer]  # by product: only of those on sale
    untaxed: dict[int, NoTaxRate]  # what those lack that have no landed price
    freight: FreightTable


@transaction.atomic
def number_labels(items: Iterable[DisplayProduct], *, by=None) -> list[Label]:
    """New labels at today's prices, one for each displayed product that is on sale (writes).

    They supersede the labels that were in force there. `by`: the user who prints. A fixed number of
    queries. What has no tax rate is left out. Raises `StaleRate`, `NoPricePolicy` or `NoFreightRule` when no
    price can be told, `NoTaxRate` when that is so of all that could be printed.
    """
    items = list(items)
    list(locks.displays({item.display_id for item in items}))
    displays = Display.objects.select_related("market").in_bulk({item.display_id for item in items})
    day = day_of({item.product_id for item in items})
    made = [
        _label(displays[item.display_id], offer, day, by)
        for item in items
        if (offer := day.offers.get(item.product_id))
    ]
    if day.untaxed and not made:
        raise next(iter(day.untaxed.values()))
    _supersede({(label.display_id, label.product_id) for label in made})
    for label, code in zip(made, _new_codes(len(made)), strict=True):
        label.code = code
    return Label.objects.bulk_create(made)


def untaxed(items: Iterable[DisplayProduct]) -> QuerySet[Product]:
    """What of these `number_labels` leaves out for want of a tax rate. Raises as that, but no `NoTaxRate`."""
    return Product.objects.filter(pk__in=day_of({item.product_id for item in items}).untaxed).order_by("pk")


def outdated(labels: QuerySet[Label], day: Day | None = None) -> list[Outdated]:
    """Those in force whose price, name, origin or text is another today, or whose product has gone, and
    those out of force that may still hang.

    By market, display and product name. A fixed number of queries. `day`: of their goods, where somebody has
    it. Raises `StaleRate`, `NoPricePolicy` or `NoFreightRule`.
    """
    rows = _hanging(labels)
    day = day or day_of({label.product_id for label in rows})
    ids = {label.display_id for label in rows}
    shelf = set(DisplayProduct.objects.filter(display__in=ids).values_list("display_id", "product_id"))
    scanned, found = _scanned_since(rows), []
    for label in rows:
        offer = day.offers.get(label.product_id)
        if faults := _faults(label, offer, day, (label.display_id, label.product_id) in shelf):
            today = offer if GONE.isdisjoint(faults) else None
            found.append(Outdated(label, faults, today, scanned.get(label.pk)))
    return found


def superseded(labels: QuerySet[Label]) -> list[Outdated]:
    """Those of `outdated` that are out of force: they are told without prices. A fixed number of queries."""
    rows = _hanging(labels.exclude(superseded_at=None))
    scanned = _scanned_since(rows)
    return [Outdated(label, (Fault.SUPERSEDED,), None, scanned.get(label.pk)) for label in rows]


@transaction.atomic
def reprint(labels: QuerySet[Label], *, by=None) -> list[Label]:
    """New labels for all that are out of date and can be printed; a second click finds none (writes)."""
    list(locks.displays(labels.order_by("display_id").values_list("display_id", flat=True).distinct()))
    wrong = [row.label for row in outdated(labels) if row.is_to_print]
    pairs = {(label.display_id, label.product_id) for label in wrong}
    items = DisplayProduct.objects.filter(
        display__in={display for display, _product in pairs}, product__in={product for _d, product in pairs}
    ).order_by("display__market__code", "display__code", "position", "pk")
    return number_labels([item for item in items if (item.display_id, item.product_id) in pairs], by=by)


def take_away(ids: Collection[int]) -> int:
    """Say that these labels have been taken off their displays, in force or not; how many (writes)."""
    now = timezone.now()
    rows = Label.objects.filter(pk__in=ids)
    return rows.update(superseded_at=Coalesce("superseded_at", now), taken_away_at=now)


def _hanging(labels: QuerySet[Label]) -> list[Label]:
    """Those that nobody has said are taken away, by market, display and product name."""
    rows = labels.filter(taken_away_at=None).select_related("display__market", "product", "sku")
    return list(rows.order_by("display__market__code", "display__code", "product__name_zh_hans", "pk"))


def _scanned_since(rows: list[Label]) -> dict[int, datetime.datetime]:
    """The last scan of each that was superseded before it."""
    scans = Scan.objects.filter(label__in=[label.pk for label in rows if label.superseded_at])
    since = scans.filter(at__gt=F("label__superseded_at")).order_by()
    return dict(since.values_list("label").annotate(Max("at")))


def _new_codes(count: int) -> list[str]:
    """So many that no label has; two printings at once are told apart by the column."""
    codes: set[str] = set()
    while len(codes) < count:
        drawn = {new_code() for _ in range(count - len(codes))}
        codes |= drawn - set(Label.objects.filter(code__in=drawn).values_list("code", flat=True))
    return list(codes)


def _supersede(pairs: set[tuple[int, int]]) -> None:
    there = Label.objects.filter(superseded_at=None, display__in={display for display, _p in pairs})
    rows = there.values_list("pk", "display_id", "product_id")
    old = [pk for pk, *pair in rows if tuple(pair) in pairs]
    Label.objects.filter(pk__in=old).update(superseded_at=timezone.now())


def day_of(product_ids: set[int]) -> Day:
    """Of these goods, as far as they are on sale. A fixed number of queries. Raises as `outdated`."""
    terms, table = todays_terms(), rates_at(timezone.localdate())
    goods = Product.objects.on_sale().filter(pk__in=product_ids).for_card()
    return Day(terms, table, *lowest_offers(goods, terms, table), freight_at(timezone.localdate()))


def _label(display: Display, offer: Offer, day: Day, by) -> Label:
    return Label(
        display=display,
        product=offer.sku.product,
        sku=offer.sku,
        price_fen=offer.price.fen,
        landed_fen=offer.landed.landed_fen,
        rate_day=day.terms.rate.date,
        shown=_texts(display, offer, day.freight),
        printed_by=by,
    )


def _texts(display: Display, offer: Offer, freight: FreightTable) -> dict[str, str]:
    """In Chinese, as the label shows them: the keys of `TEXTS`.

    A market or display without a Chinese name goes by its Korean one.
    """
    product = offer.sku.product
    delivery, delivery_from = DELIVERY[product.delivery]
    origin = "韩国" if product.origin == "KR" else product.origin
    # Of one piece to where no special rate applies, as its page tells it.
    freight_fen = freight.parcel_fen(weight_g=offer.sku.weight_g, goods_fen=offer.price.fen)
    return {
        "name": product.name_zh_hans,
        "name_ko": product.name_ko,
        "option": (offer.sku.label_zh_hans or "") if len(product.active_skus) > 1 else "",
        "place": product.seller.town_zh_hans or "",
        "origin": f"{origin}产，附产地证" if product.origin_certificate else f"{origin}制造",
        "delivery": delivery,
        "delivery_from": delivery_from,
        "freight": f"，另加运费 {cny_short(freight_fen)}" if freight_fen else "，免运费",
        "market": display.market.name_zh_hans or display.market.name_ko,
        "display": display.name_zh_hans or display.name_ko,
    }


def _faults(label: Label, offer: Offer | None, day: Day, is_on_display: bool) -> tuple[Fault, ...]:
    if label.superseded_at:
        return (Fault.SUPERSEDED,)
    if not is_on_display:
        return (Fault.OFF_DISPLAY,)
    if offer is None:
        return (Fault.UNTAXED if label.product_id in day.untaxed else Fault.OFF_SALE,)
    now = _texts(label.display, offer, day.freight)
    # What an older label does not remember cannot be told to have changed.
    changed = {fault for text, fault in TEXTS.items() if label.shown.get(text, now[text]) != now[text]}
    own = [
        offer_of(sku, day.terms, day.table) for sku in offer.sku.product.active_skus if sku.pk == label.sku_id
    ]
    if not own:
        changed.add(Fault.OPTION)
    # A scan is told its own option's price, where another has become the cheapest.
    prices = {(of.price.fen, of.landed.landed_fen) for of in (offer, *own)}
    if prices != {(label.price_fen, label.landed_fen)}:
        changed.add(Fault.PRICE)
    return tuple(fault for fault in Fault if fault in changed)
