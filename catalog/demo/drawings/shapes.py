"""Shapes of goods: templates in `shapes/`, with a few elements of our own that are written out here.

A template is one `<goods base half focus [twin]>` in a square of 400: `base` is the height it stands on,
`half` half the width of its shadow, `focus` the centre of a close-up, `twin` what stands beside it in a group.
Colours are named in braces (see `palette.shades`). Beside plain SVG it may use

- `shade="cyl .7"` on a form: the form again, filled with that light (cyl, pouch, face, gold, metal);
- `<bag x y w h fill/>`: a crimped pillow bag;
- `<words is="brand|line|label|'text'" x y size w [fill weight track turn anchor]/>`: one fitted line;
- `<label x y w h on [plate]/>`: brand, line and volume, set one of six ways;
- `<motif x y size fill [hole turn]/>`: the product's emblem.

Local ids begin with an underscore, so that a shape can stand twice in a picture.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from catalog.demo.drawings.labels import Box, label
from catalog.demo.drawings.motifs import motif
from catalog.demo.drawings.palette import PAPER, contrast, shades
from catalog.demo.drawings.words import words

FOLDER = Path(__file__).with_name("shapes")
# What a lipstick is, whatever the colours of its brand.
LIPS = ["#b3243a", "#c8455a", "#d9694f", "#9c2a45", "#d98a86", "#e0506a", "#8d3a33", "#c77064"]
ATTRIBUTE = re.compile(r"([\w-]+)=(?:\"([^\"]*)\"|'([^']*)')")
MACRO = re.compile(r"<(bag|words|label|motif)\s([^<>]*?)/>")
SHADED = re.compile(r"<(path|rect|circle|ellipse|bag)\s([^<>]*?)\sshade=\"(\w+)(?:\s([\d.]+))?\"([^<>]*?)/>")


@dataclass(frozen=True)
class Goods:
    """What is set on a shape."""

    brand: str
    line: str
    label: str
    primary: str
    secondary: str
    motif: str
    seed: int

    def swapped(self) -> "Goods":
        return replace(self, primary=self.secondary, secondary=self.primary)


@dataclass(frozen=True)
class Shape:
    base: float
    half: float
    focus: tuple[float, float]
    twin: str
    body: str

    def drawn(self, goods: Goods, copy: int = 0) -> str:
        """The goods as SVG, without ground and shadow. `copy` keeps the ids of two drawings apart."""
        colours = shades(goods.primary, goods.secondary) | {"lip": LIPS[goods.seed % len(LIPS)]}
        body = re.sub(r"\{(\w+)\}", lambda found: colours[found[1]], self.body)
        body = MACRO.sub(lambda found: _written(found[1], _attributes(found[2]), goods), body)
        return re.sub(r"(id=\"|#)(_\w+)", rf"\g<1>\g<2>{copy}", body)


def shape(kind: str, seed: int) -> Shape:
    """One of the shapes of the kind: `jar.svg`, or by seed its sisters `jar-2.svg`, `jar-3.svg`."""
    variants = _variants()[kind]
    return _read(variants[seed // 7 % len(variants)])


@cache
def _variants() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("*.svg")):
        found.setdefault(path.stem.split("-")[0], []).append(path.stem)
    return found


@cache
def _read(stem: str) -> Shape:
    text = (FOLDER / f"{stem}.svg").read_text(encoding="utf-8").strip()
    opening, body = text.split(">", 1)
    asked = _attributes(opening)
    body = SHADED.sub(_shaded, body.rsplit("</goods>", 1)[0])
    x, y = asked["focus"].split()
    return Shape(
        float(asked["base"]), float(asked["half"]), (float(x), float(y)), asked.get("twin", "twin"), body
    )


def _attributes(text: str) -> dict[str, str]:
    return {name: double or single for name, double, single in ATTRIBUTE.findall(text)}


def _shaded(found: re.Match) -> str:
    element, before, light, opacity, after = found.groups()
    form = re.sub(r"\s?\b(fill|fill-opacity|stroke|stroke-width)=\"[^\"]*\"", "", f"{before}{after}")
    faded = f' opacity="{opacity}"' if opacity else ""
    return f'<{element} {before}{after}/><{element} {form} fill="url(#{light})"{faded}/>'


def _written(name: str, asked: dict[str, str], goods: Goods) -> str:
    if name == "bag":
        return _bag(asked)
    if name == "words":
        return _line(asked, goods)
    if name == "label":
        return _label(asked, goods)
    return motif(
        asked.get("is", goods.motif),
        x=float(asked["x"]),
        y=float(asked["y"]),
        size=float(asked["size"]),
        fill=asked["fill"],
        hole=asked.get("hole", "#ffffff"),
        turn=float(asked.get("turn", 0)),
    )


def _bag(asked: dict[str, str]) -> str:
    x, y, w, h = (float(asked[name]) for name in "xywh")
    teeth = max(8, round(w / 8))
    step = w / teeth / 2
    faded = f' opacity="{asked["opacity"]}"' if "opacity" in asked else ""
    return (
        f'<path d="M{x:g} {y:g}{f"l{step:.2f} -3l{step:.2f} 3" * teeth}q-5 {h / 2:g} 0 {h:g}H{x:g}'
        f'q5 {-h / 2:g} 0 {-h:g}Z" fill="{asked["fill"]}"{faded}/>'
    )


def _line(asked: dict[str, str], goods: Goods) -> str:
    text = {"brand": goods.brand, "line": goods.line, "label": goods.label}.get(
        asked["is"], asked["is"].strip("'")
    )
    return words(
        text,
        x=float(asked["x"]),
        y=float(asked["y"]),
        size=float(asked["size"]),
        room=float(asked["w"]),
        fill=asked.get("fill", "#1a1f2b"),
        weight=int(asked.get("weight", 6)),
        anchor=asked.get("anchor", "middle"),
        track=float(asked.get("track", 0)),
        turn=float(asked.get("turn", 0)),
    )


def _label(asked: dict[str, str], goods: Goods) -> str:
    under = asked["on"]
    ground = PAPER if "plate" in asked else under
    accent = max((goods.secondary, goods.primary), key=lambda colour: min(contrast(colour, ground), 2.4))
    box = Box(
        *(float(asked[name]) for name in "xywh"),
        brand=goods.brand,
        line=goods.line,
        label=goods.label,
        under=under,
        accent=accent,
        motif=goods.motif,
        plate="plate" in asked,
    )
    return label(box, goods.seed)
