"""What units of an order line give back, to the fen; docs/money.md, Refunds (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    """Shares of the units named by line key, or of all that is left. Raises `TooMany`."""
    wanted = {line.pk: line.left_quantity for line in lines} if quantities is None else quantities
    return [share_of(line, wanted[line.pk]) for line in lines if wanted.get(line.pk)]


def _up_to(whole_fen: int, units: int, of: int) -> int:
    return half_up(Fraction(whole_fen * units, of))
