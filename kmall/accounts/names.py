"""What a page may call somebody."""

from kmall.accounts.phones import national
from kmall.encryption import mask_phone


def shown_name(user) -> str:
    """Name, else e-mail without its host, else the masked number; empty for a visitor."""
    if not user.is_authenticated:
        return ""
    return user.name or (user.email or "").partition("@")[0] or mask_phone(national(user.phone))
