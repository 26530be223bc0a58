"""Which parts of a partner's listing rule leave a product out, in words with the figures on both sides."""

from django.utils.translation import gettext as _

from catalog.models import Product
from partners.causes import Cause, Place
from partners.models import PartnerMall
from partners.select import chosen


def left_out(partner: PartnerMall, product: Product) -> list[tuple[str, Cause]]:
    """(code, cause) of each part of the rule that alone would leave out a product that is on sale here."""
    found = []
    for part, value in partner.rule.items():
        alone = PartnerMall(rule={part: value})
        if value and not chosen(alone).filter(pk=product.pk).exists():
            found.append((f"RULE_{part.upper()}", _cause(part, value, product)))
    return found


def _cause(part: str, value, product: Product) -> Cause:
    decides = _("KITA decides this by the mall's listing rule.")
    change = _("Change it in the product form, or let KITA change the mall's listing rule.")
    match part:
        case "categories":
            text = _("This mall does not take the category “%(name)s”.") % {"name": product.category.name}
            return Cause(text, change, (Place.CATEGORY, Place.RULE))
        case "price_from_krw":
            text = _("This mall takes goods from ₩%(limit)s; the cheapest option costs ₩%(price)s.")
            return Cause(text % _prices(value, product), change, (Place.PRICE, Place.RULE))
        case "price_to_krw":
            text = _("This mall takes goods up to ₩%(limit)s; the cheapest option costs ₩%(price)s.")
            return Cause(text % _prices(value, product), change, (Place.PRICE, Place.RULE))
        case "in_stock":
            text = _("This mall takes only goods in stock, and nothing of it is left.")
            return Cause(
                text, _("Count the stock in: it goes there within a minute."), (Place.STOCK, Place.RULE)
            )
        case "delivery":
            way = Product.Delivery(value).label
            text = _("This mall takes only goods delivered as “%(way)s”.") % {"way": way}
            return Cause(text, change, (Place.DELIVERY, Place.RULE))
        case "hs":
            text = _("This mall does not take goods of HS code %(code)s.") % {"code": product.hs.code}
            return Cause(text, change, (Place.HS, Place.RULE))
        case "sellers":
            text = _("This mall takes goods of certain sellers only, and this one is not among them.")
            return Cause(text, decides, (Place.RULE,))
        case "without":
            return Cause(_("KITA has taken this product out for this mall by hand."), decides, (Place.RULE,))
    return Cause(_("The mall's listing rule leaves it out."), decides, (Place.RULE,))


def _prices(limit: int, product: Product) -> dict:
    return {"limit": f"{limit:,}", "price": f"{product.sort_price_krw:,}"}
