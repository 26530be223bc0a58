"""The page of a stall's tablet: a signed address without login, and what it turns through."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from catalog import today
from catalog.cards import Offer, cover_of, lowest_offers
from catalog.models import Picture, Product
from kmall.signing import SignatureMismatch, sign, unsign
from partners.label_sheet import qr, short_link
from partners.models import Display, DisplayProduct

PURPOSE = "tablet"
SECONDS = 12  # that a product is shown


@dataclass(frozen=True)
class Slide:
    """A product as the tablet shows it; `qr` and `modules` draw the code of its short link."""

    item: DisplayProduct
    product: Product
    offer: Offer
    cover: Picture | None
    qr: str
    modules: int


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

    What has no tax rate today is left out. Raises `StaleRate` or `NoPricePolicy` when no price can be told.
    """
    terms, table = today.terms(), today.table()
    items = list(display.products.order_by("position", "pk"))
    goods = Product.objects.on_sale().filter(pk__in=[item.product_id for item in items], has_stock=True)
    found = {product.pk: product for product in goods.for_card()}
    offers, _untaxed = lowest_offers(found.values(), terms, table)
    made = []
    for item in items:
        if offer := offers.get(item.product_id):
            path, modules = qr(short_link(item.code))
            product = found[item.product_id]
            made.append(Slide(item, product, offer, cover_of(product), path, modules))
    return made
