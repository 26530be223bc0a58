"""`/d/<code>/`: a shopper scans a label, or the screen, at a market display."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product
from partners import credit, scans
from partners.robots import is_robot


@never_cache
@require_safe
def scan(request, code):
    """Credit the display and lead to the product; a label that is no longer right says so on the way."""
    with override("zh-hans"):
        if (target := scans.target_of(code)) is None:
            return render(request, "partners/scan/unknown.html", {"code": code}, status=404)
        offer = scans.todays_offer(target) if target.label else None
        landing = _landing(target, offer)
        response = _answer(request, target, offer, landing)
        if not is_robot(request):
            last = request.COOKIES.get(scans.COOKIE, "")
            visit = scans.note(target, landing=landing, before=credit.last_visit(request), last=last)
            if visit:
                credit.remember(response, visit)
            else:
                scans.remember(response, target, last=last)
        return response


def _landing(target, offer) -> str:
    """The product's page, with the option chosen whose price is told where there are several."""
    url = reverse("partners:scanned", args=[target.product.slug])
    if target.label and target.product.skus.filter(is_active=True).count() > 1:
        url += f"?sku={offer.sku.pk if offer else target.label.sku_id}"
    return url


def _answer(request, target, offer, landing):
    if not Product.objects.on_sale().filter(pk=target.product.pk).exists():
        category, near = scans.nearest(target.product)
        context = {"target": target, "near": near, "category": category}
        return render(request, "partners/scan/gone.html", context)
    if offer is None:
        return redirect(landing)
    is_other = offer.sku.pk != target.label.sku_id
    difference_fen = offer.landed.landed_fen - target.label.landed_fen
    if not (is_other or difference_fen or offer.price.fen != target.label.price_fen):
        return redirect(landing)
    context = {"target": target, "offer": offer, "landing": landing, "is_other": is_other}
    return render(request, "partners/scan/old_label.html", context | {"difference_fen": difference_fen})
