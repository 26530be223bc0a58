"""A product at one partner mall: why it is not on sale there, what should be there, ways to mend it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import is_kita, may_edit
from catalog.models import Category, Product
from partners import switch, wake
from partners.admin.call import rows_about
from partners.admin.grid import LOOKS, goods_of, malls_of
from partners.admin.setup import ways
from partners.category_map import codes_of, nearest
from partners.causes import Place
from partners.look import look_now
from partners.mark import mark_changed, send_again
from partners.models import Listing, PartnerMall
from partners.why import account

LABELS = {
    Place.KOREAN_NAME: gettext_lazy("Change the Korean name"),
    Place.NAME: gettext_lazy("Change the Chinese name"),
    Place.DESCRIPTION: gettext_lazy("Change the Chinese description"),
    Place.BRAND: gettext_lazy("Change the brand"),
    Place.PICTURES: gettext_lazy("Add pictures"),
    Place.OPTIONS: gettext_lazy("To the options"),
    Place.PRICE: gettext_lazy("Change the price"),
    Place.STOCK: gettext_lazy("Count the stock"),
    Place.CATEGORY: gettext_lazy("Choose another category"),
    Place.HS: gettext_lazy("Change the HS code"),
    Place.ORIGIN: gettext_lazy("Change the origin"),
    Place.DELIVERY: gettext_lazy("Change the delivery"),
    Place.PRODUCT: gettext_lazy("To the product form"),
    Place.SELLER: gettext_lazy("To the seller"),
    Place.MAP: gettext_lazy("To the category map"),
    Place.RULE: gettext_lazy("To the listing rule"),
    Place.RESERVE: gettext_lazy("To the mall's price and stock"),
    Place.PARTNER: gettext_lazy("To the partner mall"),
    Place.CREDENTIALS: gettext_lazy("Enter credentials"),
    Place.RATE: gettext_lazy("To the exchange rates"),
    Place.TAX_RATE: gettext_lazy("To the tax rates"),
    Place.SEND: gettext_lazy("Send again now"),
    Place.LOOK: gettext_lazy("Look up now"),
}
OF_KITA = {
    Place.MAP, Place.RULE, Place.RESERVE, Place.PARTNER, Place.CREDENTIALS, Place.RATE, Place.TAX_RATE,
}  # fmt: skip
DEEDS = {Place.SEND: "send", Place.LOOK: "look"}


@dataclass(frozen=True)
class Mend:
    """A button: a link, or with `deed` a form that posts it."""

    label: str
    url: str = ""
    deed: str = ""


def both(user, product_id: int, code: str) -> tuple[Product, PartnerMall]:
    """The product and the mall, for those who may see both; else `Http404`."""
    goods = goods_of(user).select_related("seller", "category", "hs")
    return get_object_or_404(goods, pk=product_id), get_object_or_404(malls_of(user), code=code)


def page(request, base: dict, product_id: int, code: str):
    """The account of a product at a mall, for those who may see both."""
    product, partner = both(request.user, product_id, code)
    if request.method == "POST":
        return _do(request, product, partner)
    found = account(partner, product)
    mends = _Mends(request.user, product, partner)
    tone, sign = LOOKS[found.cell.standing]
    context = base | {
        "title": product.name,
        "product": product,
        "partner": partner,
        "account": found,
        "is_kita": is_kita(request.user),
        "tone": tone,
        "sign": sign,
        "reasons": [(reason, mends.of(reason)) for reason in found.reasons],
        "deeds": mends.deeds(),
        "options": _options(product, found.wanted),
        "calls": rows_about(partner, product),
    }
    return render(request, "admin/partners/why.html", context)


@transaction.atomic
def _do(request, product: Product, partner: PartnerMall):
    """Send again, look up, or resume the mall; a worker does it within seconds."""
    deed, rows = request.POST.get("do"), Listing.objects.filter(partner=partner, product=product)
    may = is_kita(request.user) if deed == "resume" else may_edit(request.user, product.seller)
    if not may:
        raise PermissionDenied
    if deed == "send" and not send_again(rows, actor=request.user):
        mark_changed([product.pk], {"state"}, partner_id=partner.pk)
    elif deed == "look":
        look_now(rows)
    elif deed == "resume":
        switch.resume(partner, actor=request.user)
    transaction.on_commit(lambda: wake.partner(partner.pk), robust=True)
    messages.success(request, _("It is in line. Reload this page in a few seconds to see what came of it."))
    return redirect(request.path)


class _Mends:
    """The buttons that this user has for a product at a mall."""

    def __init__(self, user, product: Product, partner: PartnerMall):
        self._product, self._partner = product, partner
        self._is_kita, self._may_edit = is_kita(user), may_edit(user, product.seller)
        self._is_active = partner.state == PartnerMall.State.ACTIVE

    def of(self, reason) -> list[Mend]:
        found = [self._mend(place) for place in reason.places]
        if reason.code == "MALL_PAUSED" and self._is_kita:
            found.insert(0, Mend(_("Resume the mall"), deed="resume"))
        return [mend for mend in found if mend]

    def deeds(self) -> list[Mend]:
        """Those that are there whatever the reason."""
        return [mend for mend in map(self._mend, DEEDS) if mend]

    def _mend(self, place: Place) -> Mend | None:
        if place in OF_KITA and not self._is_kita:
            return None
        if place in DEEDS:
            may = self._may_edit and self._is_active
            return Mend(str(LABELS[place]), deed=DEEDS[place]) if may else None
        return Mend(str(LABELS[place]), url=self._url(place))

    def _url(self, place: Place) -> str:
        mall = reverse("admin:partners_partnermall_change", args=[self._partner.pk])
        match place:
            case Place.MAP:
                return self._map_url()
            case Place.RULE:
                return ways.url(self._partner, "rule")
            case Place.RESERVE:
                return ways.url(self._partner, "price")
            case Place.CREDENTIALS:
                return ways.url(self._partner, "key")
            case Place.PARTNER:
                return mall
            case Place.RATE:
                return reverse("admin:catalog_exchangerate_changelist")
            case Place.TAX_RATE:
                return reverse("admin:catalog_taxrate_changelist")
            case Place.SELLER:
                return reverse("admin:catalog_seller_change", args=[self._product.seller_id])
        form = reverse("admin:catalog_product_change", args=[self._product.pk])
        return f"{form}#{place.value}" if place.value else form

    def _map_url(self) -> str:
        """The box of the category that the product goes by, else of its own."""
        path = nearest(self._product.category.path, codes_of(self._partner))
        category = Category.objects.get(path=path) if path else self._product.category
        return ways.box_url(self._partner, category)


def _options(product: Product, wanted) -> list[tuple]:
    """(our code and name, what it costs and has at the mall) of each option that should be there."""
    if wanted is None:
        return []
    own = {f"S{sku.pk}": sku for sku in product.skus.all()}
    return [(own[offer["out_sku_id"]], offer) for offer in wanted.offer["skus"]]
