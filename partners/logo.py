"""A partner's logo: checked as sellers' pictures are, made small, stored by digest as PNG."""

import hashlib
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from catalog.pictures.uploads import opened

LEAST_SIDE = 48
KEPT = (480, 144)  # pixels: three times the place in the head


def keep_logo(upload) -> str:
    """Check and store an uploaded logo; its digest. Raises `catalog.pictures.uploads.PictureRefused`."""
    image = opened(upload, least_side=LEAST_SIDE).convert("RGBA")
    image.thumbnail(KEPT, Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)  # without the upload's metadata
    digest = hashlib.sha256(out.getvalue()).hexdigest()[:32]
    if not default_storage.exists(file_of(digest)):
        default_storage.save(file_of(digest), ContentFile(out.getvalue()))
    return digest


def file_of(digest: str) -> str:
    """Its name in the storage."""
    return f"logos/{digest}.png"
