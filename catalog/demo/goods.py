"""What a company makes: names, texts and packs of one product, put together from the vocabulary (pure)."""

import random
from dataclasses import dataclass
from decimal import Decimal

from catalog.demo.sellers import Company
from catalog.demo.words import Leaf, Noun, Pack, Pair, Variant, fill

# How often a product bears the name of a line, by top category; elsewhere lines only tell goods apart.
LINED = {"skincare": 0.85, "makeup": 0.75, "hair-body": 0.7, "digital": 0.5, "stationery": 0.6, "baby": 0.3}
# Packs that say nothing in a name: one piece, one set.
PLAIN = {"1件", "1个", "1套", "1台", "1双", "1本", "1册", "1份", "单件", "标准款", "基础款"}
HEAD_OF_USE = {
    "beauty": ("사용법", "使用方法"),
    "food": ("먹는 법", "食用方法"),
    "thing": ("쓰고 돌보기", "使用与保养"),
}
BEAUTY = {"skincare", "makeup", "hair-body"}
FOOD = {"ginseng-health", "noodles-meals", "snacks-tea"}
BASES = [
    ("글리세린", "甘油"),
    ("판테놀", "泛醇"),
    ("베타인", "甜菜碱"),
    ("부틸렌글라이콜", "丁二醇"),
    ("소듐피씨에이", "PCA钠"),
]
MADE_BY = [
    ("{town} {name}에서 만듭니다.", "{town}，{name}制作。"),
    ("{name}의 {town} 작업장에서 나옵니다.", "出自{name}的{town}工坊。"),
    ("{town}에서 {year}년에 문을 연 {name} 제품입니다.", "{name}，{year}年创立于{town}。"),
    ("{name} 사람들이 {town}에서 손질하고 담습니다.", "由{name}在{town}制作并包装。"),
]


@dataclass(frozen=True)
class Unit:
    """A SKU to be: its option, its pack and its price."""

    label: Pair
    pack: Pack
    price_krw: int


@dataclass(frozen=True)
class Goods:
    """A product to be."""

    leaf: Leaf
    variant: Variant
    noun: Noun
    name: Pair
    description: Pair
    made_of: Pair
    options: dict[str, str]
    units: list[Unit]


def make(company: Company, chance: random.Random) -> Goods:
    """One more product of a company, unlike those that it has (`company.used`)."""
    leaf, variant, noun, line = _unlike(company, chance)
    units = _units(leaf, chance)
    return Goods(
        leaf=leaf,
        variant=variant,
        noun=noun,
        name=_name(company, line, variant, noun, units[0].pack),
        description=_description(company, leaf, variant, chance),
        made_of=_made_of(company, variant, chance),
        options=_options(company, leaf, variant, chance),
        units=units,
    )


def _unlike(company: Company, chance: random.Random):
    lined = LINED.get(company.top.slug, 0)
    for tries in range(400):
        leaf = chance.choices(company.leaves, [leaf.share for leaf in company.leaves])[0]
        variant, noun = chance.choice(leaf.variants), chance.choice(leaf.nouns)
        # A company that has used up its plain names falls back to lines, in the end to those of its trade.
        lines = company.lines if tries < 100 else company.top.lines
        line = chance.choice(lines) if tries > 40 or chance.random() < lined else None
        made = (leaf.slug, variant.name, noun.name, line)
        if made not in company.used:
            company.used.add(made)
            return leaf, variant, noun, line
    raise ValueError(f"{company.brand[0]} can make nothing more")


