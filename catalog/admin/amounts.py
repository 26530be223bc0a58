"""Money on the desk: fen are kept, yuan are read and typed."""

from decimal import Decimal

from django import forms
from django.contrib import admin
from django.utils.html import format_html


def yuan(fen: int) -> str:
    """Fen as ¥ with two places."""
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def in_yuan(verbose_name) -> str:
    """A fen column's name on the desk. English names the unit of the column itself, the catalogues yuan."""
    return str(verbose_name).replace(", fen", ", CNY").replace("in fen", "in CNY")


def amount(name: str, label):
    """A column or read-only field that shows `name`, an amount in fen, as yuan."""

    @admin.display(description=label, ordering=name)
    def shown(row):
        fen = getattr(row, name)
        return "" if fen is None else format_html('<span class="amount">{}</span>', yuan(fen))

    shown.__name__ = f"{name}_in_yuan"
    return shown


class YuanField(forms.DecimalField):
    """Yuan with two places in the form, integer fen in the row."""

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_digits=14, decimal_places=2, **kwargs)

    def prepare_value(self, value):
        return _yuan_of(value) if isinstance(value, int) else value

    def clean(self, value):
        typed = super().clean(value)
        return None if typed is None else int(typed * 100)

    def has_changed(self, initial, data):
        return super().has_changed(_yuan_of(initial) if isinstance(initial, int) else initial, data)


def _yuan_of(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)
