"""A partner's head colour and what follows from it: shades on which every text can be read.

Contrast as WCAG 2.2 reckons it. KITA may choose any colour: what stands on it, and what is written in it,
is made dark or light enough here (4.5:1, AA).
"""

from functools import lru_cache

WHITE, INK, BLACK = "ffffff", "1a1f2b", "000000"
READABLE = 4.5


@lru_cache(maxsize=100)
def frame_css(colour: str) -> str:
    """The frame's tokens for a head colour of six hex digits; content policy allows no inline style."""
    ink = next(ink for ink in (WHITE, INK, BLACK) if contrast(ink, colour) >= READABLE)
    tint = mix(colour, WHITE, 10)
    accent = next(
        shade
        for shade in (mix(colour, BLACK, 100 - step) for step in range(101))
        if min(contrast(shade, WHITE), contrast(shade, tint)) >= READABLE
    )
    tokens = {
        "frame": colour,
        "frame-ink": ink,
        "accent": accent,
        "accent-deep": mix(accent, BLACK, 75),
        "accent-tint": tint,
    }
    return ":root { " + " ".join(f"--{name}: #{value};" for name, value in tokens.items()) + " }\n"


def contrast(one: str, other: str) -> float:
    """1 to 21, of two colours of six hex digits."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(one: str, other: str, percent: int) -> str:
    """So many per cent of the first colour in the second."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "".join(f"{(a * percent + b * (100 - percent)) // 100:02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (0, 2, 4))


def _luminance(colour: str) -> float:
    shares = (part / 255 for part in _parts(colour))
    linear = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return sum(weight * light for weight, light in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
