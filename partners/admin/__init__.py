from partners.admin import (
    commission,
    displays,
    drift,
    faulty_files,
    footfall,
    labels,
    listing,
    orders,
    panels,
    partner,
    requests,
    visits,
)

__all__ = [
    "commission",
    "displays",
    "drift",
    "faulty_files",
    "footfall",
    "labels",
    "listing",
    "orders",
    "panels",
    "partner",
    "requests",
    "visits",
]
