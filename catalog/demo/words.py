"""The vocabularies as Python reads them: one TOML file a top category, texts as (Korean, Chinese)."""

import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "vocabulary"
# The order of the top categories in the mall.
TOPS = [
    "skincare", "makeup", "haircare", "ginseng", "noodles", "snacks", "baby", "kitchen", "appliances",
    "fashion", "digital", "stationery", "culture",
]  # fmt: skip
# Colours of the vocabularies that the drawings know by another name.
COLOURS = {"honey": "yellow"}
# Particles after a Korean word: with a final consonant, without.
PARTICLES = {
    "을": ("을", "를"),
    "이": ("이", "가"),
    "은": ("은", "는"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
}
MARK = re.compile(r"(.)\((을|이|은|과|으로)\)")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Variant:
    """A flavour of a kind of goods: what it is called, what it is made of, and one sentence on that."""

    name: Pair
    ingredient: Pair
    colour: str
    options: dict[str, str]
    note: Pair


@dataclass(frozen=True)
class Pack:
    name: Pair
    factor: float
    content: float
    weight_g: int
    pieces: int


@dataclass(frozen=True)
class Noun:
    name: Pair
    kind: str


@dataclass(frozen=True)
class Leaf:
    slug: str
    name: Pair
    kind: str
    hs: str
    unit: str
    shelf_months: int
    price: tuple[int, int]
    share: int
    nouns: list[Noun]
    variants: list[Variant]
    packs: list[Pack]
    choices: list[Pair]
    attributes: list[str]
    fixed: dict[str, str]
    say: list[Pair]
    use: list[Pair]


@dataclass(frozen=True)
class Group:
    slug: str
    name: Pair
    leaves: list[Leaf]


@dataclass(frozen=True)
class Attribute:
    code: str
    name: Pair
    options: dict[str, Pair]


@dataclass(frozen=True)
class Top:
    slug: str
    name: Pair
    lines: list[Pair]
    notice: Pair | None
    groups: list[Group]
    attributes: dict[str, Attribute]

    @property
    def leaves(self) -> Iterator[Leaf]:
        return (leaf for group in self.groups for leaf in group.leaves)


@functools.cache
def tops() -> list[Top]:
    """The whole vocabulary, read once."""
    return [_top(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))) for name in TOPS]


@functools.cache
def companies() -> dict:
    """Brands, towns and stories of sellers, as they stand in sellers.toml."""
    return tomllib.loads((FOLDER.parent / "sellers.toml").read_text(encoding="utf-8"))


@functools.cache
def reviews() -> dict[str, list[str]]:
    """Leaf to phrases that buyers of its goods say, in Chinese."""
    return tomllib.loads((FOLDER.parent / "reviews.toml").read_text(encoding="utf-8"))


def korean(text: str) -> str:
    """Choose the particles that a filled-in sentence left open: `동백씨오일(을)` becomes `동백씨오일을`."""
    return MARK.sub(_particle, text)


def fill(sentence: Pair, **words: Pair) -> Pair:
    """A sentence in both languages with the words put in, in each its own."""
    ko = sentence[0].format(**{name: pair[0] for name, pair in words.items()})
    zh = sentence[1].format(**{name: pair[1] for name, pair in words.items()})
    return korean(ko), zh


def _particle(found: re.Match) -> str:
    letter, particle = found.groups()
    final = (ord(letter) - 0xAC00) % 28 if "가" <= letter <= "힣" else 0
    closed = final not in (0, 8) if particle == "으로" else final != 0
    return letter + PARTICLES[particle][0 if closed else 1]


def _top(data: dict) -> Top:
    attributes = {
        code: Attribute(code, (row["ko"], row["zh"]), {k: tuple(v) for k, v in row["options"].items()})
        for code, row in data["attribute"].items()
    }
    groups = [
        Group(group["slug"], (group["ko"], group["zh"]), [_leaf(leaf, group) for leaf in group["leaf"]])
        for group in data["group"]
    ]
    notice = tuple(data["notice"]) if "notice" in data else None
    lines = [tuple(line) for line in data["lines"]]
    return Top(data["slug"], (data["ko"], data["zh"]), lines, notice, groups, attributes)


def _leaf(leaf: dict, group: dict) -> Leaf:
    def own(key, default=None):
        return leaf.get(key, group.get(key, default))

    only = leaf.get("only")
    attributes = [*group.get("attributes", []), *leaf.get("attributes", [])]
    return Leaf(
        slug=leaf["slug"],
        name=(leaf["ko"], leaf["zh"]),
        kind=leaf["kind"],
        hs=leaf["hs"],
        unit=leaf["unit"],
        shelf_months=leaf["shelf"],
        price=tuple(leaf["price"]),
        share=leaf.get("share", 1),
        nouns=[Noun((row[0], row[1]), row[2] if len(row) > 2 else leaf["kind"]) for row in leaf["nouns"]],
        variants=[_variant(row) for row in own("variants") if not only or row[0] in only],
        packs=[_pack(row, leaf["unit"]) for row in leaf["packs"]],
        choices=[tuple(pair) for pair in own(leaf["option"])] if "option" in leaf else [],
        attributes=list(dict.fromkeys(attributes)),
        fixed=leaf.get("fixed", {}),
        say=[tuple(pair) for pair in leaf["say"]],
        use=[tuple(pair) for pair in leaf["use"]],
    )


def _variant(row: list) -> Variant:
    ko, zh, ingredient_ko, ingredient_zh, colour, options, note_ko, note_zh = row
    return Variant(
        (ko, zh), (ingredient_ko, ingredient_zh), COLOURS.get(colour, colour), options, (note_ko, note_zh)
    )


def _pack(row: list, unit: str) -> Pack:
    ko, zh, factor, content, weight = row
    if unit == "piece":
        return Pack((ko, zh), factor, 0, weight, int(content))
    several = re.search(r"×(\d+)", zh)
    pieces = int(several[1]) if several else 1
    return Pack((ko, zh), factor, content / pieces, weight, pieces)
