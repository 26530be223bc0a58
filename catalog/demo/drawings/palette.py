"""Colours of brands, grounds of pictures, and the few sums that make tints and inks of them."""

import colorsys
import random

INK = "#1a1f2b"
PAPER = "#fffdf6"

# A product's (primary, secondary): the body of its pack, and cap, band or wave on it.
PALETTES = {
    "blue": [("#eef4fb", "#3f78b5"), ("#dbe8f6", "#1d3b72"), ("#3b6ea8", "#cfe0f2"), ("#1d3b72", "#f6be3b")],
    "sky": [("#d7e9f5", "#5b8fc4"), ("#8fb9dd", "#f4f8fb"), ("#eaf3f9", "#2f6da6")],
    "navy": [("#1d3b72", "#e8c37a"), ("#22305c", "#d6dcea"), ("#f1f2f6", "#26355f")],
    "green": [("#2a6b5a", "#f6be3b"), ("#e7f1e6", "#4d8a5b"), ("#3c7d55", "#e9e2c4"), ("#c9dfc4", "#24503c")],
    "celadon": [("#cfe3da", "#2f7563"), ("#8fb8a8", "#f7f4ea"), ("#eef5f1", "#5f9783")],
    "olive": [("#6f8f2f", "#f3ecd0"), ("#eef0d8", "#64802c"), ("#4e5a2b", "#dccf8e")],
    "red": [("#b3202c", "#f6e2ad"), ("#cf1f2e", "#1a1f2b"), ("#fbeeea", "#b3202c"), ("#7c1d25", "#d9b35f")],
    "coral": [("#f0806a", "#fff3ea"), ("#fdeae3", "#e0664f"), ("#e9897a", "#7b2f2a")],
    "pink": [("#f7dbe2", "#c65577"), ("#e58aa3", "#fdf3f4"), ("#fdf1f3", "#d97a93")],
    "rose": [("#b8506e", "#f4d9d0"), ("#f5e1e0", "#a8435f"), ("#d8a0a0", "#7d3547")],
    "orange": [("#e8892b", "#fff4df"), ("#fdf0dc", "#d9741c"), ("#d8521f", "#fbd77a")],
    "yellow": [("#f6be3b", "#7a5200"), ("#fdf3d2", "#d79a16"), ("#f2cf63", "#3f5a43")],
    "gold": [("#f7ecd2", "#a9823c"), ("#c9a052", "#fdf8ea"), ("#8f6b2b", "#f3e2b5")],
    "beige": [("#efe4d2", "#8a6a48"), ("#e3d2ba", "#5e4732"), ("#faf5ec", "#b59671")],
    "brown": [("#6b4630", "#ecd9b8"), ("#f1e6d8", "#6b4630"), ("#8b5e3c", "#fbefda")],
    "lilac": [("#e4dcf0", "#7d66a8"), ("#a896cb", "#f8f5fc"), ("#f3effa", "#8f77b9")],
    "purple": [("#5d3f7e", "#ead9a8"), ("#efe7f4", "#6b4a90"), ("#7c5a96", "#f3e6f0")],
    "plum": [("#7a2f56", "#f0d6c2"), ("#f6e6ee", "#8c3a63"), ("#b0476a", "#fbeff2")],
    "gray": [("#e7e9eb", "#5b6470"), ("#aeb6bf", "#f7f8f9"), ("#f6f7f7", "#7f8893")],
    "black": [("#23272f", "#d8b26a"), ("#2b2f38", "#e9ebee"), ("#f2f2f0", "#23272f")],
    "white": [("#fafaf7", "#2f7563"), ("#fbfbf9", "#1d3b72"), ("#fcfaf6", "#b3202c"), ("#fafafa", "#8a6a48")],
    "teal": [("#d9eeec", "#1f7a7a"), ("#2b8584", "#f3f0dd"), ("#74b3ae", "#f9f7ee")],
}


def colours(name: str, seed: int) -> tuple[str, str]:
    """A (primary, secondary) pair of the named family; of any family if the name is unknown.

    Each seed has a shade of its own, so that a page of one colour family still has many colours.
    """
    chance = random.Random(f"colours:{seed}")
    family = name if name in PALETTES else chance.choice(sorted(PALETTES))
    turn, lift = chance.uniform(-0.035, 0.035), chance.uniform(-0.05, 0.05)
    primary, secondary = chance.choice(PALETTES[family])
    return _toned(primary, turn, lift), _toned(secondary, -turn, -lift / 2)


def _toned(colour: str, turn: float, lift: float) -> str:
    """The colour with its hue turned (1 is a full circle) and its lightness moved."""
    hue, light, full = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    # Whites and near-blacks keep their depth: they carry the words.
    light = light if light > 0.93 or light < 0.16 else min(max(light + lift, 0.16), 0.93)
    return "#" + "".join(f"{round(v * 255):02x}" for v in colorsys.hls_to_rgb((hue + turn) % 1, light, full))


def mix(one: str, other: str, share: float) -> str:
    """`share` of `other` (0 to 1) mixed into `one`, both `#rrggbb`."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def ink_on(colour: str) -> str:
    """The ink that can be read on `colour`."""
    return INK if _lightness(colour) > 0.3 else "#ffffff"


def contrast(one: str, other: str) -> float:
    """Contrast as WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((_lightness(one), _lightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, on: str) -> str:
    """`colour`, darkened or lightened until it stands out on the colour `on`."""
    towards = INK if _lightness(on) > 0.3 else "#ffffff"
    for share in (0, 0.25, 0.5, 0.75):
        mixed = mix(colour, towards, share)
        if contrast(mixed, on) >= 3:
            return mixed
    return towards


def shades(primary: str, secondary: str) -> dict[str, str]:
    """The colours that a shape may name in braces."""
    return {
        "p": primary,
        "s": secondary,
        "pd": mix(primary, INK, 0.28),
        "sd": mix(secondary, INK, 0.28),
        "pl": mix(primary, "#ffffff", 0.45),
        "sl": mix(secondary, "#ffffff", 0.45),
        "pt": mix(primary, "#ffffff", 0.8),
        "st": mix(secondary, "#ffffff", 0.8),
        "ip": ink_on(primary),
        "is": ink_on(secondary),
        "k": INK,
        "w": PAPER,
        "gold": "url(#gold)",
        "metal": "url(#metal)",
    }


def _channels(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _lightness(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (v / 255 for v in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
