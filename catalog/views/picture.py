"""`/media/p/…`: a derived picture. A web server in front answers for files that are there already."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_safe

from catalog.models import Picture
from catalog.pictures import sizes
from catalog.pictures.derive import at_once
from catalog.pictures.markup import placeholder
from catalog.pictures.sources import SourceLost
from kmall.database import Busy

FOREVER = "public, max-age=31536000, immutable"


@require_safe
def derived(request, shard: str, digest: str, width: int, fmt: str):
    """The file if it is there, else made at once; a placeholder of the same shape if that cannot be."""
    if width not in sizes.WIDTHS or fmt not in sizes.FORMATS or not _is_name(shard, digest):
        raise Http404
    name = sizes.name(digest, width, fmt)
    headers = {"Cache-Control": FOREVER}
    if default_storage.exists(name):
        return FileResponse(default_storage.open(name), content_type=sizes.FORMATS[fmt], headers=headers)
    picture = Picture.objects.filter(digest=digest).order_by("id").first()
    if picture is None or width not in sizes.fitting(picture):
        raise Http404
    try:
        content = at_once(picture, width, fmt)
    except (Busy, SourceLost):
        return HttpResponse(
            placeholder(picture), content_type="image/svg+xml", headers={"Cache-Control": "no-store"}
        )
    return HttpResponse(content, content_type=sizes.FORMATS[fmt], headers=headers)


def _is_name(shard: str, digest: str) -> bool:
    return bool(sizes.DIGEST.match(digest)) and digest.startswith(shard) and len(shard) == 2
