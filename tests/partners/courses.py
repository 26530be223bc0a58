"""What can happen to the listings of a mall while it is worked for: changes here, troubles there, deaths between."""

import contextlib
import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import count

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import strategies as st

from catalog.models import Category, ExchangeRate, Product, Sku, Stock, StockHold
from catalog.signals import product_changed
from catalog.stock import OutOfStock, release, reserve, restock
from kmall import caching
from partners import claim, look, pace, receipts, sync, verdict
from partners.connectors import connect
from partners.models import Feed, Listing, PartnerMall, Receipt
from partners.pull_feed import build
from partners.setup import change_terms
from tests.factories.catalog import CategoryFactory, PictureFactory, daily_terms
from tests.factories.partners import changed, listable, skin_care
from tests.partners.convergence import converge, hurry
from tests.partners.played import Played

LEAST, MOST = 3, 6  # products
FINE = "丁款"
FORBIDDEN = "全网最低"  # no mall takes it
_numbers = count(1)


@dataclass
class World:
    """A mall, how it is played, its stand-in, and all products that it was ever told of."""

    played: Played
    mall: PartnerMall
    stand: object
    goods: list[Product]
    gone: set[str] = field(default_factory=set)  # items of products that were deleted

    def product(self, which: int) -> Product:
        return self.goods[which % len(self.goods)]

    @property
    def is_pulling(self) -> bool:
        return "feed" in self.played.can

    def read(self) -> None:
        """A mall that pulls reads what is new; the second time it says what it keeps."""
        for _ in range(2 if self.is_pulling else 0):
            self.stand.operate("/operator/pull/")

    def come_to_rest(self) -> None:
        """All that is due, and what beat does each minute for what failed and is not due any more."""
        converge(self.mall, self.read)
        look.look_again_at_stalest(self.mall, count=0)
        if Listing.objects.filter(partner=self.mall, look_at__isnull=False).exists():
            converge(self.mall, self.read)


@contextlib.contextmanager
def world(played, stand):
    """A mall that shows some products, for one example of a test: nothing is left of it for the next."""
    stand.begin_anew()
    caching.raise_now(caching.EVERYTHING)  # of the mall of an example before, which is no more
    with transaction.atomic():
        daily_terms()
        mall = played.open(stand.url)
        goods = [listable() for _ in range(LEAST)]
        for product in goods:
            changed(product, "state")
        of = World(played, mall, stand, goods)
        of.come_to_rest()
        yield of
        transaction.set_rollback(True)


def text(of: World, which, name):
    changed(of.product(which), "text", name_zh_hans=f"{name} 精华液")


def price(of: World, which, won):
    product = of.product(which)
    Sku.objects.filter(product=product).update(price_krw=won)
    changed(product, "price", sort_price_krw=won)


def stock(of: World, which, units):
    """Counted anew; never below what is held."""
    row = Stock.objects.get(sku__product=of.product(which))
    if units not in (row.on_hand, *range(row.reserved)):
        restock(lines=[(row.pk, units - row.on_hand)], reason="count")


def held(of: World, which, units):
    """Another channel's shopper holds some, or lets go of what was held."""
    row = Stock.objects.get(sku__product=of.product(which))
    if not release(reference=f"cart-{row.pk}"):
        with contextlib.suppress(OutOfStock):
            reserve(lines=[(row.pk, units)], reference=f"cart-{row.pk}", seconds=600)


def state(of: World, which, name):
    changed(of.product(which), "state", state=name)


def category(of: World, which, is_mapped):
    unmapped = Category.objects.filter(slug="unmapped").first() or CategoryFactory(slug="unmapped")
    changed(of.product(which), "text", category=skin_care() if is_mapped else unmapped)


def picture(of: World, which, is_there):
    pictures = of.product(which).pictures
    if not is_there:
        pictures.all().delete()
    elif not pictures.exists():
        PictureFactory(
            product=of.product(which), state="ready", widths=[480], digest=f"{next(_numbers):064x}"
        )
    changed(of.product(which), "picture")


def rate(of: World, _which, won):
    ExchangeRate.objects.update_or_create(
        date=timezone.localdate(), defaults={"rate": Decimal(won), "source": "test"}
    )
    product_changed.send(ExchangeRate, product_ids=None, kinds={"price"})


def no_rate(of: World, _which, _value):
    """A day on which no price can be told; what is there goes on being sold, at the last one."""
    ExchangeRate.objects.all().delete()


def terms(of: World, which, name):
    """KITA changes what the mall gets, and at which price."""
    rules = {"rule": {}, "price_factor": Decimal(1), "stock_share": Decimal(1), "safety_stock": 0}
    rules |= {
        "usual": {},
        "cheap": {"rule": {"price_to_krw": 15_000}},
        "without": {"rule": {"without": [of.product(which).pk]}},
        "in stock": {"rule": {"in_stock": True}},
        "dearer": {"price_factor": Decimal("1.05")},
        "share": {"stock_share": Decimal("0.5"), "safety_stock": 2},
    }[name]
    proposed = PartnerMall.objects.get(pk=of.mall.pk)
    for name, value in rules.items():
        setattr(proposed, name, value)
    change_terms(of.mall, proposed, actor=None)
    of.mall.refresh_from_db()


