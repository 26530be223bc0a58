from partners.admin import commission, displays, drift, labels, listing, panels, partner, requests, visits

__all__ = ["commission", "displays", "drift", "labels", "listing", "panels", "partner", "requests", "visits"]
