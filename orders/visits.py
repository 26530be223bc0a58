"""Which visit a shopper's basket and order belong to. What the number means, only an app above knows."""

import uuid

COOKIE = "kv"
HINT = "kv_hint"  # beside it, for the pages' script: this phone has a visit


def visit_of(request) -> uuid.UUID | None:
    """The number in the shopper's cookie, unverified."""
    try:
        return uuid.UUID(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return None
