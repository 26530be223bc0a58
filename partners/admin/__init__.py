from partners.admin import (
    commission,
    displays,
    drift,
    footfall,
    labels,
    listing,
    panels,
    partner,
    requests,
    visits,
)

__all__ = [
    "commission",
    "displays",
    "drift",
    "footfall",
    "labels",
    "listing",
    "panels",
    "partner",
    "requests",
    "visits",
]
