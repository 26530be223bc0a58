"""The goods of the worked tables of docs/customs.md, as rows that need no database."""

from decimal import Decimal

from catalog.models import HsCode, Product, Sku
from tests.tables import rows

GOODS = {row["goods"]: row for row in rows("customs.md", "goods")}


def sku(name):
    row = GOODS[name]
    hs = HsCode(
        code="3304990039",
        vat=row["VAT"],
        consumption=row["consumption tax"],
        general_tariff=Decimal(row["general tariff"]),
    )
    return Sku(
        product=Product(hs=hs),
        net_content=Decimal(row["content"]),
        net_unit=row["unit"],
        pieces=int(row["pieces"]),
        price_krw=1000,
    )
