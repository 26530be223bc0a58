"""Filters of the desk's tables. `{% load desk %}`."""

from django import template

register = template.Library()


@register.filter
def tenths(number: int) -> str:
    """A number of tenths with its sign left off: -14 -> 1.4."""
    return f"{abs(number) // 10}.{abs(number) % 10}"
