"""Ground and patches behind the goods, and the loose things of a flat lay."""

import random

from catalog.demo.drawings.motifs import motif
from catalog.demo.drawings.palette import mix
from catalog.pictures.grounds import GROUNDS

SEAM = "#ffffff"


def patched(ground: int, chance: random.Random) -> str:
    """One ground with a patch at a side and a paler one across, as pieces of a jogakbo."""
    base, patch = GROUNDS[ground % len(GROUNDS)]
    side = chance.choice([132, 148, 164, 236, 252, 268])
    across = chance.choice([128, 150, 248, 262, 276])
    left = side < 200
    tall = f"M0 0h{side}v400H0Z" if left else f"M{side} 0H400v400H{side}Z"
    from_x, to_x = (side, 400) if left else (0, side)
    top, bottom = (0, across) if across < 200 else (across, 400)
    return (
        f'<rect width="400" height="400" fill="{base}"/><path d="{tall}" fill="{patch}"/>'
        f'<path d="M{from_x} {top}H{to_x}V{bottom}H{from_x}Z" fill="{patch}" fill-opacity=".45"/>'
    )


def sewn(ground: int, chance: random.Random) -> str:
    """Four patches with white seams and one running stitch: the grandest of the grounds."""
    base, patch = GROUNDS[ground % len(GROUNDS)]
    other = GROUNDS[(ground + chance.choice([1, 2, 3, 4])) % len(GROUNDS)][0]
    x, y = chance.choice([120, 150, 250, 280]), chance.choice([110, 140, 270, 300])
    stitch = mix(patch, "#1a1f2b", 0.16)
    return (
        f'<rect width="400" height="400" fill="{base}"/><path d="M0 0h{x}v{y}H0Z" fill="{patch}"/>'
        f'<path d="M{x} {y}H400V400H{x}Z" fill="{patch}"/><path d="M0 {y}h{x}v{400 - y}H0Z" fill="{other}"/>'
        f'<path d="M{x} 0v400M0 {y}h400" stroke="{SEAM}" stroke-width="3"/>'
        f'<path d="M{x + 8} {y + 8}V392M{x + 8} {y + 8}H392" stroke="{stitch}" stroke-width="1.4" '
        f'stroke-dasharray="6 5" fill="none"/>'
    )


def plain(ground: int, chance: random.Random) -> str:
    """One colour and a low table edge, for details."""
    base, patch = GROUNDS[ground % len(GROUNDS)]
    edge = chance.choice([292, 308, 324])
    return (
        f'<rect width="400" height="400" fill="{patch}"/><path d="M0 {edge}h400V400H0Z" '
        f'fill="{mix(base, "#ffffff", 0.35)}"/>'
    )


def white(ground: int, chance: random.Random) -> str:
    """White, with a piece of sewn cloth under one corner."""
    base, patch = GROUNDS[ground % len(GROUNDS)]
    stitch = mix(patch, "#1a1f2b", 0.16)
    size = chance.choice([250, 270, 290])
    turn = chance.choice([-24, -14, 12, 20])
    x, y = chance.choice([(150, 150), (250, 150), (250, 250), (150, 250)])
    cloth = (
        f'<g transform="translate({x} {y}) rotate({turn})"><rect x="{-size / 2}" y="{-size / 2}" width="{size}" '
        f'height="{size}" fill="{base}"/><rect x="{-size / 2}" y="{-size / 2}" width="{size * 0.42:g}" '
        f'height="{size}" fill="{patch}"/><rect x="{-size / 2 + 7}" y="{-size / 2 + 7}" width="{size - 14}" '
        f'height="{size - 14}" fill="none" stroke="{stitch}" stroke-width="1.2" stroke-dasharray="6 5"/></g>'
    )
    return f'<rect width="400" height="400" fill="#fdfdfc"/>{cloth}'


def scattered(emblem: str, colour: str, chance: random.Random) -> str:
    """Three or four loose emblems near the edges of a flat lay."""
    spots = [(52, 60), (346, 70), (62, 330), (344, 336), (200, 372)]
    chance.shuffle(spots)
    return "".join(
        motif(
            emblem,
            x=x,
            y=y,
            size=chance.choice([30, 38, 48]),
            fill=colour,
            hole="#fdfdfc",
            turn=chance.randrange(0, 360, 30),
        )
        for x, y in spots[: chance.choice([2, 3])]
    )
