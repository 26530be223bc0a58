"""What shoppers put into their baskets: few goods sell much, most sell little, gifts before feasts."""

import bisect
import itertools
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from catalog.models import Product, SalePrice, Sku
from orders.demo.season import is_gift_time

GIFTS = ("004.", "006.")  # red ginseng and health; snacks and tea
MOST = 40_000  # SKUs that orders are drawn from, at any scale
NAMED = 10  # the first sellers are the ones that the look of the mall is drawn with

_few_goods: list[Callable[[], dict[int, list[int]]]] = []


def sells_few(asks: Callable[[], dict[int, list[int]]]):
    """Register channels that sell of a few goods only: `asks()` gives channel to products."""
    _few_goods.append(asks)
    return asks


class Shelf:
    """All SKUs as a quote needs them, to draw from by popularity."""

    def __init__(self, chance: random.Random):
        skus = Sku.objects.select_related("product__hs", "product__seller", "product__category")
        self.skus = list(skus.filter(product__state=Product.State.ON_SALE).order_by("pk")[:MOST])
        self.sales: dict[int, list[SalePrice]] = defaultdict(list)
        for sale in SalePrice.objects.all():
            self.sales[sale.sku_id].append(sale)
        self._by_seller: dict[int, list[int]] = defaultdict(list)
        for at, sku in enumerate(self.skus):
            sku.active_sales = []
            sku.product.covers = []
            self._by_seller[sku.seller_id].append(at)
        named = set(sorted(self._by_seller)[:NAMED])
        ranks = list(range(len(self.skus)))
        chance.shuffle(ranks)
        weights = [
            1 / (ranks[at] + 12) ** 0.8 * (5 if sku.seller_id in named else 1) * (0.4 if sku.position else 1)
            for at, sku in enumerate(self.skus)
        ]
        self._weights = weights
        self._few = self._positions({key: goods for asks in _few_goods for key, goods in asks().items()})
        self._ordinary = list(itertools.accumulate(weights))
        self._gifts = list(
            itertools.accumulate(
                weight * (2.6 if sku.product.category.path.startswith(GIFTS) else 1)
                for weight, sku in zip(weights, self.skus, strict=True)
            )
        )

    def basket(
        self, at: datetime, chance: random.Random, channel_id: int | None = None
    ) -> list[tuple[Sku, int]]:
        """Lines of one order placed at a moment: goods that were on sale then, at the prices of then.

        Where a channel sells of a few goods only, the first line is one of them.
        """
        few = self._few.get(channel_id)
        sums = self._gifts if is_gift_time(timezone.localdate(at)) else self._ordinary
        lines: dict[int, tuple[Sku, int]] = {}
        for _ in range(chance.choices([1, 2, 3, 4], [60, 25, 10, 5])[0]):
            sku = self._another(lines, sums, chance, few)
            if sku.product.approved_at < at:
                lines[sku.pk] = (self._priced(sku, at), self._quantity(sku, chance))
        return list(lines.values())

    def _positions(self, goods: dict[int, list[int]]) -> dict[int, list[int]]:
        """Channel to where the SKUs of its goods stand."""
        found = defaultdict(list)
        for at, sku in enumerate(self.skus):
            found[sku.product_id].append(at)
        return {key: [at for product in products for at in found[product]] for key, products in goods.items()}

    def _another(self, lines, sums, chance, few) -> Sku:
        """Half of the further goods come from a shop that is in the basket already."""
        if few and not lines:
            return self.skus[chance.choices(few, [self._weights[at] for at in few])[0]]
        if lines and chance.random() < 0.5:
            seller = next(iter(lines.values()))[0].seller_id
            return self.skus[chance.choice(self._by_seller[seller])]
        return self.skus[bisect.bisect(sums, chance.random() * sums[-1])]

    def _priced(self, sku: Sku, at: datetime) -> Sku:
        if sku.pk in self.sales:
            sku.active_sales = [sale for sale in self.sales[sku.pk] if sale.starts_at <= at < sale.ends_at]
        return sku

    @staticmethod
    def _quantity(sku: Sku, chance: random.Random) -> int:
        return 1 if sku.price_krw > 80_000 else chance.choices([1, 2, 3, 5], [70, 20, 8, 2])[0]
