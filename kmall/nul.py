"""A NUL character in what somebody sent: PostgreSQL can neither keep nor look for one.

Django's forms refuse it themselves. Where an address, a list's filter or a posted value is read by hand, it
gets as far as the driver, whose error then tells of a request that cannot be read, not of a fault of ours.
"""

from django.db import DataError

from kmall.errors import bad_request

UNTRANSLATABLE = "22P05"  # a NUL inside of JSON


class NulMiddleware:
    """400 for a request with a NUL that came to the database, or would as a session's key."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if r"\000" in request.META.get("HTTP_COOKIE", ""):  # as a cookie writes it
            return bad_request(request)
        return self.get_response(request)

    def process_exception(self, request, exception):
        return bad_request(request, exception) if _is_of_nul(exception) else None


def _is_of_nul(exception: Exception) -> bool:
    if isinstance(exception, DataError):
        return getattr(exception.__cause__, "pgcode", None) == UNTRANSLATABLE
    return isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)
