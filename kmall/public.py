"""Making a page that is the same for everybody: past the middleware that asks who somebody is.

A page that must be made anew is what a visitor waits for, and half of what Django's whole chain does for it
(session, sign-in, messages, logs of begin and end) is for pages of a person. Here a marked view runs
inside PUBLIC_MIDDLEWARE alone, as Django's own handler would run it inside MIDDLEWARE; a view that machines
ask, which no browser shows, inside MACHINE_MIDDLEWARE.
"""

import uuid
from contextlib import nullcontext

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string
from django.utils.translation import get_language_from_path, override
from structlog.contextvars import bound_contextvars

from kmall.caching import one_look
from kmall.shop_language import is_spoken


def for_machines(view):
    """Mark a view without a language in its address that only machines ask, and not by signing in."""
    view.is_for_machines = True
    return view


class PublicPages:
    """`make(request)`: the answer of a marked view, or None where the address leads to another one."""

    def __init__(self, is_public, prepare):
        """`is_public(view)`; `prepare(request, match)` comes before the view and may answer for it."""
        self._is_public, self._prepare = is_public, prepare
        self._on_exception = []
        self._for_people = self._inside(settings.PUBLIC_MIDDLEWARE)
        self._for_machines = self._inside(settings.MACHINE_MIDDLEWARE)

    def make(self, request: HttpRequest) -> HttpResponse | None:
        language = get_language_from_path(request.path_info)
        if not is_spoken(language):
            return None
        with override(language) if language else nullcontext():
            try:
                match = request.resolver_match = resolve(request.path_info)
            except Resolver404:
                return None
            if not (_is_for_machines(match.func) or self._is_public(match.func)):
                return None
            request.user = AnonymousUser()
            request.LANGUAGE_CODE = language or settings.LANGUAGE_CODE
            number = request.META.get("HTTP_X_REQUEST_ID") or str(uuid.uuid4())
            with bound_contextvars(request_id=number):
                handler = self._for_machines if _is_for_machines(match.func) else self._for_people
                response = handler(request)
            if language:
                response.headers.setdefault("Content-Language", language)
            return response

    def _inside(self, names: list[str]):
        handler = convert_exception_to_response(self._call)
        for name in reversed(names):
            middleware = import_string(name)(handler)
            if hook := getattr(middleware, "process_exception", None):
                self._on_exception.append(hook)
            handler = convert_exception_to_response(middleware)
        return handler

    def _call(self, request: HttpRequest) -> HttpResponse:
        match = request.resolver_match
        try:
            if answer := self._prepare(request, match):
                return answer
            with one_look():
                return match.func(request, *match.args, **match.kwargs)
        except Exception as error:
            for hook in self._on_exception:
                if response := hook(request, error):
                    return response
            raise


def _is_for_machines(view) -> bool:
    return getattr(view, "is_for_machines", False)
