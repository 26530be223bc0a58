"""A picture in a page: `<picture>` with AVIF and WebP in sizes, a JPEG for the rest, on its ground."""

from django.conf import settings
from django.utils.html import format_html, format_html_join

from catalog.models import Picture
from catalog.pictures import sizes
from catalog.pictures.grounds import GROUNDS

# Named places of a page: fallback width, and how wide the place is.
PLACES = {
    "thumb": (160, "88px"),
    "card": (480, "(min-width:1000px) 230px, 50vw"),
    "main": (960, "(min-width:1000px) 472px, 100vw"),
}


def picture_url(picture: Picture, width: int, fmt: str = sizes.FALLBACK) -> str:
    """Address of one size; the nearest one if the picture has no such width."""
    return f"{settings.MEDIA_URL}{picture_name(picture, width, fmt)}"


def picture_name(picture: Picture, width: int, fmt: str = sizes.FALLBACK) -> str:
    """Where it lies in the media storage. Of the picture only `digest` and `width` are needed."""
    return sizes.name(picture.digest, sizes.nearest(picture.width, width), fmt)


def picture_sources(picture: Picture, size: str | int = "card", places: str = "") -> dict:
    """What `<picture>` needs: src, width, height, ground, sizes, and sources as (type, srcset) pairs.

    `size` is a name of `PLACES`, or the width in pixels of the fallback with `places` as its `sizes`.
    """
    wanted, usual = PLACES[size] if isinstance(size, str) else (size, f"{size}px")
    width = sizes.nearest(picture.width, wanted)
    found = []
    for fmt, widths in sizes.plan(picture).items():
        near = [there for there in widths if wanted / 2 <= there <= wanted * 2]
        # A format without the very width would make every screen fetch a larger one.
        if fmt != sizes.FALLBACK and width in near:
            srcset = ", ".join(f"{picture_url(picture, there, fmt)} {there}w" for there in near)
            found.append((sizes.FORMATS[fmt], srcset))
    return {
        "src": picture_url(picture, width),
        "width": width,
        "height": sizes.height(picture, width),
        "ground": picture.ground % len(GROUNDS),
        "sizes": places or usual,
        "sources": found,
    }


def picture_html(
    picture: Picture, *, size="card", sizes="", eager=False, decorative=False, alt: str | None = None
) -> str:
    """The `<picture>` element. Eager pictures are fetched first, others when they come into sight."""
    parts = picture_sources(picture, size, sizes)
    text = "" if decorative else (picture.alt if alt is None else alt)
    sources = format_html_join(
        "",
        '<source type="{}" srcset="{}" sizes="{}">',
        ((kind, srcset, parts["sizes"]) for kind, srcset in parts["sources"]),
    )
    return format_html(
        '<picture>{}<img class="ground-{}" src="{}" width="{}" height="{}" alt="{}" '
        'decoding="async" {}></picture>',
        sources,
        parts["ground"],
        parts["src"],
        parts["width"],
        parts["height"],
        text,
        format_html('fetchpriority="{}"', "high") if eager else format_html('loading="{}"', "lazy"),
    )


def placeholder(picture: Picture) -> str:
    """A tiny SVG of the picture's shape: its ground with one patch."""
    base, patch = GROUNDS[picture.ground % len(GROUNDS)]
    width, height = picture.width or 400, picture.height or 400
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><path d="M0 0h{width}v{height}H0Z" fill="{base}"/>'
        f'<path d="M0 0h{width * 0.37:g}v{height}H0Z" fill="{patch}"/></svg>'
    )
