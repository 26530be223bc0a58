"""Whose request it is, where proxies of ours stand in front."""

from django.conf import settings


class ProxiesMiddleware:
    """REMOTE_ADDR is what the outermost of our PROXIES saw; what a visitor put into the header is not."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if settings.PROXIES and len(seen) >= settings.PROXIES and seen[-settings.PROXIES]:
            request.META["REMOTE_ADDR"] = seen[-settings.PROXIES]
        return self.get_response(request)
