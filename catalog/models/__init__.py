from catalog.models.attribute import Attribute, AttributeOption, CategoryAttribute, ProductAttribute
from catalog.models.category import Category
from catalog.models.collection import Collection, CollectionItem
from catalog.models.favourite import Favourite
from catalog.models.picture import Picture
from catalog.models.price import ExchangeRate, PricePolicy, SalePrice
from catalog.models.product import Product
from catalog.models.review import Review
from catalog.models.revision import Revision
from catalog.models.search import SearchRow, SearchWord
from catalog.models.seller import Seller, SellerMember
from catalog.models.sku import Sku
from catalog.models.stock import Stock, StockHold, StockMovement
from catalog.models.tax import HsCode, TaxRate

__all__ = [
    "Attribute",
    "AttributeOption",
    "Category",
    "CategoryAttribute",
    "Collection",
    "CollectionItem",
    "ExchangeRate",
    "Favourite",
    "HsCode",
    "Picture",
    "PricePolicy",
    "Product",
    "ProductAttribute",
    "Review",
    "Revision",
    "SalePrice",
    "SearchRow",
    "SearchWord",
    "Seller",
    "SellerMember",
    "Sku",
    "Stock",
    "StockHold",
    "StockMovement",
    "TaxRate",
]
