"""`/go/<token>/`: a shopper follows a signed link of a partner. Wrong links open the product just as well."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product
from orders.visits import visit_of
from partners import credit, links
from partners.models import RefusedLink
from partners.robots import is_robot
from partners.select import on_show

LANGUAGE = "zh-hans"  # partners' shoppers read Chinese; the page itself offers Korean


@never_cache
@require_safe
def visit(request, token):
    """Credit the visit and lead to the product, or to the partner's section for a link without one.

    Programs that follow links are led on, and counted nowhere.
    """
    try:
        partner, product_id = links.read(token)
    except links.LinkTampered as wrong:
        is_stale = isinstance(wrong, links.LinkStale)
        reason = RefusedLink.Reason.STALE if is_stale else RefusedLink.Reason.TAMPERED
        if not is_robot(request):
            credit.refuse_link(reason, kind=wrong.claim, partner=wrong.partner)
        return redirect(_landing(Product.objects.filter(pk=wrong.product_id).first()))
    product = Product.objects.filter(pk=product_id).first()
    landing = _landing(product, partner)
    response = HttpResponseRedirect(landing)
    if is_robot(request):
        return response
    before = credit.last_visit(request)
    visit = credit.open_visit(partner=partner, product=product, landing=landing, before=before)
    credit.remember(response, visit)
    return response


@never_cache
@require_safe
def seen(request, product_id):
    """Asked for by a product's page, framed or not, as a picture: so a page that is kept whole is counted."""
    if visit := visit_of(request):
        credit.note_view(visit, product_id)
    return HttpResponse(status=204)


def _landing(product, partner=None):
    """The partner's section or a product in its frame; on the mall's own page what the section has not."""
    with override(LANGUAGE):
        if product and partner and on_show(partner).filter(pk=product.pk).exists():
            return reverse("partners:product", args=[partner.code, product.slug])
        if product:
            return reverse("catalog:product", args=[product.slug])
        if partner:
            return reverse("partners:section", args=[partner.code])
        return reverse("catalog:home")
