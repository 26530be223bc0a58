from partners.admin import (
    commission,
    displays,
    drift,
    faulty_files,
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
    "faulty_files",
    "footfall",
    "labels",
    "listing",
    "panels",
    "partner",
    "requests",
    "visits",
]
