"""The ceiling: a Django view without middleware that returns a fixed body at `/<bytes>/`; nothing of ours."""

from functools import cache

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bench", MIDDLEWARE=[])
django.setup()


@cache
def body(size: int) -> bytes:
    return b"x" * size


urlpatterns = [path("<int:size>/", lambda request, size: HttpResponse(body(size)))]
application = get_wsgi_application()
