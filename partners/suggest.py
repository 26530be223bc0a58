"""Which category of a partner is most like one of ours, by the Chinese names of both and those above."""

from collections import defaultdict
from itertools import pairwise

from catalog.models import Category
from partners.category_map import upwards
from partners.models import PartnerMall, RemoteCategory

LIKE_ENOUGH = 35  # of 100
OWN, PARENT, TOP, ABOVE = 100, 70, 40, 25  # what a whole likeness of a name counts


def suggestions(partner: PartnerMall) -> dict[int, RemoteCategory]:
    """Key of ours to the leaf of the partner's that is most like it, where one is like enough."""
    remote = list(RemoteCategory.objects.filter(partner=partner))
    names = {row.code: row.name for row in remote}
    leaves = [row for row in remote if row.is_leaf]
    by_letter = defaultdict(set)
    for number, leaf in enumerate(leaves):
        for letter in leaf.name:
            by_letter[letter].add(number)
    ours = {category.path: category for category in Category.objects.all()}
    found = {}
    for category in ours.values():
        chain = [ours[path].name_zh_hans or "" for path in upwards(category.path) if path in ours]
        near = set().union(*(by_letter[letter] for letter in "".join(chain) if letter in by_letter))
        rated = [(_likeness(chain, leaves[n].name, names.get(leaves[n].parent_code, "")), -n) for n in near]
        likeness, number = max(rated, default=(0, 0))
        if likeness >= LIKE_ENOUGH:
            found[category.pk] = leaves[-number]
    return found


def _likeness(chain: list[str], name: str, above: str) -> int:
    """0 to 125: the best of our names against theirs, and whether what is above is alike too."""
    weights = (OWN, PARENT, TOP)
    own = max(weight * _shared(ours, name) // 100 for weight, ours in zip(weights, chain, strict=False))
    return own + max(ABOVE * _shared(ours, above) // 100 for ours in chain) if own else 0


def _shared(one: str, other: str) -> int:
    """How much of two names is the same, 0 to 100: letters and pairs of letters they share, twice, by all."""
    left, right = _bits(one), _bits(other)
    return 200 * len(left & right) // (len(left) + len(right)) if left and right else 0


def _bits(name: str) -> set[str]:
    letters = [letter for letter in name if letter.isalnum()]
    return {*letters, *map("".join, pairwise(letters))}