def _units(leaf: Leaf, chance: random.Random) -> list[Unit]:
    low, high = leaf.price
    # Most goods are near the lower end of their range.
    price = low * (high / low) ** (chance.random() ** 1.4)
    if leaf.choices:
        count = min(chance.choice([1, 2, 2, 3, 3, 4]), len(leaf.choices))
        at = chance.randrange(len(leaf.choices) - count + 1)
        pack = leaf.packs[0] if chance.random() < 0.7 else chance.choice(leaf.packs)
        return [Unit(choice, pack, ending(price * pack.factor)) for choice in leaf.choices[at : at + count]]
    first = 0 if chance.random() < 0.65 else chance.randrange(len(leaf.packs))
    count = chance.choices([1, 2, 3], [66, 24, 10])[0]
    rest = [pack for at, pack in enumerate(leaf.packs) if at != first]
    packs = [leaf.packs[first], *rest[: count - 1]]
    return [Unit(pack.name, pack, ending(price * pack.factor)) for pack in packs]


def ending(price: float) -> int:
    """A price in won as shops write it: ending in 900, 500 or 000."""
    if price >= 100_000:
        return round(price / 1000) * 1000
    thousands, hundreds = divmod(round(price / 100), 10)
    return thousands * 1000 + (0 if hundreds < 2 else 500 if hundreds < 7 else 900)


def _name(company: Company, line: Pair | None, variant: Variant, noun: Noun, pack: Pack) -> Pair:
    ko = [company.brand[0], line[0] if line else "", variant.name[0], noun.name[0]]
    zh_line = line[1] if line else ""
    if zh_line.isascii() and zh_line:
        zh_line += " "
    zh = [company.brand[1], f"{zh_line}{variant.name[1]}{noun.name[1]}"]
    if pack.name[1] not in PLAIN:
        ko.append(pack.name[0])
        zh.append(pack.name[1])
    return " ".join(filter(None, ko)), " ".join(filter(None, zh))


def _description(company: Company, leaf: Leaf, variant: Variant, chance: random.Random) -> Pair:
    words = {
        "i": variant.ingredient,
        "name": company.name,
        "town": (company.town[0], company.town[1].replace("·", "")),
        "year": (str(company.founded), str(company.founded)),
    }
    said = chance.sample(leaf.say, min(len(leaf.say), 2 + (chance.random() < 0.4)))
    use = leaf.use[:2]  # in their order: what is done first stands first
    head = HEAD_OF_USE[_trade(company)]
    parts = [
        [variant.note, *(fill(sentence, **words) for sentence in said)],
        [(f"{head[0]}: {use[0][0]}", f"{head[1]}：{use[0][1]}"), *use[1:]],
        [fill(chance.choice(MADE_BY), **words)],
    ]
    if leaf.shelf_months:
        parts[2].append(
            (
                f"유통기한은 제조일로부터 {leaf.shelf_months}개월입니다.",
                f"保质期{leaf.shelf_months}个月，以包装标注为准。",
            )
        )
    if company.top.notice:
        parts.append([company.top.notice])
    return (
        "\n\n".join(" ".join(sentence[0] for sentence in part) for part in parts),
        "\n\n".join("".join(sentence[1] for sentence in part) for part in parts),
    )


def _made_of(company: Company, variant: Variant, chance: random.Random) -> Pair:
    if _trade(company) != "beauty":
        return variant.ingredient
    bases = chance.sample(BASES, 2)
    return (
        ", ".join([variant.ingredient[0], *(base[0] for base in bases)]),
        "、".join([variant.ingredient[1], *(base[1] for base in bases)]),
    )


def _options(company: Company, leaf: Leaf, variant: Variant, chance: random.Random) -> dict[str, str]:
    """Attribute to option: as the variant or the leaf says, else by chance."""
    known = company.top.attributes
    said = {**variant.options, **leaf.fixed}
    return {
        code: said[code] if code in said else chance.choice(list(known[code].options))
        for code in leaf.attributes
    }


def _trade(company: Company) -> str:
    slug = company.top.slug
    return "beauty" if slug in BEAUTY else "food" if slug in FOOD else "thing"


def net_of(unit: Unit, leaf: Leaf) -> tuple[Decimal, str, int]:
    """Net content of one piece, its unit, and the pieces of the pack."""
    return Decimal(str(round(unit.pack.content, 2))), leaf.unit, unit.pack.pieces
