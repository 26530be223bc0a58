"""Words on a pack: fitted to their place, in one CJK font that has a single weight."""

import unicodedata
from html import escape

FAMILY = "Noto Sans CJK KR"
SMALLEST = 7.5
# Widths in em of Noto Sans CJK, as classes; a little too wide on purpose.
NARROW = set("iIjlt.,:;'|!()[]· ")


def width(text: str, size: float, track: float = 0) -> float:
    """Rough width of a run, in the drawing's units."""
    return sum(_advance(letter) for letter in text) * size + track * max(len(text) - 1, 0)


def fit(text: str, size: float, room: float, track: float = 0) -> tuple[str, float, float]:
    """Text, size and tracking that stay within `room`: less tracking, then smaller, then fewer words."""
    if width(text, size, track) > room:
        track = min(track, 0.5)
    while width(text, size, track) > room and size > SMALLEST:
        size = max(SMALLEST, size * 0.94)
    while width(text, size, track) > room and len(text) > 1:
        text = text.rsplit(" ", 1)[0] if " " in text else text[:-1]
    return text, size, track


def words(text, *, x, y, size, room, fill, weight=5, anchor="middle", track=0, turn=0) -> str:
    """One fitted line. `y` is the baseline; `weight` 4 (regular) to 9 (black) is drawn as an outline."""
    if not text:
        return ""
    text, size, track = fit(text, size, room, track)
    stroke = size * max(weight - 4, 0) * 0.0135
    turned = f' transform="rotate({turn} {x:g} {y:g})"' if turn else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:.2f}" text-anchor="{anchor}" fill="{fill}" '
        f'font-family="{FAMILY}" letter-spacing="{track:g}" stroke="{fill}" stroke-width="{stroke:.2f}" '
        f'stroke-linejoin="round"{turned}>{escape(text)}</text>'
    )


def column(text, *, x, y, size, room, fill, weight=6) -> str:
    """Letters one below the other, as on an old title slip; `y` is the top, `room` the height."""
    letters = text.replace(" ", "")[:6]
    size = min(size, room / (len(letters) * 1.12))
    return "".join(
        words(letter, x=x, y=y + size * (0.9 + 1.12 * at), size=size, room=size * 2, fill=fill, weight=weight)
        for at, letter in enumerate(letters)
    )


def _advance(letter: str) -> float:
    if "가" <= letter <= "힣":
        return 0.93
    if letter == "×" or unicodedata.east_asian_width(letter) in "WF":
        return 1
    if letter in NARROW:
        return 0.32
    if letter in "mwMW%&@":
        return 0.93
    return 0.68 if letter.isupper() else 0.58
