"""A basket above the limit of an order, cut into orders that are each allowed; docs/customs.md."""

from collections import Counter, defaultdict

from catalog.models import Sku
from catalog.pricing import Price
from orders.quote import Quote, parcel_freight, quote


def split_offer(whole: Quote) -> list[Quote]:
    """Orders that together hold every piece of the basket, each within the limit or a single piece.

    Parcels stay whole where they fit; pieces are put first-fit by falling value. Deterministic.
    """
    return _Split(whole).quotes()


class _Split:
    def __init__(self, whole: Quote):
        self.basis = whole.basis
        self.skus: dict[int, Sku] = {line.sku.pk: line.sku for line in whole.lines}
        self.parcels = [
            Counter({line.sku.pk: line.quantity for line in parcel.lines}) for parcel in whole.parcels
        ]
        self.prices = {line.sku.pk: Price(line.unit_fen, line.was_fen, line.unit_krw) for line in whole.lines}

    def quotes(self) -> list[Quote]:
        alone, blocks = [], []
        for parcel in self.parcels:
            for sku_id in [pk for pk in parcel if not self._fits(Counter({pk: 1}))]:
                alone += [Counter({sku_id: 1})] * parcel.pop(sku_id)
            blocks += [parcel] if self._fits(parcel) else self._pieces_first_fit(parcel)
        blocks.sort(key=self._value, reverse=True)
        return [self._quote(basket) for basket in self._blocks_first_fit(blocks) + alone]

    def _pieces_first_fit(self, parcel: Counter) -> list[Counter]:
        blocks: list[Counter] = []
        for sku_id in sorted(parcel, key=lambda pk: (-self.prices[pk].fen, pk)):
            left, index = parcel[sku_id], 0
            while left:
                if index == len(blocks):
                    blocks.append(Counter())
                if self._fits(blocks[index] + Counter({sku_id: 1})):
                    blocks[index][sku_id] += 1
                    left -= 1
                else:
                    index += 1
        return blocks

    def _blocks_first_fit(self, blocks: list[Counter]) -> list[Counter]:
        orders: list[Counter] = []
        for block in filter(None, blocks):
            for order in orders:
                if self._fits(order + block):
                    order.update(block)
                    break
            else:
                orders.append(Counter(block))
        return orders

    def _value(self, basket: Counter) -> int:
        sellers = defaultdict(list)
        for pk, quantity in basket.items():
            sellers[self.skus[pk].product.seller_id].append((self.skus[pk], quantity, self.prices[pk]))
        goods = sum(self.prices[pk].fen * quantity for pk, quantity in basket.items())
        return goods + sum(parcel_freight(rows, self.basis) for rows in sellers.values())

    def _fits(self, basket: Counter) -> bool:
        return self._value(basket) <= self.basis.limit.order_fen

    def _quote(self, basket: Counter) -> Quote:
        return quote([(self.skus[sku_id], quantity) for sku_id, quantity in basket.items()], self.basis)
