"""`/partner-frame/…`: colours and logo of a partner's frame, named by their content and kept for ever."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_safe

from catalog.views.picture import FOREVER
from partners.colours import frame_css
from partners.logo import file_of


@require_safe
def colours(request, colour, digest):
    """A style sheet of custom properties; `digest` only makes the address new when they are."""
    return HttpResponse(frame_css(colour), content_type="text/css", headers={"Cache-Control": FOREVER})


@require_safe
def logo(request, digest):
    name = file_of(digest)
    if not default_storage.exists(name):
        raise Http404
    headers = {"Cache-Control": FOREVER}
    return FileResponse(default_storage.open(name), content_type="image/png", headers=headers)
