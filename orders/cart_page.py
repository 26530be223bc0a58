"""A cart as its page shows it: lines by seller with live prices and stock, the quote of what is chosen."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from catalog import no_prices
from catalog.models import Product, Seller, Sku
from catalog.pricing import Price, sku_price
from catalog.stock import available
from catalog.tax import NoTaxRate, TaxTable, landed_price
from orders.freight import NoFreightRule
from orders.limits import NoImportLimit, Verdict
from orders.models import Cart, CartLine
from orders.quote import Parcel, Quote, basis_at, quote, skus_to_quote
from orders.split import split_offer

# A day without rates or rules: nothing can be priced, and guessing is worse than waiting.
LACKS = no_prices.LACKS | {
    NoFreightRule: _("Today's freight is not known yet."),
    NoImportLimit: _("Today's customs limits are not known yet."),
}
NOTHING_QUOTED = tuple(LACKS)
FEW_LEFT = 5


@dataclass(frozen=True)
class Row:
    """A line of the cart. `left`: pieces that could be bought now."""

    line: CartLine
    sku: Sku
    price: Price
    left: int
    is_taxed: bool = True  # its tax can be told today

    @property
    def problem(self) -> str:
        """Why it cannot be ordered as it stands: withdrawn, sold_out, untaxed, short; or empty."""
        product = self.sku.product
        if not self.sku.is_active or product.state != Product.State.ON_SALE:
            return "withdrawn"
        if product.seller.state != Seller.State.ADMITTED:
            return "withdrawn"
        if self.left <= 0:
            return "sold_out"
        if not self.is_taxed:
            return "untaxed"
        return "short" if self.left < self.line.quantity else ""

    @property
    def is_gone(self) -> bool:
        return self.problem in ("withdrawn", "sold_out", "untaxed")

    @property
    def is_chosen(self) -> bool:
        return self.line.is_chosen and not self.is_gone

    @property
    def is_scarce(self) -> bool:
        return not self.problem and self.left <= FEW_LEFT

    @property
    def cheaper_fen(self) -> int:
        """By how much a piece is cheaper than when it was put in."""
        return max(0, (self.line.added_unit_fen or 0) - self.price.fen)


@dataclass(frozen=True)
class Group:
    """One seller's lines; `parcel` is the quote of those that are chosen, None where none is."""

    seller: Seller
    rows: list[Row]
    parcel: Parcel | None

    @property
    def all_chosen(self) -> bool:
        """Of those that can be."""
        able = [row for row in self.rows if not row.is_gone]
        return bool(able) and all(row.is_chosen for row in able)

    @property
    def delivery(self) -> str:
        return self.rows[0].sku.product.delivery


@dataclass(frozen=True)
class CartPage:
    groups: list[Group]
    quote: Quote
    parts: list[Quote] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def chosen(self) -> list[Row]:
        return [row for row in self.rows if row.is_chosen]

    @property
    def all_chosen(self) -> bool:
        able = [group for group in self.groups if any(not row.is_gone for row in group.rows)]
        return bool(able) and all(group.all_chosen for group in able)

    @property
    def is_short(self) -> bool:
        return any(row.problem == "short" for row in self.chosen)

    @property
    def may_check_out(self) -> bool:
        return bool(self.chosen) and not self.is_short and self.quote.verdict.may_be_placed


def cart_page(cart: Cart | None, *, province_code: str = "", buyer_index: str = "") -> CartPage:
    """The page of a cart in a number of queries that does not depend on its lines.

    A line without a tax rate cannot be chosen, the others can. Raises one of `NOTHING_QUOTED`.
    """
    basis = basis_at(province_code=province_code, buyer_index=buyer_index)
    lines = list(cart.lines.order_by("added_at", "id")) if cart else []
    skus = {sku.pk: sku for sku in skus_to_quote([line.sku_id for line in lines])} if lines else {}
    left = available(skus) if lines else {}
    rows = []
    for line in lines:
        sku = skus[line.sku_id]
        price = sku_price(sku, basis.terms, basis.at)
        rows.append(Row(line, sku, price, left[sku.pk], _is_taxed(sku, price, basis.table)))
    whole = quote([(row.sku, row.line.quantity) for row in rows if row.is_chosen], basis)
    parts = split_offer(whole) if whole.verdict is Verdict.SPLIT else []
    return CartPage(_groups(rows, whole), whole, parts)


def _is_taxed(sku: Sku, price: Price, table: TaxTable) -> bool:
    try:
        landed_price(sku, price.fen, table)
    except NoTaxRate:
        return False
    return True


def _groups(rows: list[Row], whole: Quote) -> list[Group]:
    parcels = {parcel.seller.pk: parcel for parcel in whole.parcels}
    sellers = {row.sku.product.seller_id: row.sku.product.seller for row in rows}
    return [
        Group(seller, [row for row in rows if row.sku.product.seller_id == pk], parcels.get(pk))
        for pk, seller in sellers.items()
    ]
