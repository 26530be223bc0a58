"""The content policy (CSP) that every answer carries; no view has one of its own.

The setting is that of Django 6.0, whose own middleware takes this one's place with it.
"""

from django.conf import settings

HEADER = "Content-Security-Policy"


class ContentPolicyMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = "; ".join(" ".join([name, *sources]) for name, sources in settings.SECURE_CSP.items())

    def __call__(self, request):
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in (404, 500)):  # Django's own pages of faults
            response.headers[HEADER] = self.policy
        return response
