import os

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")
django.setup(set_prefix=False)


class Handler(WSGIHandler):
    """As Django's, but where an address leads is found out once: `kmall.public` asks before it."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        return request.resolver_match or super().resolve_request(request)


application = Handler()
