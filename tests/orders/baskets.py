"""Baskets that need no database: unsaved rows with keys, and a basis of one yuan for a hundred won."""

import datetime
from decimal import Decimal

from catalog.law import TAX_RATES
from catalog.models import ExchangeRate, HsCode, PricePolicy, Product, Seller, Sku
from catalog.pricing import Terms
from catalog.tax import TaxTable
from orders.freight import FreightTable
from orders.models import FreightRule, ImportLimit
from orders.quote import Basis

AT = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
RATES = {kind: Decimal(value) for kind, value, _, end, _ in TAX_RATES if end is None}
LIMIT = ImportLimit(order_fen=500_000, year_fen=2_600_000)


def rule(first_fen=1200, step_fen=600, free_from_fen=19900, zone=""):
    return FreightRule(
        first_g=500,
        first_fen=first_fen,
        step_g=500,
        step_fen=step_fen,
        free_from_fen=free_from_fen,
        zone=zone,
    )


def basis(*rules, used_fen=0, province_code=""):
    return Basis(
        at=AT,
        terms=Terms(
            rate=ExchangeRate(rate=Decimal("0.01")), policy=PricePolicy(margin=Decimal(0), step_fen=1)
        ),
        table=TaxTable(AT.date(), RATES, full_above_fen=500_000),
        freight=FreightTable(rules or (rule(),)),
        limit=LIMIT,
        province_code=province_code,
        used_fen=used_fen,
    )


def sku(pk, fen, *, seller=1, weight_g=100, vat="vat_standard", consumption="", tariff="0.1"):
    """A SKU that costs `fen` at this basis (its price in won is the same figure)."""
    hs = HsCode(code="3304990039", vat=vat, consumption=consumption, general_tariff=Decimal(tariff))
    row = Sku(
        pk=pk,
        product=Product(pk=pk, hs=hs, seller=Seller(pk=seller, slug=f"s{seller}")),
        price_krw=fen,
        weight_g=weight_g,
        net_content=Decimal(50),
        net_unit="ml",
    )
    row.active_sales = []
    return row
