"""What is printed on a pack: six ways to set brand, line and volume into a box, one per product."""

import random
from dataclasses import dataclass

from catalog.demo.drawings.motifs import motif
from catalog.demo.drawings.palette import PAPER, ink_on, mix, readable
from catalog.demo.drawings.words import column, words


@dataclass(frozen=True)
class Box:
    """Where a label goes, and the words and colours it has to work with."""

    x: float
    y: float
    w: float
    h: float
    brand: str
    line: str
    label: str
    under: str  # colour of the pack below the label
    accent: str
    motif: str
    plate: bool = False  # the label is a paper of its own

    @property
    def middle(self) -> float:
        return self.x + self.w / 2

    @property
    def ground(self) -> str:
        return PAPER if self.plate else self.under

    @property
    def ink(self) -> str:
        return ink_on(self.ground)

    @property
    def colour(self) -> str:
        return readable(self.accent, self.ground)

    @property
    def small(self) -> str:
        """Line and volume in one."""
        return " · ".join(part for part in (self.line, self.label) if part)

    def at(self, share: float) -> float:
        return self.y + self.h * share

    def print(self, text, share, size, *, fill=None, weight=5, track=0, room=0.9) -> str:
        """A centred line with its baseline at `share` of the height; size as share of the shorter side."""
        return words(
            text,
            x=self.middle,
            y=self.at(share),
            size=size * min(self.h, self.w * 1.15),
            room=self.w * room,
            fill=fill or self.ink,
            weight=weight,
            track=track,
        )


def label(box: Box, seed: int) -> str:
    """The label of one product: the same seed sets the same label on every view."""
    wide = box.w > box.h * 1.75
    style = random.Random(f"label:{seed}").choice(WIDE if wide else TALL)
    if style is _slip and box.brand.isascii():
        style = _quiet  # Latin letters do not stand in a column
    plate = ""
    if box.plate:
        plate = (
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.w:g}" height="{box.h:g}" rx="2" fill="{PAPER}"/>'
        )
    return plate + style(box)


def _quiet(box: Box) -> str:
    """Brand, a hairline, line, volume."""
    rule = f'<path d="M{box.middle - box.w * 0.3:g} {box.at(0.46):g}h{box.w * 0.6:g}" stroke="{box.colour}" stroke-width="1.5"/>'
    return (
        box.print(box.brand, 0.36, 0.2, weight=7, track=2)
        + rule
        + box.print(box.line, 0.65, 0.125, weight=6)
        + box.print(box.label, 0.86, 0.1, fill=mix(box.ink, box.ground, 0.25))
    )


def _emblem(box: Box) -> str:
    """The emblem on top, words below it."""
    emblem = motif(
        box.motif,
        x=box.middle,
        y=box.at(0.25),
        size=min(box.h, box.w) * 0.4,
        fill=box.colour,
        hole=box.ground,
    )
    return (
        emblem
        + box.print(box.brand, 0.65, 0.175, weight=7, track=1.5)
        + box.print(box.line, 0.82, 0.11, weight=5)
        + box.print(box.label, 0.96, 0.09, fill=mix(box.ink, box.ground, 0.25))
    )


def _band(box: Box) -> str:
    """Brand above, a band of the other colour with the line in it, volume below."""
    on_band = ink_on(box.colour)
    band = f'<rect x="{box.x:g}" y="{box.at(0.46):g}" width="{box.w:g}" height="{box.h * 0.3:g}" fill="{box.colour}"/>'
    return (
        box.print(box.brand, 0.33, 0.21, weight=8, track=2)
        + band
        + box.print(box.line, 0.655, 0.125, fill=on_band, weight=6, room=0.86)
        + box.print(box.label, 0.93, 0.105)
    )


