from partners.models.address import SharedAddress
from partners.models.commission import CommissionRule
from partners.models.display import Display, DisplayProduct, Market
from partners.models.drift import Drift
from partners.models.feed import Feed, FeedItem, FeedPage, FeedPart
from partners.models.inbound import FaultyFile, PartnerOrder, PartnerRefund
from partners.models.label import Label, Scan
from partners.models.listing import Call, EmptyPolls, Listing
from partners.models.mapping import SkuMap
from partners.models.partner import CategoryMap, PartnerMall, PartnerMember
from partners.models.receipt import Receipt
from partners.models.remote import RemoteCategory
from partners.models.request import PartnerRequest
from partners.models.statement import Discrepancy, Statement, StatementRow
from partners.models.visit import Credit, ProductView, RefusedLink, Visit

__all__ = [
    "Call",
    "CategoryMap",
    "CommissionRule",
    "Credit",
    "Discrepancy",
    "Display",
    "DisplayProduct",
    "Drift",
    "EmptyPolls",
    "FaultyFile",
    "Feed",
    "FeedItem",
    "FeedPage",
    "FeedPart",
    "Label",
    "Listing",
    "Market",
    "PartnerMall",
    "PartnerMember",
    "PartnerOrder",
    "PartnerRefund",
    "PartnerRequest",
    "ProductView",
    "Receipt",
    "RefusedLink",
    "RemoteCategory",
    "Scan",
    "SharedAddress",
    "SkuMap",
    "Statement",
    "StatementRow",
    "Visit",
]
