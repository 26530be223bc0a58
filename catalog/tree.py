"""The category tree as pages show it, put together from the one list that is remembered."""

from copy import copy

from django.utils.translation import get_language

from catalog.models import Category
from kmall.caching import remembered


def by_slug() -> dict[str, Category]:
    """All categories in the order of the tree; remembered until the catalogue changes: do not change one."""
    return remembered(("tree", get_language()), ("catalog",), read)


def read() -> dict[str, Category]:
    return {category.slug: category for category in Category.objects.all()}


def nested() -> list[Category]:
    """Top categories with `below` filled in at every level, in the order of the tree."""
    by_id, top = {}, []
    for category in map(copy, by_slug().values()):
        category.below = []
        by_id[category.id] = category
        parent = by_id.get(category.parent_id)
        (parent.below if parent else top).append(category)
    return top


def line_of(path: str) -> list[Category]:
    """The categories from the top down to the one of this path."""
    return [step for step in by_slug().values() if path.startswith(step.path)]


def beside(category: Category) -> list[Category]:
    """What the strip above a list shows: the categories below this one, or a leaf with its sisters."""
    everything = by_slug().values()
    below = [other for other in everything if other.parent_id == category.pk]
    return below or [other for other in everything if other.parent_id == category.parent_id]
