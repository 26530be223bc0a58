"""The Korean-goods section of a partner: our goods in its frame, as the page needs them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.cards import cover_of, render_ids
from catalog.models import Category, Product
from kmall.paging import Order, paginate
from partners.models import PartnerMall
from partners.select import chosen

PAGE_SIZE = 50
QUERY = ("cursor", "delivery")
MOST_SOLD = Order(("sold", "pk"), (int, int))


def page(partner: PartnerMall, category: Category | None, query) -> dict:
    """Context of the section, or of a category in it."""
    goods = chosen(partner)
    bonded = query.get("delivery") == Product.Delivery.BONDED
    shown = goods.filter(category__path__startswith=category.path) if category else goods
    if bonded:
        shown = shown.filter(delivery=Product.Delivery.BONDED)
    found = paginate(shown.only("pk", "sold"), order=MOST_SOLD, size=PAGE_SIZE, cursor=query.get("cursor"))
    return {
        "partner": partner,
        "category": category,
        "cards": render_ids([product.pk for product in found.rows]),
        "results": found,
        "total": shown.count(),
        "chips": _chips(partner, goods, category, bonded),
        "covers": _covers([product.pk for product in found.rows[:2]]),
        "frame_url": frame_url(partner),
    }


def frame_url(partner: PartnerMall) -> str:
    """Address of the partner's colours: a new colour has a new one, so it may be kept for ever."""
    return reverse("links:frame", args=[partner.code, partner.colour.lstrip("#").lower()])


def frame_css(colour: str) -> str:
    """The frame's tokens for a head colour of six hex digits; content policy allows no inline style."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    deep = ", ".join(str(part * 3 // 4) for part in (red, green, blue))
    tint = ", ".join(str(255 - (255 - part) // 10) for part in (red, green, blue))
    return f":root {{ --accent: #{colour}; --accent-deep: rgb({deep}); --accent-tint: rgb({tint}); }}\n"


def _chips(partner, goods, category, bonded) -> list[tuple[str, str, bool]]:
    """(address, label, is chosen): all, the bonded ones, the top categories that have goods here."""
    home = reverse("partners:section", args=[partner.code])
    heads = {path.split(".")[0] + "." for path in goods.values_list("category__path", flat=True).distinct()}
    here = category.path.split(".")[0] + "." if category else ""
    chips = [(home, _("Everything"), not category and not bonded)]
    if goods.filter(delivery=Product.Delivery.BONDED).exists():
        chips.append((f"{home}?delivery=bonded", _("In the bonded warehouse"), bonded and not category))
    for head in Category.objects.filter(path__in=heads):
        url = reverse("partners:section", args=[partner.code, head.slug])
        chips.append((url, head.name, head.path == here))
    return chips


def _covers(ids: list[int]) -> list:
    products = {product.pk: product for product in Product.objects.filter(pk__in=ids).for_card()}
    return [cover_of(products[pk]) for pk in ids if pk in products and cover_of(products[pk])]
