from partners.admin import displays, listing, panels, partner

__all__ = ["displays", "listing", "panels", "partner"]