def new(of: World, _which, _value):
    if len(of.goods) < MOST:
        of.goods.append(listable())
        changed(of.goods[-1], "state")


def deleted(of: World, which, _value):
    """By hand, in the database: the mall is not told, since nothing is left that could tell it."""
    if len(of.goods) <= LEAST:
        return
    product = of.goods[1 + which % (len(of.goods) - 1)]  # the first is the one that troubles are met with
    of.goods.remove(product)
    of.gone.add(f"P{product.pk}")
    StockHold.objects.filter(sku__product=product).delete()
    product.skus.all().delete()
    product.delete()


def staff(of: World, which, deed):
    """The mall's own staff edits an item or takes it off."""
    item = of.stand.state()["items"].get(f"P{of.product(which).pk}")
    if item and item["content"]:
        of.stand.operate(f"/operator/items/{deed}/", out_id=f"P{of.product(which).pk}", title="内部编辑")


UNSEEN = (deleted, staff)  # only a pass through all that the mall shows finds these
_which = st.integers(0, MOST - 1)
_CHANGES = {
    text: st.sampled_from(["甲款", "乙款", "丙款", FORBIDDEN]),
    price: st.sampled_from([9_000, 12_000, 30_000]),
    stock: st.sampled_from([0, 1, 8, 40]),
    held: st.integers(1, 4),
    state: st.sampled_from(["on_sale", "withdrawn"]),
    category: st.booleans(),
    picture: st.booleans(),
    rate: st.sampled_from(["0.0050", "0.0052", "0.0055"]),
    no_rate: st.none(),
    terms: st.sampled_from(["usual", "cheap", "without", "in stock", "dearer", "share"]),
    new: st.none(),
    deleted: st.none(),
    staff: st.sampled_from(["remove", "edit"]),
}
changes = st.one_of(st.tuples(st.just(kind), _which, values) for kind, values in _CHANGES.items())


def certain(of: World, action: str):
    """A change of the first product for which this is sent; the mall is at rest. What takes it back."""
    product, number = of.goods[0], next(_numbers)
    if action == "withdraw":
        state(of, 0, "withdrawn")
        return partial(state, of, 0, "on_sale")
    if action == "offer":
        before = Sku.objects.get(product=product).price_krw
        price(of, 0, 20_000 + 100 * number)
        return partial(price, of, 0, before)
    text(of, 0, f"第{number}款")
    return partial(text, of, 0, FINE)


def on_show(of: World) -> None:
    """The first product is one that the mall should show, by rules that let it, on a day with prices."""
    rate(of, 0, "0.0052")
    terms(of, 0, "usual")
    text(of, 0, FINE)
    picture(of, 0, True)
    category(of, 0, True)
    state(of, 0, "on_sale")


def apply(some, of: World) -> bool:
    """Whether one of the changes is such that only a whole pass finds it."""
    for change, which, value in some:
        change(of, which, value)
    return any(change in UNSEEN for change, _which, _value in some)


def work(of: World) -> None:
    """What a worker does for a mall in its turn, all waits over: none of them is longer than it may be."""
    mall = of.mall
    for turn in (sync.sync, partial(_build_and_read, of), _collect, _look):
        _require_next_tries(mall)
        hurry(mall)
        turn(mall)
    _require_next_tries(mall)


def _build_and_read(of: World, mall) -> None:
    if of.is_pulling and Feed.objects.exists():
        build.build(mall.pk)
    of.read()


def _collect(mall) -> None:
    receipts.collect(mall, connect(mall))


def _look(mall) -> None:
    look.look_up(mall, connect(mall))


def _require_next_tries(mall) -> None:
    """Whatever is open has its next try within the hour or so, and a dead worker's lease ends with its call."""
    now, of_mall = timezone.now(), {"partner": mall}
    longest = now + datetime.timedelta(seconds=verdict.LONGEST_WAIT * 1.25)
    if not ExchangeRate.objects.exists():  # what has no price waits for the next day, or for one
        longest = now + datetime.timedelta(days=1)
    lease = now + pace.longest_call(mall) + claim.SPARE
    rows = Listing.objects.filter(**of_mall)
    is_due = Q(due_full=True) | Q(due_stock=True)
    assert not rows.filter(is_due, next_try_at__gt=longest).exists()
    assert not rows.filter(look_at__gt=longest).exists()
    assert not rows.filter(lease__isnull=False).exclude(leased_until__lte=lease).exists()
    assert not Receipt.objects.filter(**of_mall, ask_at__gt=longest).exists()
    at_rest = rows.filter(due_full=False, due_stock=False, look_at=None, receipt=None)
    assert not at_rest.filter(outcome="accepted").exists()  # failed and unknown ones the trickle looks at
