"""Our tree of categories, as the forms of a set-up walk it."""

from collections import Counter
from itertools import pairwise

from catalog.models import Category, Product


def with_goods() -> list[Category]:
    """Every category in the order of the tree, with `goods` (on sale, in and below it) and `is_leaf`."""
    direct = Counter(Product.objects.on_sale().order_by().values_list("category__path", flat=True))
    nodes = list(Category.objects.order_by("path"))
    for node, following in pairwise([*nodes, None]):
        node.goods = sum(count for path, count in direct.items() if path.startswith(node.path))
        node.is_leaf = following is None or not following.path.startswith(node.path)
    return nodes
