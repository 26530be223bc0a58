"""What a changed rule would do at a partner, before it is saved: listed, changed, withdrawn, not listable."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog.models import Category, Picture, Product, Sku
from catalog.pricing import Terms, sku_price, todays_terms
from partners import goods
from partners.category_map import codes_of, nearest
from partners.desired import partner_price, shown_stock
from partners.goods import Option
from partners.models import Listing, PartnerMall
from partners.select import chosen

SAMPLES = 5
CHUNK = 500  # products whose options are in memory at once
NO_PLACE = "CATEGORY_NOT_MAPPED"


@dataclass(frozen=True)
class Offer:
    """Of the option that changes most visibly: fen and units shown, before and after."""

    before_fen: int
    after_fen: int
    before_stock: int
    after_stock: int


@dataclass
class Group:
    """How many products, and the first few; `offers` by product where prices or stock change."""

    count: int = 0
    samples: list[Product] = field(default_factory=list)
    offers: dict[int, Offer] = field(default_factory=dict)

    @property
    def more(self) -> int:
        """How many are not among the samples."""
        return self.count - len(self.samples)


@dataclass
class Preview:
    """Against what the partner holds now. `lacking`: what goods lack to be listed, by `desired`'s codes.

    `unplaced`: (category, how many of the goods that lack a code there), the most first.
    """

    listed: Group
    changed: Group
    withdrawn: Group
    kept: int
    lacking: dict[str, Group]
    unplaced: list[tuple[Category, int]]

    @property
    def selects_nothing(self) -> bool:
        """Whether the rule fits no product at all, complete or not."""
        return not (self.listed.count or self.changed.count or self.kept or self.lacking)


def preview(partner: PartnerMall, proposed: PartnerMall, codes: dict[str, str] | None = None) -> Preview:
    """What saving `proposed` (a changed copy of `partner`) and `codes` (as `codes_of`, if changed) would do.

    Raises `StaleRate` or `NoPricePolicy` where prices have to be compared and the day has none.
    """
    before = codes_of(partner)
    after = before if codes is None else codes
    goods = chosen(proposed)
    held = Listing.objects.filter(partner=partner).held_there().values("product")
    coming, lacking, unplaced = goods.exclude(pk__in=held), {}, []
    staying = goods.filter(pk__in=held)
    for code, lacks in _lacks(after).items():
        lacking[code] = _group(coming.filter(lacks))
        if code == NO_PLACE and lacking[code].count:
            unplaced = _by_category(coming.filter(lacks))
        coming, staying = coming.exclude(lacks), staying.exclude(lacks)
    changed = _repriced(staying, partner, proposed)
    _add_moved(changed, staying, before, after)
    return Preview(
        listed=_group(coming),
        changed=changed,
        withdrawn=_group(Product.objects.filter(pk__in=held).exclude(pk__in=staying.values("pk"))),
        kept=staying.count() - changed.count,
        lacking={code: group for code, group in lacking.items() if group.count},
        unplaced=unplaced,
    )


def listable(partner: PartnerMall) -> QuerySet[Product]:
    """What is at the partner once all is sent: selected by its rule, and nothing lacks. Raises `BadRule`."""
    products = chosen(partner)
    for lacks in _lacks(codes_of(partner)).values():
        products = products.exclude(lacks)
    return products


def _group(products: QuerySet[Product]) -> Group:
    return Group(products.count(), list(products.order_by("-sold", "pk")[:SAMPLES]))


def _by_category(products: QuerySet[Product]) -> list[tuple[Category, int]]:
    counted = products.order_by().values("category").annotate(n=Count("pk")).order_by("-n", "category")
    numbers = dict(counted.values_list("category", "n"))
    rows = Category.objects.in_bulk(list(numbers))
    return [(rows[pk], n) for pk, n in numbers.items()]


def _lacks(codes: dict[str, str]) -> dict[str, Q]:
    """What keeps a product from being listed, by the code of its `NotListable`, in the order of `desired`."""
    mapped = Q(pk__in=())
    for path in codes:
        mapped |= Q(category__path__startswith=path)
    skus = Sku.objects.filter(product=OuterRef("pk"), is_active=True)
    pictures = Picture.objects.filter(product=OuterRef("pk"), is_current=True)
    return {
        "NO_CHINESE_NAME": Q(name_zh_hans="") | Q(name_zh_hans=None),
        "NO_SKU": ~Exists(skus),
        "NO_PICTURE": ~Exists(pictures),
        NO_PLACE: ~mapped,
    }


def _repriced(products: QuerySet[Product], partner: PartnerMall, proposed: PartnerMall) -> Group:
    """Those whose price or stock there changes."""
    names = ("price_factor", "stock_share", "safety_stock")
    changed = Group()
    if all(getattr(partner, name) == getattr(proposed, name) for name in names):
        return changed
    terms = todays_terms()
    keys = list(products.order_by("-sold", "pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        ids = keys[start : start + CHUNK]
        offers = _offers(ids, partner, proposed, terms)
        changed.count += len(offers)
        if len(changed.samples) < SAMPLES:
            first = [pk for pk in ids if pk in offers][: SAMPLES - len(changed.samples)]
            rows = Product.objects.in_bulk(first)
            changed.samples += [rows[pk] for pk in first]
            changed.offers |= {pk: offers[pk] for pk in first}
    return changed


def _offers(ids, partner: PartnerMall, proposed: PartnerMall, terms: Terms) -> dict[int, Offer]:
    found = {}
    for option in goods.options(Sku.objects.filter(product__in=ids).order_by("product", "pk")):
        offer = offer_of(option, partner, proposed, terms)
        if (offer.before_fen, offer.before_stock) != (offer.after_fen, offer.after_stock):
            found.setdefault(option.product_id, offer)
    return found


def offer_of(option: Option, partner: PartnerMall, proposed: PartnerMall, terms: Terms) -> Offer:
    """What an option costs and has at the partner now, and as proposed."""
    fen = sku_price(option, terms).fen
    return Offer(
        before_fen=partner_price(fen, partner, terms),
        after_fen=partner_price(fen, proposed, terms),
        before_stock=shown_stock(option, partner),
        after_stock=shown_stock(option, proposed),
    )


def _add_moved(changed: Group, products: QuerySet[Product], before: dict, after: dict) -> None:
    """Add those that come to stand in another category there."""
    if before == after or changed.count:
        return
    paths = products.order_by().values_list("category__path", flat=True).distinct()
    moved = [path for path in paths if before.get(nearest(path, before)) != after.get(nearest(path, after))]
    group = _group(products.filter(category__path__in=moved))
    changed.count, changed.samples = group.count, group.samples
