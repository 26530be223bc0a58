"""Money is an integer in minor units (`*_krw` won, `*_fen` of a yuan); here are its roundings and its looks.

Whatever lies between two amounts is exact (`Decimal`, `Fraction`); see docs/money.md.
"""

from decimal import Decimal
from fractions import Fraction


def half_up(amount: int | Decimal | Fraction, *, step: int = 1) -> int:
    """The nearest multiple of `step`; a half goes away from zero. A float is refused."""
    if isinstance(amount, float):
        raise TypeError("Money is never a float: pass Decimal or Fraction.")
    exact = Fraction(amount) if isinstance(amount, Decimal) else amount
    return _nearest(exact.numerator, exact.denominator, step)


def portion(amount: int | Fraction, share: Fraction, *, step: int = 1) -> int:
    """`half_up(amount * share)` without the fraction in between, which costs four times as much."""
    above = amount.numerator * share.numerator
    return _nearest(above, amount.denominator * share.denominator, step)


def _nearest(above: int, below: int, step: int) -> int:
    below *= step
    whole = (2 * abs(above) + below) // (2 * below)
    return (whole if above >= 0 else -whole) * step


def split(total: int, weights: list[int]) -> list[int]:
    """Shares of `total` in proportion to `weights` that add up to it, by largest remainder.

    Of equal remainders the earlier one gets the unit. Weights that are all zero count as equal.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("Only amounts and weights from zero up are split.")
    if not weights:
        raise ValueError("There is nothing to split over.")
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def yuan(fen: int) -> str:
    """An amount for machines: 897510 -> 8975.10, -5 -> -0.05."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def format_cny(fen: int) -> str:
    """¥1,234.50, as the shop writes it in every language."""
    amount = f"{abs(fen) // 100:,}.{abs(fen) % 100:02}"
    return f"{'-' if fen < 0 else ''}¥{amount}"


def format_krw(won: int) -> str:
    """₩12,300."""
    return f"{'-' if won < 0 else ''}₩{abs(won):,}"
