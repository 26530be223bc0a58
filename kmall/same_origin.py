"""Forms on pages that are the same for everybody: no token fits in, so the browser's own word is asked.

Every browser sends `Origin` with a form's POST; newer ones also `Sec-Fetch-Site`. A request with neither, or
with another origin, is refused. The session cookie is SameSite=Lax besides.
"""

import functools
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST


def same_origin_post(view):
    """A view for POST from our own pages only, instead of a CSRF token. Raises `PermissionDenied`."""

    @csrf_exempt
    @require_POST
    @functools.wraps(view)
    def checked(request, *args, **kwargs):
        if not is_from_here(request):
            raise PermissionDenied("not from a page of this mall")
        return view(request, *args, **kwargs)

    return checked


def is_from_here(request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    # Before Origin became usual with POST, browsers sent at least the page.
    origin = request.headers.get("Origin") or (request.headers.get("Referer") if site is None else None)
    return site == "same-origin" if origin is None else _host(origin) == request.get_host()


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
