"""Pictures of products: what may be uploaded, and how it is kept."""

import hashlib
import io

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from catalog.models import Picture, Product

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
LEAST_SIDE = 300


class NotAPicture(Exception):
    """The upload cannot be shown. Its text says why, in the reader's language."""


def add_upload(*, product: Product, upload) -> Picture:
    """Keep an uploaded picture, upright and without metadata; it is shown once a revision with it is approved.

    Raises `NotAPicture`. The same file twice is one picture of the product.
    """
    content, size = _clean(upload)
    digest = hashlib.sha256(content).hexdigest()
    if known := product.pictures.filter(digest=digest).first():
        return known
    picture = Picture(
        product=product, digest=digest, width=size[0], height=size[1], is_current=False, priority=100
    )
    picture.original.save(f"{digest}.jpg", ContentFile(content), save=False)
    picture.save()
    return picture


def _clean(upload) -> tuple[bytes, tuple[int, int]]:
    """The upload as a JPEG of at most 1,600 px, turned upright, and its size."""
    if upload.size > MOST_BYTES:
        raise NotAPicture(_("%s is larger than 15 MB.") % upload.name)
    try:
        image = Image.open(upload, formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise NotAPicture(_("%s has too many pixels.") % upload.name)
        image.load()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(_("%s is not a JPEG, PNG or WebP picture.") % upload.name) from error
    image = ImageOps.exif_transpose(image)
    if min(image.size) < LEAST_SIDE:
        raise NotAPicture(_("%s is too small: at least 300 pixels a side are needed.") % upload.name)
    image.thumbnail((1600, 1600))
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.convert("RGBA").getchannel("A"))
    body = io.BytesIO()
    flat.save(body, "JPEG", quality=92)
    return body.getvalue(), flat.size
