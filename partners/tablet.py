"""The page of a stall's tablet: a signed address without login, and what it turns through."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from catalog import today
from catalog.cards import Offer, cover_of, lowest_offers
from catalog.models import Picture, Product
from kmall.signing import SignatureMismatch, sign, unsign
from orders.freight import FreightTable, NoFreightRule, freight_at
from partners.label_sheet import qr, short_link
from partners.models import Display, DisplayProduct

PURPOSE = "tablet"
SECONDS = 12  # that a product is shown


@dataclass(frozen=True)
class Slide:
    """A product as the tablet shows it; `qr` and `modules` draw the code of its short link.

    `freight_fen`: of one piece to most provinces, as its page tells it; None while there is no freight table.
    """

    item: DisplayProduct
    product: Product
    offer: Offer
    cover: Picture | None
    qr: str
    modules: int
    freight_fen: int | None


def address(display: Display) -> str:
    """The display's page: always the same, and shut by closing the display."""
    return settings.SITE_URL + reverse("links:tablet", args=[token_of(display)])


def token_of(display: Display) -> str:
    return sign({"d": display.code}, purpose=PURPOSE, at=0)


def display_of(token: str) -> Display | None:
    """The open display of a token; None where it is not ours, was changed, or the display is closed."""
    try:
        code = unsign(token, purpose=PURPOSE)["d"]
    except SignatureMismatch:
        return None
    return Display.objects.select_related("market").filter(code=code, is_open=True).first()


def slides(display: Display) -> list[Slide]:
    """What can be bought of the display's goods, in its order. A fixed number of queries.

    What has no tax rate today is left out. Raises `StaleRate` or `NoPricePolicy` when no price can be told,
    `NoTaxRate` when that is so of all that could be bought.
    """
    terms, table = today.terms(), today.table()
    items = list(display.products.order_by("position", "pk"))
    goods = Product.objects.on_sale().filter(pk__in=[item.product_id for item in items], has_stock=True)
    found = {product.pk: product for product in goods.for_card()}
    offers, untaxed = lowest_offers(found.values(), terms, table)
    if untaxed and not offers:
        raise next(iter(untaxed.values()))
    freight = _freight()
    made = []
    for item in items:
        if offer := offers.get(item.product_id):
            path, modules = qr(short_link(item.code))
            product = found[item.product_id]
            fen = _parcel_fen(freight, offer)
            made.append(Slide(item, product, offer, cover_of(product), path, modules, fen))
    return made


def _freight() -> FreightTable | None:
    """Today's table; None where it tells no freight without a province."""
    try:
        table = freight_at(timezone.localdate())
        table.rule_for("")
    except NoFreightRule:
        return None
    return table


def _parcel_fen(freight: FreightTable | None, offer: Offer) -> int | None:
    if freight is None:
        return None
    return freight.parcel_fen(weight_g=offer.sku.weight_g, goods_fen=offer.price.fen)
