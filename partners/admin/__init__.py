from partners.admin import commission, displays, drift, labels, listing, panels, partner

__all__ = ["commission", "displays", "drift", "labels", "listing", "panels", "partner"]
