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

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
LEAST_SIDE = 300
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
    """The shorter side is under the least that is of use."""


@transaction.atomic
def add_upload(*, product: Product, upload) -> Picture:
    """Check and keep an uploaded file; it is shown once a revision with it is approved.

    Its sizes are derived after commit. The same file twice is one picture of the product.
    Raises a `PictureRefused`.
    """
    return _keep(upload, product.pictures, product=product, position=product.pictures.count())


@transaction.atomic
def add_photo(*, upload) -> Picture:
    """As `add_upload`, for a file that shows no product."""
    return _keep(upload, Picture.objects.filter(product=None))


def cleaned(upload) -> tuple[bytes, tuple[int, int]]:
    """JPEG bytes without metadata, upright, in sRGB, and their size. Raises a `PictureRefused`."""
    image = _flat(opened(upload))
    image.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "JPEG", quality=92, optimize=True)
    return out.getvalue(), image.size


def opened(upload, *, least_side: int = LEAST_SIDE) -> Image.Image:
    """The picture of an upload, upright, in sRGB. Raises a `PictureRefused`."""
    image = _looked_at(_bytes_of(upload), upload.name, least_side)
    try:
        image.load()
        return _in_srgb(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(_("%s is not a JPEG, PNG or WebP picture.") % upload.name) from error


def _keep(upload, among, **fields) -> Picture:
    """The picture of this file `among` those there are, else a new one with these `fields`."""
    content, (width, height) = cleaned(upload)
    digest = hashlib.sha256(content).hexdigest()
    if there := among.filter(digest=digest).first():
        return there
    name = f"originals/{digest[:2]}/{digest}.jpg"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    picture = Picture.objects.create(
        original=name,
        digest=digest,
        width=width,
        height=height,
        ground=int(digest[:2], 16) % 5,
        priority=FIRST,
        is_current=False,
        **fields,
    )
    transaction.on_commit(lambda: _derive_soon(picture.pk))
    return picture


def _bytes_of(upload) -> bytes:
    upload.seek(0)
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise PictureTooLarge(_("%s is larger than 15 MB.") % upload.name)
    return raw


def _looked_at(raw: bytes, name: str, least_side: int) -> Image.Image:
    """The picture with only its head read: its type and size are checked before a pixel is unpacked."""
    try:
        image = Image.open(BytesIO(raw), formats=TYPES)
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(_("%s has too many pixels.") % name) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NotAPicture(_("%s is not a JPEG, PNG or WebP picture.") % name) from error
    if image.width * image.height > MOST_PIXELS:
        raise PictureTooLarge(_("%s has too many pixels.") % name)
    if min(image.size) < least_side:
        text = _("%(name)s is too small: at least %(side)d pixels a side are needed.")
        raise PictureTooSmall(text % {"name": name, "side": least_side})
    return image


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
