from partners.admin import displays, drift, listing, panels, partner

__all__ = ["displays", "drift", "listing", "panels", "partner"]
