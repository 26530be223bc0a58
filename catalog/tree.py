"""The category tree as pages show it: read once, put together in memory."""

from django.db.models import Exists, Q, QuerySet

from catalog.models import Category


def nested() -> list[Category]:
    """Top categories with `below` filled in at every level, in the order of the tree; one query."""
    by_id, top = {}, []
    for category in Category.objects.all():
        category.below = []
        by_id[category.id] = category
        parent = by_id.get(category.parent_id)
        (parent.below if parent else top).append(category)
    return top


def line_of(category: Category) -> list[Category]:
    """The categories from the top down to this one; one query."""
    prefixes = [category.path[: i + 1] for i, letter in enumerate(category.path) if letter == "."]
    return list(Category.objects.filter(path__in=prefixes))


def beside(category: Category) -> QuerySet[Category]:
    """What the strip above a list shows: the categories below this one, or a leaf with its sisters."""
    below = Category.objects.filter(parent=category.pk)
    sisters = Q(parent=category.parent_id) & ~Exists(below)
    return Category.objects.filter(Q(parent=category.pk) | sisters)
