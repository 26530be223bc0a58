"""Limits of the cross-border retail lane: 5,000 yuan an order, 26,000 a person and year; docs/customs.md.

Compared without tax and with freight; equal is inside (财关税〔2016〕18号, 财关税〔2018〕49号).
"""

import datetime
import enum

from kmall.database import InForce
from orders import locks
from orders.models import ImportLimit, YearUse


class NoImportLimit(Exception):
    """No limit is in force on the day: nothing can be quoted."""


class OverYearLimit(Exception):
    """The order would carry the buyer above the year's figure. All in fen."""

    def __init__(self, value_fen: int, used_fen: int, year_fen: int):
        super().__init__(f"{value_fen} + {used_fen} > {year_fen}")
        self.value_fen, self.used_fen, self.year_fen = value_fen, used_fen, year_fen


class Verdict(enum.Enum):
    ALLOWED = "allowed"
    FULL_TAX = "full tax"  # a single piece above the limit of an order
    SPLIT = "split"
    OVER_YEAR = "over the year"

    @property
    def may_be_placed(self) -> bool:
        return self in (Verdict.ALLOWED, Verdict.FULL_TAX)


_LIMITS = InForce(ImportLimit, "valid_from")


def limits_at(on: datetime.date) -> ImportLimit:
    limit = _LIMITS.at(on)
    if limit is None:
        raise NoImportLimit(on)
    return limit


def order_limit_at(on: datetime.date) -> int | None:
    """The limit of an order in fen, for `catalog.tax`; None before the first."""
    limit = _LIMITS.at(on)
    return limit and limit.order_fen


def verdict(*, value_fen: int, pieces: int, limit: ImportLimit, used_fen: int = 0) -> Verdict:
    """What may become of a basket worth `value_fen` (goods and freight, no tax) of `pieces` pieces."""
    if used_fen + value_fen > limit.year_fen:
        return Verdict.OVER_YEAR
    if value_fen <= limit.order_fen:
        return Verdict.ALLOWED
    return Verdict.FULL_TAX if pieces == 1 else Verdict.SPLIT


def used_fen(buyer_index: str, on: datetime.date) -> int:
    """What the buyer has used of the year with us: a lower bound of what customs counts."""
    rows = YearUse.objects.filter(buyer_index=buyer_index, year=on.year)
    return rows.values_list("used_fen", flat=True).first() or 0


def count_to_year(*, buyer_index: str, on: datetime.date, value_fen: int) -> YearUse:
    """Count an order to the buyer's year, inside its transaction. Raises `OverYearLimit`."""
    limit = limits_at(on)
    use = locks.year_use(buyer_index, on.year)
    if use.used_fen + value_fen > limit.year_fen:
        raise OverYearLimit(value_fen, use.used_fen, limit.year_fen)
    use.used_fen += value_fen
    use.save(update_fields=["used_fen"])
    return use


def give_back_to_year(*, buyer_index: str, on: datetime.date, value_fen: int) -> YearUse:
    """Give an order's value back to its year, inside the transaction that ends the order."""
    use = locks.year_use(buyer_index, on.year)
    use.used_fen = max(0, use.used_fen - value_fen)
    use.save(update_fields=["used_fen"])
    return use
