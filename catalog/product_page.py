"""What a product's page shows, as one value: of the approved version, or of a revision that is previewed."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog import today, tree
from catalog.cards import Offer, cover_of, lowest_offers, offer_of
from catalog.models import (
    Category,
    Picture,
    Product,
    ProductAttribute,
    Review,
    SalePrice,
    Seller,
    Sku,
)
from catalog.pricing import Terms
from catalog.score import Score, read_reviews
from catalog.tax import TaxTable

MOST_PIECES = 99  # of one SKU in one go
SAME_SHOP = 4


@dataclass(frozen=True)
class Option:
    """A SKU on the page: its offer, units left, and the sale in force or None."""

    offer: Offer
    left: int
    sale: SalePrice | None

    @property
    def sku(self) -> Sku:
        return self.offer.sku

    @property
    def most(self) -> int:
        return min(self.left, MOST_PIECES)


@dataclass
class ProductPage:
    """`chosen` is one of `options`, or None where nothing is on offer; a preview's product may be unsaved."""

    product: Product
    seller: Seller
    line: list[Category]
    options: list[Option]
    chosen: Option | None
    pictures: list[Picture]
    values: list[ProductAttribute]
    reviews: list[Review] = field(default_factory=list)
    score: Score | None = None
    same_shop: list[dict] = field(default_factory=list)
    is_preview: bool = False

    @cached_property
    def crumbs(self) -> list[tuple[str, str | None]]:
        steps = [(step.name, reverse("catalog:category", args=[step.slug])) for step in self.line]
        return [*steps, (self.product.name, None)]

    @property
    def back_url(self) -> str:
        return self.crumbs[-2][1] if self.line else reverse("catalog:home")

    @property
    def url(self) -> str:
        return reverse("catalog:product", args=[self.product.slug])

    @property
    def town(self) -> str:
        """The town without its province: 경기 수원 -> 수원, 全北·全州 -> 全州."""
        return re.split(r"[\s·・]", self.seller.town)[-1]

    @property
    def other_language(self) -> str:
        return next(code for code in settings.STOREFRONT_LANGUAGES if code != get_language())

    @property
    def other_name(self) -> str:
        return getattr(self.product, f"name_{self.other_language.replace('-', '_')}") or ""

    @property
    def best_before(self) -> str:
        day = self.product.best_before
        return date_format(day, "Y.m") if day else ""

    @property
    def tags(self) -> list[tuple[str, str]]:
        """Class and text of at most four tags."""
        product = self.product
        direct = product.delivery == Product.Delivery.DIRECT
        tags = [("jjok", _("Direct from Korea")) if direct else ("celadon", _("Bonded warehouse"))]
        tags.append(("", _("Cross-border")))
        if product.approved_at:
            tags.append(("", _("KITA-checked")))
        if product.best_before:
            tags.append(("butter", _("best before %(month)s") % {"month": self.best_before}))
        return tags

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Names and values for the table of details: brand, attributes, origin, shelf life, customs code."""
        product, seen = self.product, {}
        for value in self.values:
            seen.setdefault(value.attribute.name, []).append(value_text(value))
        rows = [(_("Brand"), product.brand)]
        if self.chosen and self.chosen.sku.label:
            rows.append((_("Option"), self.chosen.sku.label))
        rows += [(name, _(", ").join(texts)) for name, texts in seen.items()]
        rows.append((_("Origin"), _("Korea") if product.origin == "KR" else product.origin))
        if product.shelf_life_months:
            months = _("%(months)d months") % {"months": product.shelf_life_months}
            until = _(", until %(month)s") % {"month": self.best_before} if self.best_before else ""
            rows.append((_("Shelf life"), months + until))
        code = product.hs.code
        rows.append((_("Customs code"), f"{code[:4]}.{code[4:6]}.{code[6:]}"))
        return [(name, text) for name, text in rows if text]


def value_text(value: ProductAttribute) -> str:
    if value.option_id:
        return value.option.label
    if value.number is not None:
        return f"{value.number.normalize():f} {value.attribute.unit}".strip()
    return value.text


def page_of(product: Product, sku_id: int | None = None) -> ProductPage:
    """The page of an approved product; `sku_id` chooses, else the first in stock. A fixed number of queries.

    Raises one of `no_prices.NO_PRICE` where prices cannot be quoted.
    """
    terms, table = today.terms(), today.table()
    page = assemble(
        product=product,
        skus=list(skus_of(product)),
        pictures=list(product.pictures.filter(is_current=True)),
        values=list(product.values.select_related("attribute", "option")),
        sku_id=sku_id,
        terms=terms,
        table=table,
    )
    page.reviews, page.score = read_reviews(product)
    page.same_shop = same_shop(product, terms, table)
    return page


def assemble(
    *,
    product: Product,
    skus: list[Sku],
    pictures: list[Picture],
    values: list[ProductAttribute],
    sku_id: int | None = None,
    is_preview: bool = False,
    terms: Terms | None = None,
    table: TaxTable | None = None,
) -> ProductPage:
    """A page from its parts, which may be unsaved: the preview of a revision gives what it proposes.

    Each SKU needs `product`, and in a preview `active_sales` (an empty list) and `units_left`.
    """
    terms = terms or today.terms()
    table = table or today.table()
    options = [option_of(sku, terms, table) for sku in skus]
    chosen = next((option for option in options if sku_id and option.sku.pk == sku_id), None)
    chosen = chosen or next((option for option in options if option.left), None) or next(iter(options), None)
    return ProductPage(
        product=product,
        seller=product.seller,
        line=tree.line_of(product.category.path),
        options=options,
        chosen=chosen,
        pictures=pictures,
        values=values,
        is_preview=is_preview,
    )


def skus_of(product: Product) -> QuerySet[Sku]:
    sales = Prefetch("sales", queryset=SalePrice.objects.active(), to_attr="active_sales")
    return product.skus.filter(is_active=True).select_related("stock").prefetch_related(sales)


def option_of(sku: Sku, terms: Terms, table: TaxTable) -> Option:
    offer = offer_of(sku, terms, table)
    sale = sku.active_sales[0] if sku.active_sales and offer.price.was_fen else None
    return Option(offer, units_left(sku), sale)


def units_left(sku: Sku) -> int:
    if hasattr(sku, "units_left"):
        return sku.units_left
    stock = getattr(sku, "stock", None)
    return stock.on_hand - stock.reserved if stock else 0


def same_shop(product: Product, terms: Terms, table: TaxTable) -> list[dict]:
    """Other goods of the seller, best sold first."""
    others = Product.objects.on_sale().filter(seller=product.seller_id, has_stock=True).exclude(pk=product.pk)
    best = others.for_card().order_by("-sold", "-id")[:SAME_SHOP]
    offers, _untaxed = lowest_offers(best, terms, table)
    return [
        {"product": other, "price": offers[other.pk].price, "cover": cover_of(other)}
        for other in best
        if other.pk in offers
    ]
