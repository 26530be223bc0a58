"""`/d/<code>/`: a shopper scans a label at a market display."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.cards import offer_of
from catalog.models import Product
from catalog.pricing import NoPricePolicy, todays_terms
from catalog.rates import StaleRate
from catalog.tax import rates_at
from partners import credit
from partners.models import Label, Scan


@never_cache
@require_safe
def scan(request, code):
    """Credit the display and lead to the product; a label with another price says so on the way."""
    labels = Label.objects.select_related("item__display__market", "item__product", "sku__product__hs")
    label = get_object_or_404(labels, code=code.upper())
    display, product = label.item.display, label.item.product
    with override("zh-hans"):
        landing = reverse("catalog:product", args=[product.slug])
        visit = (
            credit.open_visit(display=display, product=product, landing=landing) if display.is_open else None
        )
        Scan.objects.create(label=label, visit=visit)
        offer = _todays_offer(label)
        is_changed = offer and offer.landed.landed_fen != label.landed_fen
        if is_changed and Product.objects.on_sale().filter(pk=product.pk).exists():
            context = {"label": label, "offer": offer, "landing": landing}
            response = render(request, "partners/old_label.html", context)
        else:
            response = redirect(landing)
    if visit:
        credit.remember(response, visit)
    return response


def _todays_offer(label):
    try:
        terms = todays_terms()
    except (StaleRate, NoPricePolicy):
        return None
    return offer_of(label.sku, terms, rates_at(terms.rate.date))
