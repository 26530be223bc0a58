"""One picture of one product: ground, shadow, and the goods, seen one of five ways."""

import random

from catalog.demo.drawings import grounds
from catalog.demo.drawings.motifs import pick
from catalog.demo.drawings.palette import mix
from catalog.demo.drawings.shapes import Goods, Shape, shape

LIGHTS = """<linearGradient id="cyl"><stop offset="0" stop-color="#000" stop-opacity=".3"/>\
<stop offset=".1" stop-color="#000" stop-opacity=".08"/><stop offset=".26" stop-color="#fff" stop-opacity=".55"/>\
<stop offset=".4" stop-color="#fff" stop-opacity=".08"/><stop offset=".78" stop-color="#000" stop-opacity=".05"/>\
<stop offset=".93" stop-color="#000" stop-opacity=".22"/><stop offset="1" stop-color="#fff" stop-opacity=".15"/>\
</linearGradient><linearGradient id="pouch" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".38"/>\
<stop offset=".28" stop-color="#fff" stop-opacity="0"/><stop offset=".46" stop-color="#fff" stop-opacity=".22"/>\
<stop offset=".56" stop-color="#000" stop-opacity=".03"/><stop offset="1" stop-color="#000" stop-opacity=".24"/>\
</linearGradient><linearGradient id="face" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".18"/>\
<stop offset="1" stop-color="#000" stop-opacity=".14"/></linearGradient><linearGradient id="gold">\
<stop offset="0" stop-color="#9b7a35"/><stop offset=".25" stop-color="#f6e2ad"/><stop offset=".5" stop-color="#cfa95a"/>\
<stop offset=".8" stop-color="#eed293"/><stop offset="1" stop-color="#8c6c2c"/></linearGradient>\
<linearGradient id="metal"><stop offset="0" stop-color="#8d949c"/><stop offset=".22" stop-color="#f4f6f7"/>\
<stop offset=".42" stop-color="#c3c9cf"/><stop offset=".7" stop-color="#e6eaec"/>\
<stop offset="1" stop-color="#7f868e"/></linearGradient><radialGradient id="sh">\
<stop offset="0" stop-color="#1a1f2b" stop-opacity=".34"/><stop offset=".6" stop-color="#1a1f2b" stop-opacity=".12"/>\
<stop offset="1" stop-color="#1a1f2b" stop-opacity="0"/></radialGradient>\
<filter id="drop" x="-.2" y="-.2" width="1.5" height="1.5"><feDropShadow dx="9" dy="10" stdDeviation="7" \
flood-color="#1a1f2b" flood-opacity=".3"/></filter>"""


def draw(
    kind: str, *, view: int, brand: str, line: str, label: str, colours: tuple, ground: int, seed: int
) -> str:
    """SVG text, 400 × 400, of a product of `kind` (a key of `KINDS`).

    view: 0 hero, 1 turned, 2 close-up, 3 group, 4 flat lay (counted on beyond that).
    colours: (primary, secondary) as `#rrggbb`. ground: 0 to 4. The seed settles layout, label, emblem and
    shape; it is the product's, the same for all its views. Unknown kinds raise KeyError.
    """
    form = shape(kind, seed)
    goods = Goods(brand, line, label, *colours[:2], motif=pick(f"{line} {label}".lower(), seed), seed=seed)
    chance = random.Random(f"{kind}:{seed}:{view}")
    seen = VIEWS[view % len(VIEWS)](form, goods, ground + view // len(VIEWS), chance)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><defs>{LIGHTS}</defs>{seen}</svg>'


def _hero(form: Shape, goods: Goods, ground: int, chance: random.Random) -> str:
    tilt = chance.choice([0, 0, 0, -2, 2])
    scale = chance.choice([0.97, 1, 1, 1.03])
    return (
        grounds.patched(ground, chance)
        + _shadow(form)
        + _placed(form.drawn(goods), scale=scale, turn=tilt, around=(200, form.base))
    )


def _turned(form: Shape, goods: Goods, ground: int, chance: random.Random) -> str:
    turn = chance.choice([-11, -8, 8, 11])
    return (
        grounds.sewn(ground + 1, chance)
        + _shadow(form, scale=0.92, lift=10)
        + _placed(form.drawn(goods), scale=0.9, turn=turn, around=(200, form.base - 130))
    )


def _close(form: Shape, goods: Goods, ground: int, chance: random.Random) -> str:
    scale = chance.choice([1.62, 1.75, 1.9])
    x, y = form.focus
    lean = chance.choice([-6, -3, 4, 7])
    return (
        grounds.plain(ground + 2, chance)
        + f'<g transform="translate(200 205) rotate({lean}) scale({scale}) translate({-x:g} {-y:g})">'
        + form.drawn(goods)
        + "</g>"
    )


def _group(form: Shape, goods: Goods, ground: int, chance: random.Random) -> str:
    side = chance.choice([-1, 1])
    back = grounds.patched(ground + 3, chance)
    if form.twin == "carton":
        other, other_goods, small = shape("_carton", 0), goods, 0.86
    else:
        other, other_goods, small = form, goods.swapped(), 0.74
    behind = f"translate({200 - side * 78} {form.base - 14}) scale({small}) translate(-200 {-other.base:g})"
    front = f"translate({200 + side * 52} {form.base:g}) scale(.84) translate(-200 {-form.base:g})"
    return (
        f'{back}<g transform="{behind}">{_shadow(other)}{other.drawn(other_goods, 1)}</g>'
        f'<g transform="{front}">{_shadow(form)}{form.drawn(goods, 0)}</g>'
    )


def _flat(form: Shape, goods: Goods, ground: int, chance: random.Random) -> str:
    turn = chance.choice([-24, -16, 14, 22])
    loose = mix(goods.secondary, "#ffffff", 0.45)
    return (
        grounds.white(ground + 4, chance)
        + grounds.scattered(goods.motif, loose, chance)
        + f'<g filter="url(#drop)" transform="{_turn_at(turn, 0.8)}">{form.drawn(goods)}</g>'
    )


VIEWS = [_hero, _turned, _close, _group, _flat]


def _shadow(form: Shape, scale: float = 1, lift: float = 0) -> str:
    half = form.half * scale
    return f'<ellipse cx="203" cy="{form.base + 1 - lift:g}" rx="{half * 1.16:g}" ry="{8 + half * 0.06:g}" fill="url(#sh)"/>'


def _turn_at(turn: float, scale: float) -> str:
    return f"translate(200 200) rotate({turn}) scale({scale}) translate(-200 -205)"


def _placed(body: str, *, scale: float, turn: float, around: tuple[float, float]) -> str:
    if scale == 1 and turn == 0:
        return body
    x, y = around
    return (
        f'<g transform="translate({x:g} {y:g}) rotate({turn:g}) scale({scale:g}) '
        f'translate({-x:g} {-y:g})">{body}</g>'
    )
