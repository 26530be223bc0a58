from partners.admin import commission, displays, drift, listing, panels, partner

__all__ = ["commission", "displays", "drift", "listing", "panels", "partner"]
