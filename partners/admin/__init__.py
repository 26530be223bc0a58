from partners.admin import listing, partner

__all__ = ["listing", "partner"]
