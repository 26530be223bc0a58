"""What units of an order line give back, to the fen; docs/money.md, Refunds (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from kmall.money import half_up
from orders.models import OrderLine


class TooMany(Exception):
    """More units of `line` are to be given back than are left of it."""

    def __init__(self, line: OrderLine, asked: int, left: int):
        super().__init__(f"{line}: {asked} asked, {left} left")
        self.line, self.asked, self.left = line, asked, left


@dataclass(frozen=True)
class Share:
    """The money of `quantity` units of a line, in fen."""

    line: OrderLine
    quantity: int
    goods_fen: int
    freight_fen: int
    tariff_fen: int
    consumption_fen: int
    vat_fen: int
    commission_fen: int  # not the shopper's: what the partner no longer earns

    @property
    def value_fen(self) -> int:
        """What counted to the buyer's year: goods and freight."""
        return self.goods_fen + self.freight_fen

    @property
    def tax_fen(self) -> int:
        return self.tariff_fen + self.consumption_fen + self.vat_fen

    @property
    def amount_fen(self) -> int:
        return self.value_fen + self.tax_fen

    @property
    def figures(self) -> dict[str, int]:
        """The money as columns of `RefundLine`."""
        return {name: getattr(self, name) for name in (*KINDS, "tax_fen")}


KINDS = ("goods_fen", "freight_fen", "tariff_fen", "consumption_fen", "vat_fen", "commission_fen")


def share_of(line: OrderLine, quantity: int) -> Share:
    """The next `quantity` units of a line. Raises `TooMany`.

    Cumulative rounding: after k of n units, half_up(k/n) of each kind of the line's money has been given
    back, so what all refunds of a line give is the line's own money, in whatever parts it goes.
    """
    if not 0 < quantity <= line.left_quantity:
        raise TooMany(line, quantity, line.left_quantity)
    before, after = line.refunded_quantity, line.refunded_quantity + quantity

    def of(whole_fen: int) -> int:
        return _up_to(whole_fen, after, line.quantity) - _up_to(whole_fen, before, line.quantity)

    return Share(line, quantity, **{name: of(getattr(line, name)) for name in KINDS})


def shares_of(lines: Iterable[OrderLine], quantities: Mapping[int, int] | None = None) -> list[Share]:
    """Shares of the units named by line key, or of all that is left. Raises `TooMany`.

    `lines` are all of the order or of the parcel: of a SKU that stands in several of them the commission goes
    back from the first on, whichever is refunded, since a partner hears of units of a SKU and reckons so.
    """
    lines = list(lines)
    wanted = {line.pk: line.left_quantity for line in lines} if quantities is None else quantities
    shares = [share_of(line, wanted[line.pk]) for line in lines if wanted.get(line.pk)]
    sold = defaultdict(list)
    for line in lines:
        if line.goods_fen:  # what cost nothing earned nothing, and no refund of it is told
            sold[line.sku_id].append(line)
    return [
        _from_the_first(share, sold[share.line.sku_id], shares[:place]) for place, share in enumerate(shares)
    ]


def _from_the_first(share: Share, alike: list[OrderLine], before: list[Share]) -> Share:
    """The share with the commission of the next units of its SKU, after those `before` in this refund."""
    if len(alike) < 2 or share.line not in alike:
        return share
    gone = sum(line.refunded_quantity for line in alike)
    gone += sum(other.quantity for other in before if other.line in alike)
    after = _lost_fen(alike, gone + share.quantity)
    return replace(share, commission_fen=after - _lost_fen(alike, gone))


def _lost_fen(alike: list[OrderLine], units: int) -> int:
    """The commission of the first `units` of lines of one SKU."""
    fen = 0
    for line in sorted(alike, key=lambda line: line.pk):
        gone = min(units, line.quantity)
        units -= gone
        fen += _up_to(line.commission_fen, gone, line.quantity)
    return fen


def _up_to(whole_fen: int, units: int, of: int) -> int:
    return half_up(Fraction(whole_fen * units, of))
