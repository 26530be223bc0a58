"""Which visit a shopper's basket and order belong to. What the number means, only an app above knows."""

import uuid

COOKIE = "kv"


def visit_of(request) -> uuid.UUID | None:
    """The number in the shopper's cookie, unverified."""
    try:
        return uuid.UUID(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return None
