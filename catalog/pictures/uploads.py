"""What a seller sends: checked, turned upright, stripped of its metadata, stored by digest."""

import hashlib
from io import BytesIO

from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from catalog.models import Picture, Product

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_SIDE = 480
KEPT_SIDE = 2400  # larger originals are made smaller: no page shows more
TYPES = ("JPEG", "PNG", "WEBP")
FIRST = 1_000_000_000  # a seller waits: before any picture that only the demo or the crowd ranks


class PictureRefused(Exception):
    """The upload is not taken. The text says why, in the reader's language."""


class NotAPicture(PictureRefused):
    """Not JPEG, PNG or WebP by its content, or broken."""


class PictureTooLarge(PictureRefused):
    """Too many bytes, or too many pixels (a bomb is refused before it is unpacked)."""


class PictureTooSmall(PictureRefused):
    """The shorter side is under `LEAST_SIDE` pixels."""


@transaction.atomic
def add_picture(*, product: Product, file, alt: str = "", is_current: bool = False) -> Picture:
    """Check and keep an uploaded file as the product's last picture; its sizes are derived after commit.

    The same file sent twice gives the picture that is there. Raises a `PictureRefused`.
    """
    content, (width, height) = cleaned(file)
    digest = hashlib.sha256(content).hexdigest()
    there = product.pictures.filter(digest=digest).first()
    if there:
        return there
    name = f"originals/{digest[:2]}/{digest}.jpg"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    picture = Picture.objects.create(
        product=product,
        position=product.pictures.count(),
        original=name,
        digest=digest,
        width=width,
        height=height,
        ground=int(digest[:2], 16) % 5,
        alt=alt,
        priority=FIRST,
        is_current=is_current,
    )
    transaction.on_commit(lambda: _derive_soon(picture.pk))
    return picture


def cleaned(file) -> tuple[bytes, tuple[int, int]]:
    """JPEG bytes without metadata, upright, in sRGB, and their size. Raises a `PictureRefused`."""
    raw = _bytes_of(file)
    image = _opened(raw)
    try:
        image.load()
        image = _in_srgb(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(_("The picture is damaged. Please save it again and send it once more.")) from error
    image = _flat(image)
    image.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "JPEG", quality=92, optimize=True)
    return out.getvalue(), image.size


def _bytes_of(file) -> bytes:
    file.seek(0)
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise PictureTooLarge(_("A picture may have 10 MB at most."))
    return raw


def _opened(raw: bytes) -> Image.Image:
    """The picture with only its head read: its type and size are checked before a pixel is unpacked."""
    try:
        image = Image.open(BytesIO(raw), formats=TYPES)
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(_too_many_pixels()) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NotAPicture(_("Please send a JPEG, PNG or WebP picture.")) from error
    if image.width * image.height > MOST_PIXELS:
        raise PictureTooLarge(_too_many_pixels())
    if min(image.size) < LEAST_SIDE:
        raise PictureTooSmall(
            _("The picture needs at least %(least)d pixels on each side.") % {"least": LEAST_SIDE}
        )
    return image


def _too_many_pixels() -> str:
    return _("The picture has more than 40 million pixels. Please make it smaller.")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Phones save in wider colour spaces; without the profile the colours would be wrong."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return image


def _flat(image: Image.Image) -> Image.Image:
    """RGB without transparency, on white, and without any metadata."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        sheet = Image.new("RGB", image.size, "#ffffff")
        sheet.paste(image, mask=image.getchannel("A"))
        return sheet
    flat = image.convert("RGB")
    flat.info = {}
    return flat


def _derive_soon(picture_id: int) -> None:
    current_app.send_task("catalog.tasks.derive_picture", [picture_id])  # tasks stand above this module
