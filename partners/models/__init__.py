from partners.models.display import Display, DisplayProduct, Label, Market, Scan
from partners.models.inbound import PartnerOrder
from partners.models.listing import Call, Listing
from partners.models.partner import CategoryMap, PartnerMall
from partners.models.visit import Credit, RefusedLink, Visit

__all__ = [
    "Call",
    "CategoryMap",
    "Credit",
    "Display",
    "DisplayProduct",
    "Label",
    "Listing",
    "Market",
    "PartnerMall",
    "PartnerOrder",
    "RefusedLink",
    "Scan",
    "Visit",
]