def _left(box: Box) -> str:
    """Everything flush left, a short bar under the brand."""
    side = min(box.h, box.w * 1.15)
    left = box.x + box.w * 0.08

    def run(text, share, size, weight, fill):
        return words(
            text,
            x=left,
            y=box.at(share),
            size=size * side,
            room=box.w * 0.86,
            fill=fill,
            weight=weight,
            anchor="start",
        )

    bar = (
        f'<rect x="{left:g}" y="{box.at(0.33):g}" width="{box.w * 0.2:g}" height="{max(2.5, box.h * 0.025):g}" '
        f'fill="{box.colour}"/>'
    )
    emblem = motif(
        box.motif,
        x=box.x + box.w * 0.79,
        y=box.at(0.7),
        size=side * 0.26,
        fill=box.colour,
        hole=box.ground,
    )
    return (
        run(box.brand, 0.24, 0.21, 8, box.ink)
        + bar
        + run(box.line, 0.5, 0.12, 5, box.ink)
        + emblem
        + run(box.label, 0.92, 0.1, 5, mix(box.ink, box.ground, 0.25))
    )


def _slip(box: Box) -> str:
    """The brand as a column on a title slip with a red seal, as on old books."""
    wide, tall = min(box.w * 0.32, 46), box.h * 0.62
    ground = box.accent if box.plate else PAPER
    slip = (
        f'<rect x="{box.middle - wide / 2:g}" y="{box.at(0.02):g}" width="{wide:g}" height="{tall:g}" '
        f'fill="{ground}"/><rect x="{box.middle + wide / 2 - 1:g}" y="{box.at(0.5):g}" width="{wide * 0.34:g}" '
        f'height="{wide * 0.34:g}" fill="#cf1f2e"/>'
    )
    return (
        slip
        + column(
            box.brand,
            x=box.middle,
            y=box.at(0.05),
            size=wide * 0.68,
            room=tall * 0.9,
            fill=ink_on(ground),
            weight=7,
        )
        + box.print(box.line, 0.79, 0.115, weight=6)
        + box.print(box.label, 0.94, 0.095, fill=mix(box.ink, box.ground, 0.25))
    )


def _disc(box: Box) -> str:
    """A disc of the other colour with the brand in it."""
    radius = min(box.h * 0.31, box.w * 0.42)
    disc = f'<circle cx="{box.middle:g}" cy="{box.at(0.33):g}" r="{radius:g}" fill="{box.colour}"/>'
    brand = words(
        box.brand,
        x=box.middle,
        y=box.at(0.33) + radius * 0.2,
        size=radius * 0.56,
        room=radius * 1.7,
        fill=ink_on(box.colour),
        weight=7,
    )
    return (
        disc
        + brand
        + box.print(box.line, 0.81, 0.12, weight=6)
        + box.print(box.label, 0.96, 0.095, fill=mix(box.ink, box.ground, 0.25))
    )


def _row(box: Box) -> str:
    """For low boxes: brand over line."""
    size = box.h * 0.42
    return words(
        box.brand, x=box.middle, y=box.at(0.47), size=size, room=box.w * 0.92, fill=box.ink, weight=7, track=2
    ) + words(
        box.small,
        x=box.middle,
        y=box.at(0.88),
        size=size * 0.55,
        room=box.w * 0.92,
        fill=box.ink,
    )


def _row_with_emblem(box: Box) -> str:
    """For low boxes: emblem at the left, words beside it."""
    left = box.x + box.h * 0.86
    emblem = motif(
        box.motif, x=box.x + box.h * 0.42, y=box.at(0.5), size=box.h * 0.66, fill=box.colour, hole=box.ground
    )
    lines = [(box.brand, 0.4, 0.36, 7), (box.line, 0.67, 0.21, 5), (box.label, 0.92, 0.19, 5)]
    return emblem + "".join(
        words(
            text,
            x=left,
            y=box.at(share),
            size=box.h * size,
            room=box.x + box.w - left,
            fill=box.ink,
            weight=weight,
            anchor="start",
        )
        for text, share, size, weight in lines
    )


TALL = [_quiet, _emblem, _band, _left, _slip, _disc]
WIDE = [_row, _row_with_emblem]
