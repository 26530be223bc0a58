"""A cookie that says "this visitor has a session": pages are the same for all and ask for the personal bits
(cart count, name) only where there may be some.
"""

from django.conf import settings

COOKIE = "kmall_bits"


class SessionHintMiddleware:
    """Follows the session cookie; stands before the session's own middleware."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        session = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if session is not None and session.value:
            response.set_cookie(COOKIE, "1", max_age=settings.SESSION_COOKIE_AGE, samesite="Lax")
        elif session is not None:
            response.delete_cookie(COOKIE, samesite="Lax")
        return response
