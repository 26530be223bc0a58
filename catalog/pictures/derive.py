"""From one picture its sizes: ahead, most viewed first, or one at once for a page that waits.

Every step can be repeated: files are named by digest and written whole, a claim is a row lock that a
killed worker loses, and what is already there is not made again.
"""

import logging
import time
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from PIL import Image

from catalog import locks
from catalog.models import Picture
from catalog.pictures import sizes, sources
from kmall.database import lock_timeout

log = logging.getLogger(__name__)

# Single-threaded: several pictures are made side by side. Times and sizes: docs/pictures.md.
SAVE = {
    "avif": {"format": "AVIF", "quality": 60, "speed": 8, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 78, "method": 2},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}
WAIT_SECONDS = 4


def derive(picture: Picture) -> list[str]:
    """Make and keep what the plan names and the storage lacks. Returns the names made.

    The picture is `ready` after it; one whose source is lost is `refused` and logged.
    """
    made = []
    try:
        made = make(picture, sizes.plan(picture))
        picture.state = Picture.State.READY
        picture.widths = sorted({width for widths in sizes.plan(picture).values() for width in widths})
    except sources.SourceLost:
        log.exception("picture_source_lost", extra={"picture": picture.pk})
        picture.state = Picture.State.REFUSED
    picture.save(update_fields=["state", "widths"])
    return made


def make(picture: Picture, wanted: dict[str, list[int]]) -> list[str]:
    """Write the wanted (format → widths) files that are missing; touches no row. Raises `SourceLost`."""
    missing = [
        (width, fmt)
        for fmt, widths in wanted.items()
        for width in widths
        if not default_storage.exists(sizes.name(picture.digest, width, fmt))
    ]
    if not missing:
        return []
    source = sources.pixels(picture, max(width for width, _ in missing))
    names = []
    for width, fmt in missing:
        name = sizes.name(picture.digest, width, fmt)
        default_storage.save(name, ContentFile(encoded(source, picture, width, fmt)))
        names.append(name)
    return names


def at_once(picture: Picture, width: int, fmt: str) -> bytes:
    """One size for a page that waits for it; kept if it belongs to the plan.

    Askers of the same file queue behind the first and then read what it made. Raises `SourceLost`, and
    `kmall.database.Busy` when the queue takes longer than `WAIT_SECONDS`.
    """
    name = sizes.name(picture.digest, width, fmt)
    with transaction.atomic():
        _queue(name)
        if default_storage.exists(name):
            with default_storage.open(name) as file:
                return file.read()
        content = encoded(sources.pixels(picture, width), picture, width, fmt)
        if width in sizes.plan(picture).get(fmt, ()):
            default_storage.save(name, ContentFile(content))
    return content


def _queue(name: str) -> None:
    """Wait until nobody else makes this file; the end of the transaction lets the next one go."""
    with lock_timeout(WAIT_SECONDS), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def derive_waiting(seconds: float) -> int:
    """Work off waiting pictures for about so long, most viewed first. Returns how many were done.

    Any number of workers may run it: each holds the row that it works on, the others skip it.
    """
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        with transaction.atomic():
            picture = locks.waiting_picture()
            if picture is None:
                break
            derive(picture)
        done += 1
    return done


def encoded(source: Image.Image, picture: Picture, width: int, fmt: str) -> bytes:
    size = (width, sizes.height(picture, width))
    image = source if source.size == size else source.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    out = BytesIO()
    image.save(out, **SAVE[fmt])
    return out.getvalue()
