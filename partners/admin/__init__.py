from partners.admin import listing, panels, partner

__all__ = ["listing", "panels", "partner"]
