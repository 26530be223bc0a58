"""The category tree with its attributes, as the vocabularies have it."""

from dataclasses import dataclass

from catalog.demo.words import Attribute, Top, tops
from catalog.models import Attribute as AttributeRow
from catalog.models import AttributeOption, Category, CategoryAttribute
from kmall.copying import Table
from kmall.demo import Mall

# Texts that every product has among its parameters: what it is made of.
TEXTS = {"ingredients": ("주요 성분", "主要成分"), "made-of": ("소재", "材质")}
EATEN_OR_APPLIED = {"skincare", "makeup", "hair-body", "ginseng-health", "noodles-meals", "snacks-tea"}


@dataclass(frozen=True)
class Options:
    """Keys of the attributes and their options: what products refer to."""

    attributes: dict[str, int]
    options: dict[tuple[str, str], int]


def load(mall: Mall) -> None:
    options = _attributes(mall)
    with Table(Category, now=mall.now) as categories, Table(CategoryAttribute, now=mall.now) as links:
        for at, top in enumerate(tops(), 1):
            path = f"{at:03}."
            parent = _node(categories, top, None, path, at, next(top.leaves).kind)
            for at_group, group in enumerate(top.groups, 1):
                below = f"{path}{at_group:03}."
                middle = _node(categories, group, parent, below, at_group, group.leaves[0].kind)
                _link(links, middle, _shared(group), options)
                for at_leaf, leaf in enumerate(group.leaves, 1):
                    key = _node(categories, leaf, middle, f"{below}{at_leaf:03}.", at_leaf, leaf.kind)
                    _link(links, key, leaf.attributes, options)
                    text = options[text_of(top)]
                    links.add(
                        category_id=key, attribute_id=text, is_filter=False, position=len(leaf.attributes)
                    )


def text_of(top: Top) -> str:
    """The code of the text attribute that goods of a top category have."""
    return "ingredients" if top.slug in EATEN_OR_APPLIED else "made-of"


def known_options() -> Options:
    """The keys that `load` gave."""
    rows = AttributeOption.objects.values_list("attribute__code", "code", "pk")
    attributes = dict(AttributeRow.objects.values_list("code", "pk"))
    return Options(attributes, {(attribute, code): pk for attribute, code, pk in rows})


def _attributes(mall: Mall) -> dict[str, int]:
    """Attributes of the same code in several vocabularies are one, with all their options."""
    merged: dict[str, Attribute] = {}
    for top in tops():
        for code, attribute in top.attributes.items():
            before = merged.get(code)
            options = {**before.options, **attribute.options} if before else attribute.options
            merged[code] = Attribute(code, before.name if before else attribute.name, options)
    keys = {}
    with Table(AttributeRow, now=mall.now) as rows, Table(AttributeOption, now=mall.now) as options:
        for code, attribute in merged.items():
            ko, zh = attribute.name
            keys[code] = rows.add(code=code, name_ko=ko, name_zh_hans=zh)
            for position, (option, (label_ko, label_zh)) in enumerate(attribute.options.items()):
                options.add(
                    attribute_id=keys[code],
                    code=option,
                    label_ko=label_ko,
                    label_zh_hans=label_zh,
                    position=position,
                )
        for code, (ko, zh) in TEXTS.items():
            keys[code] = rows.add(code=code, name_ko=ko, name_zh_hans=zh, kind=AttributeRow.Kind.TEXT)
    return keys


def _node(table: Table, node, parent: int | None, path: str, position: int, kind: str) -> int:
    ko, zh = node.name
    return table.add(
        slug=node.slug,
        name_ko=ko,
        name_zh_hans=zh,
        parent_id=parent,
        path=path,
        depth=path.count(".") - 1,
        position=position,
        picture_kind=kind,
    )


def _link(table: Table, category: int, codes: list[str], keys: dict[str, int]) -> None:
    for position, code in enumerate(codes):
        table.add(category_id=category, attribute_id=keys[code], is_required=position == 0, position=position)


def _shared(group) -> list[str]:
    """Attributes that every leaf of the group has."""
    return [
        code for code in group.leaves[0].attributes if all(code in leaf.attributes for leaf in group.leaves)
    ]
