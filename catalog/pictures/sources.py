"""A picture as pixels, from its original or from its drawing, at the size that is needed."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

import noto_cjk_sans_otc
import resvg_py
from PIL import Image

from catalog.models import Picture

# Set by the app's configuration, so that this module knows nothing of the demo mall.
_artist: list[Callable[..., str]] = []


class SourceLost(Exception):
    """The original is not in the storage, or cannot be read, or nobody can draw the recipe."""


def draws(artist: Callable[..., str]) -> None:
    """Name the function that makes SVG text of a recipe: `artist(**picture.art)`."""
    _artist[:] = [artist]


def pixels(picture: Picture, width: int) -> Image.Image:
    """The picture in RGB, at least `width` wide if it has so many. Raises `SourceLost`."""
    try:
        return _drawn(picture.art, width) if picture.art else _photo(picture, width)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise SourceLost(f"picture {picture.pk}: {error}") from error


def _photo(picture: Picture, width: int) -> Image.Image:
    with picture.original.open("rb") as file:
        image = Image.open(file)
        # A JPEG is decoded at the nearest eighth of its size, several times as fast.
        image.draft("RGB", (width, width))
        return image.convert("RGB")


def _drawn(art: dict, width: int) -> Image.Image:
    svg = _artist[0](**art)
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True, font_files=_fonts())
    return Image.open(BytesIO(png)).convert("RGB")


@cache
def _fonts() -> list[str]:
    return [str(noto_cjk_sans_otc.FONT_PATH)]
