"""What a page may call somebody."""

from kmall.accounts.phones import national
from kmall.encryption import mask_phone


def shown_name(user) -> str:
    """Name, else e-mail without its host, else the masked number; empty for a visitor."""
    if not user.is_authenticated:
        return ""
    return user.name or (user.email or "").partition("@")[0] or mask_phone(national(user.phone))


def tried_name(request, credentials=None) -> str:
    """Whose password is being tried, for the lock of `axes`: by each of the fields that may name somebody."""
    given = credentials or {}
    named = next((given[field] for field in ("username", "email", "phone") if given.get(field)), "")
    return named or request.POST.get("username") or request.POST.get("login", "")
