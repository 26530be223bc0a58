"""Pages for what went wrong. They look like the mall and ask nothing that may be what is broken."""

import contextlib

import structlog
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from kmall.admin_site import activate_language


def bad_request(request, exception=None):
    return _page_here(request, "400.html", 400)


def permission_denied(request, exception=None):
    return _page_here(request, "403.html", 403)


def csrf_failure(request, reason=""):
    return _page_here(request, "403_csrf.html", 403)


def page_not_found(request, exception=None):
    return _page_here(request, "404.html", 404)


def server_error(request):
    """The mall's page with a number to quote; without its frame, or any tag of ours, if even that fails."""
    number = report_number()
    for template in ("500.html", "500_bare.html"):
        with contextlib.suppress(Exception):
            return page_of(request, template, 500, number=number)
    plain = render_to_string("500_plain.html", {"number": number, "language": get_language()})
    return HttpResponse(plain, status=500)


def page_of(request, template: str, status: int, **context) -> HttpResponse:
    """Rendered without context processors: they would open the session or the database."""
    return HttpResponse(render_to_string(template, {"request": request, **context}), status=status)


def _page_here(request, template: str, status: int) -> HttpResponse:
    """The shop's page, or the desk's in its language: its people have no cart to be told about."""
    if not request.path.startswith(reverse("admin:index")):
        return page_of(request, template, status)
    activate_language(request)
    return page_of(request, f"admin/{template}", status)


def report_number() -> str:
    """The start of the request's id, which is in every line of its log."""
    return structlog.contextvars.get_contextvars().get("request_id", "")[:13]
