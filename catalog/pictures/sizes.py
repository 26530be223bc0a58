"""Which sizes and formats a picture has, and under which name each lies in the media storage.

Photographs of sellers get every size in every format. Drawings of the demo mall get what pages ask for, so
that 8,000 products stay below 1.5 GB: with their flat colours a small WebP is as small as AVIF and costs a
quarter of the work. Anything else of `WIDTHS` × `FORMATS` is made when asked, and not kept.
"""

import re
from functools import lru_cache

from catalog.models import Picture

WIDTHS = (160, 320, 480, 960)
FORMATS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
FALLBACK = "jpg"

PHOTO = {"avif": WIDTHS, "webp": (320, 480, 960), "jpg": (480, 960)}
DRAWN_COVER = {"avif": (960,), "webp": WIDTHS, "jpg": (480,)}
DRAWN_VIEW = {"avif": (960,), "webp": (160, 480)}

DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def plan(picture: Picture) -> dict[str, list[int]]:
    """Format → widths that are made ahead and kept; never wider than the original."""
    drawn = DRAWN_COVER if picture.position == 0 else DRAWN_VIEW
    wanted = drawn if picture.art else PHOTO
    return {fmt: fitting(picture, widths) for fmt, widths in wanted.items()}


def fitting(picture: Picture, widths=WIDTHS) -> list[int]:
    """Those of the widths that need no enlarging; the smallest is always there."""
    return _fitting(picture.width, widths)


@lru_cache(1024)
def nearest(own: int, width: int) -> int:
    """The width nearest to a wanted one that a picture so wide has."""
    return min(_fitting(own, WIDTHS), key=lambda there: abs(there - width))


def _fitting(own: int, widths) -> list[int]:
    return [width for width in widths if width <= own] or [min(widths)]


def height(picture: Picture, width: int) -> int:
    return max(1, round(picture.height * width / picture.width)) if picture.width else width


def name(digest: str, width: int, fmt: str) -> str:
    """Where the derived file lies: two letters of the digest keep folders small."""
    return f"p/{digest[:2]}/{digest}/{width}.{fmt}"
